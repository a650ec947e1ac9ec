"""`statusline`: a status line command for Claude Code that keeps the limits it is handed.

It runs at every redraw, so the program starts it without its command line, and it loads next to
nothing: the git directory is found by walking up, and the open window is read from a note.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` itself takes a while to load
    from typing import Any

    from gitledger.book.world import World
    from gitledger.commands.result import Result

FILE = "gitledger/statusline.json"  # below the common git directory
OPEN = "gitledger/open.json"
METERS = (("five_hour", "5h", 18_000), ("seven_day", "week", 604_800))  # seconds of each
WIDTH = 60
MOST = 999  # percent beyond which a pace says nothing


def statusline(world: World) -> Result:
    """Store `rate_limits` in the git directory, whole or not at all, and answer with one line.

    Never refuses: a status line that fails would only disturb. Input that is not a JSON object
    gives a line that says so.
    """
    from gitledger.commands.result import Result, lines  # noqa: PLC0415 - not on the quick way

    handed = _handed(world.read_stdin() if world.read_stdin else b"")
    common, stored = _kept(handed, str(world.directory), world.now.timestamp(), world.environment)
    limits = handed.get("rate_limits")
    line = _line(handed, common, world.now.timestamp(), world.agent)
    payload = {"stored": stored, "rate_limits": limits if isinstance(limits, Mapping) else None}
    return Result("gitledger.statusline/1", {**payload, "line": line}, lines(line))


def run() -> int:
    """The same for a program that was just started and has no options."""
    piped = sys.stdin is not None and not sys.stdin.isatty()
    handed = _handed(sys.stdin.buffer.read() if piped else b"")
    now = time.time()
    common, _ = _kept(handed, os.getcwd(), now, os.environ)  # noqa: PTH109 - pathlib takes a while to load
    sys.stdout.write(_line(handed, common, now, os.environ.get("AGENT_ID", "")) + "\n")
    return 0


def _handed(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _kept(
    handed: Mapping[str, Any], folder: str, now: float, environment: Mapping[str, str]
) -> tuple[str, bool]:
    """The git directory of the session's folder ("" without one), and whether limits were kept."""
    common = _common_dir(_folder(handed, folder))
    limits = handed.get("rate_limits")
    if not isinstance(limits, Mapping) or not limits:
        return common, False
    if not environment.get("ANTHROPIC_BASE_URL"):  # else another provider's, if any
        from gitledger.capture.trace import leave_limits  # noqa: PLC0415 - where limits are handed

        leave_limits(environment, limits, now)
    return common, bool(common) and _store(f"{common}/{FILE}", handed, now)


def _folder(handed: Mapping[str, Any], folder: str) -> str:
    """The folder the session works in, as handed, else where the command runs."""
    workspace = handed.get("workspace")
    named = workspace.get("current_dir") if isinstance(workspace, Mapping) else None
    named = named or handed.get("cwd")
    there = isinstance(named, str) and "\0" not in named and os.path.isdir(named)  # noqa: PTH112
    return str(named) if there else folder


def _common_dir(folder: str) -> str:
    """The git directory that all worktrees of a folder's repository share; "" without one."""
    at = os.path.abspath(folder)  # noqa: PTH100
    while True:
        found = os.path.join(at, ".git")  # noqa: PTH118
        if os.path.isdir(found):  # noqa: PTH112
            return found
        if os.path.isfile(found):  # noqa: PTH113
            pointer = _read(found).strip().removeprefix("gitdir:").strip()
            own = os.path.realpath(os.path.join(at, pointer))  # noqa: PTH118
            shared = _read(os.path.join(own, "commondir")).strip()  # noqa: PTH118
            return os.path.realpath(os.path.join(own, shared)) if shared else own  # noqa: PTH118
        above = os.path.dirname(at)  # noqa: PTH120
        if above == at:
            return ""
        at = above


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return file.read(65536)
    except OSError:
        return ""


def _store(path: str, handed: Mapping[str, Any], now: float) -> bool:
    """Write the limits beside the time and the program's version: numbers, no session, no path."""
    from gitledger.capture.trace import moment_text  # noqa: PLC0415 - where limits are handed

    kept = {
        "captured_at": moment_text(int(now)),
        "version": str(handed.get("version", "")),
        "rate_limits": handed["rate_limits"],
    }
    scratch = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        with open(scratch, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(json.dumps(kept))
        os.replace(scratch, path)  # noqa: PTH105
    except OSError:  # a full disk: the line is drawn all the same
        try:
            os.unlink(scratch)  # noqa: PTH108
        except OSError:  # a read-only place refuses this too, of a file that is not there
            return False
        return False
    return True


def _line(handed: Mapping[str, Any], common: str, now: float, agent: str) -> str:
    """Both meters with what they come to at this pace, and the open window; at most WIDTH wide.

    Where not all fits the model goes first, then the paces.
    """
    model = handed.get("model")
    name = model.get("display_name") if isinstance(model, Mapping) else None
    limits = handed.get("rate_limits")
    meters = [
        (word, limits.get(key), seconds) if isinstance(limits, Mapping) else (word, None, 0)
        for key, word, seconds in METERS
    ]
    full, short = ([_meter(*each, now, pace=pace) for each in meters] for pace in (True, False))
    window = _open_window(common, now, agent)
    for head, told in ((name, full), ("", full), ("", short)):
        parts = [str(part) for part in (head, *told, window) if part]
        line = " | ".join(parts)
        if len(line) <= WIDTH:
            break
    line = "".join(c if c.isprintable() else " " for c in line)[:WIDTH].rstrip()
    return line or ("no limits handed yet" if handed else "no status on stdin")


def _meter(word: str, meter: object, seconds: int, now: float, *, pace: bool) -> str:
    """`5h 57 % (80 at reset)`; "" for a meter that is not there."""
    used = meter.get("used_percentage") if isinstance(meter, Mapping) else None
    # true is a number to Python; 1e400 is infinite
    if not isinstance(used, int | float) or isinstance(used, bool) or not -1e9 < used < 1e9:
        return ""
    told = f"{word} {round(used, 1):g} %"
    ends = meter.get("resets_at") if isinstance(meter, Mapping) else None
    if not pace or not isinstance(ends, int | float) or isinstance(ends, bool):
        return told
    gone = 1 - (ends - now) / seconds
    if not 0.02 < gone <= 1:  # too early in a window for a pace, or it has reset
        return told
    at_reset = round(used / gone)
    return f"{told} \N{RIGHTWARDS ARROW}{at_reset if at_reset <= MOST else f'>{MOST}'}"


def _open_window(common: str, now: float, agent: str) -> str:
    """The window that the agent, else anybody, has open, with how long: `W0-07 42 min`."""
    try:
        noted = json.loads(_read(f"{common}/{OPEN}") or "[]") if common else []
    except ValueError:
        return ""
    known = [one for one in noted if isinstance(one, dict)] if isinstance(noted, list) else []
    own = [one for one in known if one.get("agent") == agent] or known
    if not own:
        return ""
    since = own[-1].get("since")
    minutes = int(now - since) // 60 if isinstance(since, int) and since <= now else None
    return f"{str(own[-1].get('window', ''))[:20]} {_span(minutes)}".strip()


def _span(minutes: int | None) -> str:
    if minutes is None:
        return ""
    hours, left = divmod(minutes, 60)
    return f"{hours} h {left} min" if hours else f"{left} min"
