"""Every reading that the agents' own files of this machine hold, kept in the account's trace.

A capture takes the freshest reading; a window that nobody opened needs the one nearest to its
work, which may have been followed by others.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from gitledger.capture.local import Machine, freshest, moment, read_as, session_files
from gitledger.capture.statefolder import account_label
from gitledger.capture.tail import lines_from_end
from gitledger.capture.trace import leave_reading
from gitledger.errors import GitledgerError, Problem
from gitledger.meters.reading import Parsed, reading_to_map

AGENTS = {"codex": "codex", "claude": "claude", "glm": "claude"}
MOST_FILES = 200
MOST_LINES = 5000


def leave_local_readings(provider: str, machine: Machine, since: datetime) -> int:
    """Keep what this machine's files say of a provider since a moment; how many were new.

    The account is that of the agent's configuration folder in force.
    """
    holder = (provider, account_label(AGENTS.get(provider, provider), machine.environment))
    kept = 0
    if provider == "codex":
        # read from the newest back, told in the order of time
        for parsed in reversed(list(_rollout_readings(machine, since))):
            kept += _left(machine, holder, parsed, parsed.captured_at)
    try:
        found = freshest(provider, machine)
    except GitledgerError:
        return kept  # nothing is known here now
    parsed = read_as(found.source, found.text, found.written_at)
    return kept + _left(machine, holder, parsed, parsed.captured_at or found.written_at)


def _left(machine: Machine, holder: tuple[str, str], parsed: Parsed, at: datetime | None) -> bool:
    if at is None or any(problem.severity == "error" for problem in parsed.problems):
        return False
    shown = [reading_to_map(reading) for reading in parsed.readings]
    return leave_reading(machine.environment, holder, at, parsed.source, shown)


def _rollout_readings(machine: Machine, since: datetime) -> Iterator[Parsed]:
    """Readings of Codex's session files, each file from its end until they are older."""
    root = Path(machine.environment.get("CODEX_HOME") or machine.home / ".codex")
    unsaid: list[Problem] = []
    files = sorted(session_files([root / "sessions"], unsaid), key=lambda file: -file[0])
    for seconds, _, path in files[:MOST_FILES]:
        if moment(seconds) < since:
            return
        yield from _readings_in(path, since)


def _readings_in(path: Path, since: datetime) -> Iterator[Parsed]:
    try:
        for number, line in enumerate(lines_from_end(path, b'"rate_limits"')):
            parsed = read_as("codex-rollout", line, since)
            at = parsed.captured_at
            if number >= MOST_LINES or (at is not None and at < since):
                return
            if parsed.readings and at is not None:
                yield parsed
    except OSError:
        return
