"""What the agents' own files on this machine say, when a capture is given no text.

Reads files below the home folder it is told, newest first and from the end, and runs the user's
own quota command. Sends nothing, reads no credential, keeps no line but the one with figures.
"""

import json
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from os import DirEntry, scandir
from pathlib import Path

from gitledger.capture.tail import LONGEST_LOOK, lines_from_end
from gitledger.errors import NoMeter, Problem
from gitledger.meters import registry
from gitledger.meters.claude_feeds import CACHE
from gitledger.meters.jsontext import as_map, documents
from gitledger.meters.plan_names import SETTINGS as PLAN_SETTINGS
from gitledger.meters.reading import DEFAULT_BUCKET, Parsed
from gitledger.report.figures import count_text

COMMAND_SECONDS = 30  # for a command of the user's that reads all transcripts first
SHOWN_BY = {"codex": "run /status in Codex", "claude": "run /usage in Claude Code"}
MOST_FILES = 500  # the newest first: a folder of years is not read to its end
MOST_BYTES = 1 << 28  # in one look, however large sessions are
SETTINGS, OWNER = ".claude.json", "oauthAccount"
QUOTA_FILE = "GITLEDGER_GLM_QUOTA"
QUOTA_COMMAND = "GITLEDGER_GLM_COMMAND"


@dataclass(frozen=True, slots=True)
class Machine:
    """Where to look: the home folder, the environment, the moment (UTC), places already known.

    `captures` are files that `gitledger statusline` wrote; `quota_file` and `quota_command` come
    from the configuration and win over the environment.
    """

    home: Path
    environment: Mapping[str, str]
    now: datetime
    captures: tuple[Path, ...] = ()
    quota_file: str = ""
    quota_command: str = ""


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text with figures: the source it is in, where it was found, when it was written (UTC)."""

    source: str
    place: str
    text: str
    written_at: datetime


def freshest(provider: str, machine: Machine) -> LocalText:
    """The newest text on this machine that holds a reading of the provider.

    Raises NoMeter with every place that was searched, as problems.
    """
    places: list[Problem] = []
    finders = {"codex": from_codex, "claude": from_claude, "glm": from_glm}
    finder = finders.get(provider)
    found = list(finder(machine, places)) if finder else []
    if not finder:
        note(places, provider, "no local files are known for this provider")
    if found:
        return max(found, key=lambda text: text.written_at)
    shown = SHOWN_BY.get(provider, "show the usage")
    hint = f"{shown}, copy the output, then give it with --from FILE, or pipe it in"
    raise NoMeter(f"no {provider} usage found on this machine", hint, places)


def note(places: list[Problem], place: str, what: str) -> None:
    """Remember a place that was searched, and what was found there, for the refusal."""
    places.append(Problem(place, what, code="searched", severity="note"))


def codex_folders(machine: Machine) -> list[Path]:
    """Where Codex keeps its session files: those in use first, then those put away."""
    root = Path(machine.environment.get("CODEX_HOME") or machine.home / ".codex")
    return [root / "sessions", root / "archived_sessions"]


def claude_roots(machine: Machine) -> list[Path]:
    """The folders that the user names as Claude Code's own; none where there is the usual one."""
    named = machine.environment.get("CLAUDE_CONFIG_DIR", "")
    return [Path(part) for part in named.split(",") if part.strip()]


def claude_folders(machine: Machine) -> list[Path]:
    """Where Claude Code keeps its session files: in either of its usual homes, or as named."""
    usual = [machine.home / ".claude", machine.home / ".config" / "claude"]
    return [root / "projects" for root in claude_roots(machine) or usual]


def from_codex(machine: Machine, places: list[Problem]) -> Iterator[LocalText]:
    """The newest line of Codex's session files that holds a real reading."""
    yield from newest_line(codex_folders(machine), "codex-rollout", (b'"rate_limits"',), places)


def from_claude(machine: Machine, places: list[Problem]) -> Iterator[LocalText]:
    """The status line capture, Claude's own copy of the usage, and the newest line with limits."""
    for capture in machine.captures:
        yield from from_file(capture, "claude-statusline", places)
    for folder in claude_roots(machine) or [machine.home]:
        yield from from_settings(folder / SETTINGS, places)
    words = (b'"usageReport"', b'"rate_limit_event"')
    yield from newest_line(claude_folders(machine), "claude-transcript", words, places)


def from_settings(path: Path, places: list[Problem]) -> Iterator[LocalText]:
    """The usage that Claude keeps among its settings; nothing else of the file is taken."""
    try:
        is_small, data = path.stat().st_size <= LONGEST_LOOK, path.read_bytes()
    except OSError as error:
        note(places, str(path), (error.strerror or "cannot be read").lower())
        return
    found = documents(data.decode(errors="replace")) if is_small else ()
    kept = next((as_map(doc[CACHE]) for doc in found if CACHE in doc), {})
    taken = {key: kept[key] for key in ("fetchedAtMs", "utilization") if key in kept}
    account = next((as_map(doc[OWNER]) for doc in found if OWNER in doc), {})
    plan = {key: account[key] for key in PLAN_SETTINGS if key in account}
    text = json.dumps({CACHE: taken, OWNER: plan}, default=float) if taken else ""
    parsed = read_as("claude-oauth", text, moment(0)) if text else None
    if parsed and parsed.readings and parsed.captured_at:
        yield LocalText("claude-oauth", str(path), text, parsed.captured_at)
    else:
        note(places, str(path), why_not(parsed) if parsed else f"no {CACHE} in it")


def from_glm(machine: Machine, places: list[Problem]) -> Iterator[LocalText]:
    """The quota file or the answer of the user's own command."""
    path = machine.quota_file or machine.environment.get(QUOTA_FILE, "")
    command = machine.quota_command or machine.environment.get(QUOTA_COMMAND, "")
    if path:
        yield from from_file(machine.home / Path(path).expanduser(), "zai", places)
    else:
        note(places, QUOTA_FILE, "no quota file is named")
    if command:
        yield from from_command(command, machine.now, places)
    else:
        note(places, QUOTA_COMMAND, "no command is named")


def from_file(path: Path, source: str, places: list[Problem]) -> Iterator[LocalText]:
    """A small file, when it holds a reading."""
    try:
        data, seconds = path.read_bytes(), path.stat().st_mtime
    except OSError as error:
        note(places, str(path), (error.strerror or "cannot be read").lower())
        return
    text, written = data.decode("utf-8-sig", errors="replace"), moment(seconds)
    parsed = read_as(source, text, written)
    if parsed.readings:
        yield LocalText(source, str(path), text, parsed.captured_at or written)
    else:
        note(places, str(path), why_not(parsed))


def from_command(command: str, now: datetime, places: list[Problem]) -> Iterator[LocalText]:
    """What the user's own command prints, when it holds a reading."""
    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        note(places, command, f"did not run: {error}")
        return
    text = done.stdout.decode(errors="replace")
    parsed = read_as("zai", text, now)
    if parsed.readings:
        yield LocalText("zai", command, text, now)
    else:
        note(places, command, f"exit {done.returncode}, {why_not(parsed)}")


def newest_line(
    folders: Sequence[Path], source: str, words: Sequence[bytes], places: list[Problem]
) -> Iterator[LocalText]:
    """The newest reading in the session files below the folders.

    Files are taken by the time of their last change; once a reading is found, only files that
    changed after it are looked at as well.
    """
    files = sorted(session_files(folders, places), key=lambda file: -file[0])  # the newest first
    best: LocalText | None = None
    looked = budget = 0
    for seconds, size, path in files[:MOST_FILES]:
        if (best and moment(seconds) <= best.written_at) or budget > MOST_BYTES:
            break
        looked, budget = looked + 1, budget + min(size, LONGEST_LOOK)
        found = last_reading(path, source, words, moment(seconds))
        if found and (best is None or found.written_at > best.written_at):
            best = found
    if best:
        yield best
    elif files:
        what = f"{looked} of {count_text(len(files), 'file')}, none holds a limit"
        note(places, str(folders[0]), what)


def session_files(
    folders: Sequence[Path], places: list[Problem]
) -> Iterator[tuple[float, int, Path]]:
    """Time of change, size and path of every `.jsonl` file below the folders."""
    for folder in folders:
        if not folder.is_dir():
            note(places, str(folder), "no such folder")
            continue
        found = list(walk(str(folder)))
        if not found:
            note(places, str(folder), "no session file in it")
        for entry in found:
            with suppress(OSError):  # it went away meanwhile
                status = entry.stat()
                yield status.st_mtime, status.st_size, Path(entry.path)


def walk(folder: str) -> Iterator[DirEntry[str]]:
    """The `.jsonl` files below a folder; links to folders are not followed."""
    try:
        entries = list(scandir(folder))
    except OSError:  # no such agent here, or another user's folder
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path)
        elif entry.name.endswith(".jsonl") and entry.is_file():
            yield entry


def last_reading(
    path: Path, source: str, words: Sequence[bytes], changed: datetime
) -> LocalText | None:
    """The last line of a file that holds a reading, with the main pool's where it is another."""
    for word in words:
        kept: list[str] = []
        try:
            for line in lines_from_end(path, word):
                parsed = read_as(source, line, changed)
                if parsed.readings:
                    kept.insert(0, line)
                if any(reading.bucket == DEFAULT_BUCKET for reading in parsed.readings):
                    break
        except OSError:  # the agent removed it meanwhile
            return None
        if kept:
            text = "\n".join(kept)
            clock = read_as(source, text, changed).captured_at
            return LocalText(source, str(path), text, clock or changed)
    return None


def read_as(source: str, text: str, at: datetime) -> Parsed:
    """A text as that source; structured feeds need no zone."""
    return registry.parse(source, text, at=at, tz=UTC)


def why_not(parsed: Parsed) -> str:
    """Why a text gave no reading, in the parser's words."""
    return parsed.problems[0].what if parsed.problems else "no reading in it"


def moment(seconds: float) -> datetime:
    """A file's time as UTC."""
    return datetime.fromtimestamp(seconds, UTC)
