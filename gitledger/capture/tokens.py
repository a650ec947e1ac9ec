"""Tokens of each account by hour, counted once from the agents' own session files of this machine.

A day that is over is counted once, by the first `catch-up` after it, with the readings of meters in
the same files, and kept in the user's state folder: every clone's ledger takes its rows from there.
Numbers and the names of models are kept; of the files nothing else is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from gitledger.capture.local import Machine
from gitledger.capture.rollouts import leave_past_readings
from gitledger.capture.session_lines import changed_since, folders_of, lines_with
from gitledger.capture.statefolder import account_label, machine_hash
from gitledger.capture.trace import TOKENS, append, token_lines
from gitledger.meters.jsontext import line_object
from gitledger.meters.session_tokens import (
    Answer,
    claude_answer,
    codex_answers,
    largest,
    provider_of_model,
)
from gitledger.windows.token_hours import Counts, TokenDay, TokenKind, day_of, plus
from gitledger.windows.trace import midnight_of, moment_of

FIRST_DAYS = 120  # of the first run; Claude Code itself keeps session files for thirty days
SOURCES = {"claude": "claude-transcript", "codex": "codex-rollout"}
CLAUDE_WORDS = (b'"usage"',)
CODEX_WORDS = (b'"token_count"', b'"turn_context"', b'"session_meta"')


def leave_tokens(machine: Machine) -> int:
    """Count the days that are over and were not counted yet; how many accounts' days that made."""
    environment, today = machine.environment, machine.now.astimezone(UTC).date()
    made = 0
    for agent in SOURCES:
        account = account_label(agent, environment)
        first = uncounted_since(environment, (agent, account), today)
        folders = folders_of(agent, machine)
        if first >= today or not folders:
            continue
        answers = claude_answers if agent == "claude" else rollout_answers
        counter = machine_hash(environment, f"tokens {agent} {account}")
        for day in days_of(answers(folders, first), (agent, account, counter), (first, today)):
            line = {"provider": day.provider, "account": account, "day": day.day}
            made += append(environment, TOKENS, line | {"tokens": day.maps()})
        leave_past_readings(agent, machine, folders, (first, today))
        until = str(today - timedelta(days=1))
        append(environment, TOKENS, {"agent": agent, "account": account, "counted": until})
    return made


def uncounted_since(environment: Mapping[str, str], whose: tuple[str, str], today: date) -> date:
    """The first day of an agent's folder that was not counted yet."""
    first = today - timedelta(days=FIRST_DAYS)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    counted = [
        str(line["counted"])
        for line in token_lines(environment, since)
        if "counted" in line and (line.get("agent"), line.get("account")) == whose
    ]
    try:
        newest = max(map(date.fromisoformat, counted), default=first)
    except ValueError:
        return first
    return max(first, newest + timedelta(days=1))


def tokens_since(environment: Mapping[str, str], since: datetime) -> list[TokenDay]:
    """The days that this machine counted, from a moment on."""
    found = []
    for line in token_lines(environment, since):
        try:
            if "day" in line and moment_of(midnight_of(str(line["day"])) + 86_399) >= since:
                found.append(day_of(line))
        except ValueError:
            continue
    return found


def days_of(
    answers: Iterable[Answer], whose: tuple[str, str, str], span: tuple[date, date]
) -> list[TokenDay]:
    """Answers of the days `span` (from, to before) summed; `whose` is agent, account, counter."""
    agent, account, counter = whose
    sums: dict[tuple[str, str], dict[TokenKind, dict[int, Counts]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for answer in answers:
        day = answer.at.date()
        provider = agent if agent == "codex" else provider_of_model(answer.model)
        if not provider or not span[0] <= day < span[1]:
            continue
        kind = TokenKind(counter, SOURCES[agent], answer.model, answer.subagent)
        hours = sums[(provider, str(day))][kind]
        hour = answer.at.hour
        hours[hour] = plus(hours[hour], answer.counts) if hour in hours else answer.counts[:]
    return [TokenDay(place[0], account, place[1], kinds) for place, kinds in sorted(sums.items())]


def claude_answers(folders: Sequence[Path], first: date) -> Iterable[Answer]:
    """The answers of Claude Code's session files, each once, with its largest counts."""
    found: dict[str, Answer] = {}
    for path in changed_since(folders, first):
        beside = path.name.startswith("agent-") or path.parent.name == "subagents"
        for line in map(line_object, lines_with(path, CLAUDE_WORDS)):
            answer = claude_answer(line, subagent=beside)
            if answer is None:
                continue
            name = answer.id or f"{path.name} {len(found)}"
            found[name] = largest(found[name], answer) if name in found else answer
    return found.values()


def rollout_answers(folders: Sequence[Path], first: date) -> Iterator[Answer]:
    """The answers of Codex's session files, in order of their beginning."""
    known: set[tuple[int, ...]] = set()
    for path in sorted(changed_since(folders, first), key=lambda path: path.name):
        yield from codex_answers(map(line_object, lines_with(path, CODEX_WORDS)), known)
