"""What an agent's hook says, as one line of the local trace, and a recorder that sees to it.

An agent waits for its hook, so this loads nothing heavy, writes one line and starts a process that
it leaves alone. Of what the agent hands over only the event, the session (hashed), the reason and
the folder are read: prompts and answers stand there too, and reach no file.
"""

import json
import os
import time
from collections.abc import Mapping, Sequence

from gitledger.capture.statefolder import account_label, machine_hash
from gitledger.capture.trace import SESSIONS, append
from gitledger.git.liveness import is_alive

AGENTS = ("claude", "codex")
GUARD = "GITLEDGER_AGENT_HOOK"  # set for whatever a capture starts: its hooks are not ours to hear
EVENTS = {
    "SessionStart": "start",
    "SessionEnd": "end",
    "Stop": "turn",
    "SubagentStop": "turn",
    "agent-turn-complete": "turn",
}
OTHER = "other"
FIELDS = ("hook_event_name", "type", "session_id", "thread-id", "source", "reason", "cwd")
ZAI = ("z.ai", "bigmodel.cn")
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
LONGEST_WORD = 32  # of an event's own words, which become columns of a row
LONGEST_ID = 256  # agents use UUIDs of 36 characters
MOST_BYTES = 1 << 24  # of an event, which may carry an agent's whole last answer
SPOOL = "gitledger/spool"
DRAINER = "gitledger/drainer"
SESSION = "session"


def told_in(given: bytes) -> dict[str, str]:
    """The few fields that are ours to read; of a text that was cut off, those that are whole."""
    text = given[:MOST_BYTES].decode("utf-8", "replace")
    try:
        told: object = json.loads(text)
    except (ValueError, RecursionError):  # cut at MOST_BYTES, or nested a thousand deep
        told = {name: json.loads(f'"{value}"') for name, value in _parts(text)}
    if not isinstance(told, Mapping):
        return {}
    return {name: value for name in FIELDS if isinstance(value := told.get(name), str)}


def _parts(text: str) -> list[tuple[str, str]]:
    """Fields of a text that is no whole JSON; the first of a name counts."""
    import re  # noqa: PLC0415 - to make the pattern takes longer than all the rest

    found: dict[str, str] = {}
    part = re.compile(rf'(?<!\\)"({"|".join(FIELDS)})"\s*:\s*"((?:[^"\\]|\\.)*)"')
    for name, value in part.findall(text):
        try:
            json.loads(f'"{value}"')
        except ValueError:
            continue
        found.setdefault(name, value)
    return list(found.items())


def hear(
    agent: str, told: Mapping[str, str], environment: Mapping[str, str], *, folder: str, at: float
) -> tuple[str, str]:
    """Keep one event of a session; the repository's git folder and what became of it, in words.

    The git folder is "" where there is no ledger: the account was used all the same.
    """
    session = (told.get("session_id") or told.get("thread-id") or "")[:LONGEST_ID]
    if not session:
        return "", "no session is named"
    name = told.get("hook_event_name") or told.get("type") or ""
    named = told.get("cwd", "")
    common = common_dir(named if named and os.path.isdir(named) else folder)  # noqa: PTH112 - light
    event = EVENTS.get(name, OTHER)
    line = {
        "at": at,
        "agent": agent,
        "provider": provider_of(agent, environment),
        "account": account_label(agent, environment),
        "who": _who(environment),
        "session": machine_hash(environment, session),
        "event": event,
        "reason": _word(told.get("source") or told.get("reason") or ""),
        "place": machine_hash(environment, common or named or folder),
    }
    kept = append(environment, SESSIONS, line)
    here = common if common and os.path.isdir(f"{common}/{SPOOL}") else ""  # noqa: PTH112 - light
    return here, event if kept else "the state folder takes no line"


def _who(environment: Mapping[str, str]) -> str:
    """The agent's name as given; what may stand in a row is decided when one is written."""
    # a name of the user's becomes a column
    return "".join(c for c in environment.get("AGENT_ID", "") if c.isprintable())[:64]


def _word(text: str) -> str:
    """A reason as one of the agents' own words; anything else is nothing that we keep."""
    plain = text[:1].isalpha() and len(text) <= LONGEST_WORD and set(text) <= LETTERS
    return text if plain else ""


def provider_of(agent: str, environment: Mapping[str, str]) -> str:
    """Whose meters a session uses: Claude Code may talk to z.ai, by its base URL."""
    if agent != "claude":
        return agent
    url = environment.get("ANTHROPIC_BASE_URL", "") or _configured_url(environment)
    host = url.rpartition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    return "glm" if any(f".{host}".endswith(f".{name}") for name in ZAI) else "claude"


def _configured_url(environment: Mapping[str, str]) -> str:
    """The base URL that the agent's own settings set; nothing else of them is looked at."""
    home = environment.get("HOME", "")
    folder = environment.get("CLAUDE_CONFIG_DIR", "").split(",")[0] or f"{home}/.claude"
    try:
        with open(f"{folder}/settings.json", "rb") as file:  # noqa: PTH123 - light
            data = file.read(MOST_BYTES)
        values = json.loads(data) if b"ANTHROPIC_BASE_URL" in data else {}
        url = values["env"]["ANTHROPIC_BASE_URL"] if values else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return url if isinstance(url, str) else ""


def common_dir(folder: str) -> str:
    """The git folder that all worktrees of a folder's repository share; "" without one."""
    here = os.path.realpath(folder)
    while True:
        found = f"{here}/.git"
        if os.path.isdir(found):  # noqa: PTH112 - light
            return found
        if os.path.isfile(found):  # noqa: PTH113 - light
            return _pointed(here, found)
        if os.path.isdir(f"{here}/{SPOOL}") and os.path.isfile(f"{here}/HEAD"):  # noqa: PTH112, PTH113
            return here  # a bare repository
        above = os.path.dirname(here)  # noqa: PTH120 - light
        if above == here:
            return ""
        here = above


def _pointed(here: str, file: str) -> str:
    """The shared git folder behind a worktree's or submodule's `.git` file."""
    pointer = _first_line(file).removeprefix("gitdir:").strip()
    own = os.path.realpath(f"{here}/{pointer}" if not pointer.startswith("/") else pointer)
    shared = _first_line(f"{own}/commondir").strip()
    return os.path.realpath(f"{own}/{shared}") if shared else own


def _first_line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - light
            return file.readline()
    except OSError:
        return ""


def start_recorder(
    words: Sequence[str], common: str, environment: Mapping[str, str], *, event: str = SESSION
) -> None:
    """Start what records, detached, unless one that has yet to look is there already.

    Whoever finds the file knows that its process will look once more (see `git.code.drainer`).
    An end that a person typed is nothing that another process would find.
    """
    waiting = _first_line(f"{common}/{DRAINER}").strip()
    if event == SESSION and waiting.isdigit() and is_alive(int(waiting)):
        return
    own = {k: v for k, v in environment.items() if not k.startswith("GIT_DIR")} | {GUARD: "1"}
    null = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (0, 1, 2)]
    words = (*words, "-C", common, "hook", event)
    try:
        try:
            pid = os.posix_spawn(words[0], words, own, file_actions=null, setsid=True)
        except NotImplementedError:  # a libc without POSIX_SPAWN_SETSID: Ctrl-C may end it
            pid = os.posix_spawn(words[0], words, own, file_actions=null)
        with open(f"{common}/{DRAINER}", "w", encoding="ascii") as file:  # noqa: PTH123 - light
            file.write(f"{pid}\n")
    except OSError:
        return  # the line stands: the next command or session records it


def now() -> float:
    """The moment of an event, Unix seconds."""
    return time.time()
