"""`statusline`: a status line command for Claude Code that keeps the limits it is handed.

It runs at every redraw, so it imports nothing heavy: the git directory is found by walking up.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gitledger.book.world import World
from gitledger.capture.trace import leave_limits
from gitledger.commands.result import Result, lines

FILE = "gitledger/statusline.json"  # below the common git directory
METERS = (("five_hour", "5h"), ("seven_day", "week"))


def statusline(world: World) -> Result:
    """Store `rate_limits` in the git directory, whole or not at all, and answer with one line.

    Never refuses: a status line that fails would only disturb. Input that is not a JSON object
    gives a line that says so.
    """
    handed = _handed(world)
    limits = handed.get("rate_limits")
    stored = False
    if isinstance(limits, Mapping) and limits:
        folder = _common_dir(_folder(world, handed))
        stored = folder is not None and _store(folder / FILE, handed, limits, world.now)
        if not world.environment.get("ANTHROPIC_BASE_URL"):  # else another provider's, if any
            leave_limits(world.environment, limits, world.now.timestamp())
    payload = {"stored": stored, "rate_limits": limits if isinstance(limits, Mapping) else None}
    return Result("gitledger.statusline/1", payload, lines(_line(handed)))


def _handed(world: World) -> Mapping[str, Any]:
    data = world.read_stdin() if world.read_stdin else b""
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _folder(world: World, handed: Mapping[str, Any]) -> Path:
    """The folder the session works in, as handed, else where the command runs."""
    workspace = handed.get("workspace")
    named = workspace.get("current_dir") if isinstance(workspace, Mapping) else None
    named = named or handed.get("cwd")
    given = Path(named) if isinstance(named, str) else world.directory
    return given if given.is_dir() else world.directory


def _common_dir(folder: Path) -> Path | None:
    """The git directory that all worktrees of a folder's repository share; None without one."""
    for parent in (folder, *folder.parents):
        found = parent / ".git"
        if found.is_dir():
            return found
        if found.is_file():
            pointer = found.read_text(encoding="utf-8", errors="replace").strip()
            own = (parent / pointer.removeprefix("gitdir:").strip()).resolve()
            shared = own / "commondir"
            return (own / shared.read_text().strip()).resolve() if shared.is_file() else own
    return None


def _store(path: Path, handed: Mapping[str, Any], limits: Mapping[str, Any], now: datetime) -> bool:
    """Write the limits beside the time and the program's version: numbers, no session, no path."""
    kept = {
        "captured_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": str(handed.get("version", "")),
        "rate_limits": limits,
    }
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_text(json.dumps(kept), encoding="utf-8")
        scratch.replace(path)
    except OSError:
        with suppress(OSError):  # a read-only place refuses this too, of a file that is not there
            scratch.unlink(missing_ok=True)
        return False
    return True


def _line(handed: Mapping[str, Any]) -> str:
    model = handed.get("model")
    name = model.get("display_name") if isinstance(model, Mapping) else None
    limits = handed.get("rate_limits")
    told = [str(name)] if name else []
    for key, word in METERS:
        meter = limits.get(key) if isinstance(limits, Mapping) else None
        used = meter.get("used_percentage") if isinstance(meter, Mapping) else None
        if isinstance(used, int | float) and not isinstance(used, bool):
            told.append(f"{word} {round(used, 1):g} %")
    return " | ".join(told) or ("no limits handed yet" if handed else "no status on stdin")
