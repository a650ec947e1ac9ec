"""Every reading that the agents' own files of this machine hold, kept in the account's trace.

A capture takes the freshest reading; a window that nobody opened needs the one nearest to its
work, which may have been followed by others.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from gitledger.capture.local import Machine, codex_folders, freshest, moment, read_as, session_files
from gitledger.capture.session_lines import changed_since, lines_with
from gitledger.capture.statefolder import account_label
from gitledger.capture.tail import lines_from_end
from gitledger.capture.trace import leave_past, leave_reading
from gitledger.errors import GitledgerError
from gitledger.meters.reading import Parsed, Value, reading_to_map

AGENTS = {"codex": "codex", "claude": "claude", "glm": "claude"}
PAST = {
    "codex": ("codex-rollout", (b'"rate_limits"',)),
    "claude": ("claude-transcript", (b'"usageReport"', b'"rate_limit_event"')),
}
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
    return leave_reading(machine.environment, holder, at.timestamp(), parsed.source, shown)


def _rollout_readings(machine: Machine, since: datetime) -> Iterator[Parsed]:
    """Readings of Codex's session files, each file from its end until they are older."""
    files = sorted(session_files(codex_folders(machine)[:1], []), key=lambda file: -file[0])
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


def leave_past_readings(
    agent: str, machine: Machine, folders: Sequence[Path], span: tuple[date, date]
) -> int:
    """Keep what session files of an agent say of its meters, of the days `span` (from, to before).

    Between windows nobody captures; these are what tells of idle use and of resets then.
    """
    source, words = PAST[agent]
    holder = (agent, account_label(agent, machine.environment))
    shown: dict[float, list[dict[str, Value]]] = {}
    for path in changed_since(folders, span[0]):
        for line in lines_with(path, words):
            parsed = read_as(source, line, machine.now)
            at = parsed.captured_at
            wrong = any(problem.severity == "error" for problem in parsed.problems)
            if parsed.readings and at is not None and not wrong and span[0] <= at.date() < span[1]:
                told = [reading_to_map(reading) for reading in parsed.readings]
                shown.setdefault(at.timestamp(), told)
    return leave_past(machine.environment, holder, source, sorted(shown.items()))
