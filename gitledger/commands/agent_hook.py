"""`agent-hook claude|codex`: what the agents' own hooks call when a session starts or ends.

A session opens a window, unless the agent has one open with that provider, and the last session
of a window that began this way ends it. A window that a person started is left to the person.
It never refuses: an agent must not be held up, and exit code 2 would stop it.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from gitledger.book.opening import open_book
from gitledger.book.windows import fold_book
from gitledger.book.world import World
from gitledger.capture.beginning import record_before
from gitledger.capture.ending import record_after
from gitledger.capture.snapshot import CaptureOptions
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, GitledgerError
from gitledger.git.files import forget, replace_file, write_failed
from gitledger.git.hooks.missed import keep_failure
from gitledger.git.repository import Repository, open_repository
from gitledger.windows.spans import open_windows

AGENTS = ("claude", "codex")
GUARD = "GITLEDGER_AGENT_HOOK"  # set for whatever a capture starts: its hooks are not ours to hear
FOLDER = "sessions"
FORGOTTEN_SECONDS = 24 * 3600.0  # a session that never said it ended
SAME_SESSION = {"compact"}  # SessionStart of a session that goes on
GOES_ON = {"clear"}  # SessionEnd that another SessionStart follows at once


@dataclass(frozen=True, slots=True)
class Session:
    """What an agent's hook said: the event, the session, why, where it works."""

    event: str
    id: str
    reason: str
    folder: Path


def agent_hook(world: World, words: Sequence[str]) -> Result:
    """Act on the JSON that an agent's hook hands over. Exit code 0, or 1 for an unknown agent."""
    agent = words[0] if words else ""
    if agent not in AGENTS:
        note = f"gitledger: agent-hook knows {' and '.join(AGENTS)}, not {agent!r}"
        return Result("gitledger.agent-hook/1", {}, lines(), notes=[note], exit_code=EXIT_NO)
    if world.environment.get(GUARD):
        return _done("", "called from within a capture: nothing to do")
    session = session_of(world, words[1:])
    inner = replace(
        world,
        directory=session.folder,
        environment={**world.environment, GUARD: "1"},
        read_stdin=None,
    )
    try:
        repository = open_repository(inner.directory, inner.environment)
    except GitledgerError:
        return _done("", "no repository here")
    try:
        return _acted(inner, repository, agent, session)
    except GitledgerError as error:
        keep_failure(repository, f"agent-hook {agent}: {error.what}")
        return _done("", f"{error.what} ({error.hint})")


def session_of(world: World, words: Sequence[str]) -> Session:
    """The session that an agent's hook describes, on standard input or as the last word."""
    given = words[-1].encode() if words else (world.read_stdin() if world.read_stdin else b"")
    try:
        told = json.loads(given)
    except ValueError:
        told = {}
    told = told if isinstance(told, Mapping) else {}
    named = told.get("cwd")
    folder = Path(named) if isinstance(named, str) and Path(named).is_dir() else world.directory
    return Session(
        event=_text(told, "hook_event_name") or _text(told, "type"),
        id=_text(told, "session_id") or _text(told, "thread-id"),
        reason=_text(told, "source") or _text(told, "reason"),
        folder=folder,
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _acted(world: World, repository: Repository, agent: str, session: Session) -> Result:
    if session.event == "SessionStart" and session.reason not in SAME_SESSION:
        return _begun(world, repository, agent, session)
    if session.event == "SessionEnd" and session.reason not in GOES_ON:
        return _ended(world, repository, agent, session)
    open_book(world)  # records what git hooks left behind
    return _done("", f"{session.event or 'no event'}: nothing to do")


def _begun(world: World, repository: Repository, agent: str, session: Session) -> Result:
    """Open a window, or join the one that an earlier session opened."""
    folded = fold_book(open_book(world), ("snapshots", "windows"))
    opened = [
        entry.window
        for entry in open_windows(folded.windows)
        if (entry.agent, entry.provider) == (world.agent, agent)
    ]
    if opened:
        if any(name == opened[-1] for _, name in _sessions(repository, agent)):
            _remember(repository, agent, session, opened[-1])
        return _done(opened[-1], f"{opened[-1]} is open already")
    options = CaptureOptions(notes=f"{agent} session", unattended=True)
    payload, _ = record_before(world, agent, options)
    window = str(payload["window"])
    _remember(repository, agent, session, window)
    return _done(window, f"{window} begun")


def _ended(world: World, repository: Repository, agent: str, session: Session) -> Result:
    """End the window when this session is the last one of it."""
    own = _file(repository, agent, session)
    try:
        window = own.read_text(encoding="utf-8").strip()
    except OSError:
        return _done("", "this session opened no window")
    forget(str(own))
    if any(name == window for _, name in _sessions(repository, agent)):
        return _done(window, f"{window} stays open for another session")
    ending = CaptureOptions(window=window, notes=f"{agent} session", unattended=True)
    record_after(world, agent, ending)
    return _done(window, f"{window} ended")


def _file(repository: Repository, agent: str, session: Session) -> Path:
    name = sha256(session.id.encode()).hexdigest()[:16]
    return repository.state / FOLDER / f"{agent}-{name}"


def _remember(repository: Repository, agent: str, session: Session, window: str) -> None:
    path = _file(repository, agent, session)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, f"{window}\n".encode())
    except OSError as error:
        raise write_failed(error, path) from None


def _sessions(repository: Repository, agent: str) -> list[tuple[Path, str]]:
    """Sessions of an agent that have a window; those that were forgotten are left out."""
    folder = repository.state / FOLDER
    found = sorted(folder.glob(f"{agent}-*")) if folder.is_dir() else []
    young = [p for p in found if time.time() - p.stat().st_mtime < FORGOTTEN_SECONDS]
    return [(path, path.read_text(encoding="utf-8").strip()) for path in young]


def _done(window: str, what: str) -> Result:
    """An answer that says nothing on standard output: an agent would read it as context."""
    payload = {"window": window, "did": what}
    note = f"gitledger: {what}" if window else ""
    return Result("gitledger.agent-hook/1", payload, lines(), notes=[note] if note else [])
