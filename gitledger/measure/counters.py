"""Tokens of an account over time: as session files of machines state them, or counters reported.

Depends on hours of tokens (trace rows) and usage rows. Two programs count one answer differently:
one of both is taken for the whole history, or a change of the counter would pass for one of the
limit.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from gitledger.ledger.row import Row
from gitledger.measure.usage import SCOPES
from gitledger.windows.snapshot import NO_ACCOUNT, maps_of, moment, number_of, text_of
from gitledger.windows.stretches import NEAR
from gitledger.windows.token_hours import HOUR, TokenHour

COUNTED_FIRST = ("input_tokens", "output_tokens", "cache_creation_tokens")
LONGEST_SPAN = 5 * HOUR
DAY = 86_400


class CountedTokens(NamedTuple):
    """One period of a token counter: epoch seconds, tokens without cache reads, and those.

    `models` have the tokens of each where the counter tells them; `subagents` are those among
    `tokens` that sub-agents used, None where it does not tell. `rows` hold it. The use itself may
    have begun and ended `slack` seconds within.
    """

    start: int
    end: int
    tokens: float
    cached: float | None
    models: tuple[tuple[str, float | None], ...]
    rows: tuple[str, ...]
    subagents: float | None
    slack: int = NEAR


def counted_tokens(
    hours: Sequence[TokenHour], usage: Sequence[Row], holder: tuple[str, str]
) -> tuple[CountedTokens, ...]:
    """The tokens of an account, oldest first, from what tells more days of it.

    Session files win where both tell as many: they tell models, cache and sub-agents apart.
    """
    stated, reported = stated_tokens(hours), reported_tokens(usage, *holder)
    return reported if days_told(reported) > days_told(stated) else stated


def days_told(counted: Sequence[CountedTokens]) -> int:
    """How many UTC days have tokens."""
    return len({one.start // DAY for one in counted})


def stated_tokens(hours: Sequence[TokenHour]) -> tuple[CountedTokens, ...]:
    """What session files state: hours that follow one another as one, of five hours at most.

    Few and long spans lose less to the rounding of the meter at both ends.
    """
    runs: list[list[TokenHour]] = []
    for hour in hours:
        last = runs[-1] if runs else []
        follows = last and hour.start == last[-1].start + HOUR
        if follows and hour.start + HOUR - last[0].start <= LONGEST_SPAN:
            last.append(hour)
        else:
            runs.append([hour])
    return tuple(one for one in map(_joined, runs) if one.tokens > 0)


def _joined(run: Sequence[TokenHour]) -> CountedTokens:
    models: dict[str, float | None] = defaultdict(float)
    tokens = beside = reads = 0.0
    for hour in run:
        for kind, (entered, written, stored, read) in hour.kinds.items():
            own = float((entered or 0) + (written or 0) + (stored or 0))
            tokens, reads = tokens + own, reads + (read or 0)
            beside += own if kind.subagent else 0.0
            models[kind.model] = (models[kind.model] or 0.0) + own
    rows = dict.fromkeys(row for hour in run for row in hour.rows)
    span = (run[0].start, run[-1].start + HOUR)
    return CountedTokens(*span, tokens, reads, tuple(models.items()), tuple(rows), beside, HOUR)


def reported_tokens(rows: Sequence[Row], provider: str, account: str) -> tuple[CountedTokens, ...]:
    """What usage counters reported of an account: each period once, by its newest report.

    Scopes overlap, and programs read the same files: the narrowest scope of the source with the
    most periods is taken. Overlapping periods of one source are counted once.
    """
    groups: dict[tuple[str, str], dict[int, tuple[str, CountedTokens]]] = defaultdict(dict)
    for row in rows:
        mine = (text_of(row.values, "provider"), text_of(row.values, "account", NO_ACCOUNT))
        if mine != (provider, account):
            continue
        reported = text_of(row.values, "captured_at") or row.recorded_at
        scope = text_of(row.values, "scope")
        known = groups[(text_of(row.values, "source"), scope)]
        for part in maps_of(row.values, "entries") or (row.values,):
            one = counted_in(part, row, scope, reported)
            if one is not None and known.get(one.start, ("",))[0] <= reported:
                known[one.start] = (reported, one)
    if not groups:
        return ()
    ranks = {scope: rank for rank, scope in enumerate(SCOPES)}
    best = min(groups, key=lambda g: (ranks.get(g[1], len(SCOPES)), -len(groups[g]), g))
    found: list[CountedTokens] = []
    for _, (_, one) in sorted(groups[best].items()):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return tuple(found)


def counted_in(
    part: Mapping[str, object], row: Row, scope: str, reported: str
) -> CountedTokens | None:
    """One period of a report; None where it does not say from when to when, or how many tokens."""
    start, end = moment(part.get("period_start")), moment(part.get("period_end"))
    if start is None and scope == "day":
        start = _day(text_of(part, "period"))
    if end is None and start is not None and scope == "day":
        end = start + timedelta(days=1)
    tokens, cached = amounts(part)
    if start is None or end is None or tokens is None:
        return None
    shown = moment(reported)
    end = end if shown is None else min(end, shown)
    if end <= start:
        return None
    listed = part.get("models") or row.values.get("models") or ()
    models = tuple((str(n), None) for n in listed) if isinstance(listed, list | tuple) else ()
    span = (int(start.timestamp()), int(end.timestamp()))
    return CountedTokens(*span, tokens, cached, models, (row.id,), None)


def _day(name: str) -> datetime | None:
    return moment(f"{name}T00:00:00+00:00") if len(name) == 10 else None


def amounts(part: Mapping[str, object]) -> tuple[float | None, float | None]:
    """Tokens that are no cache reads, and the cache reads; None where they are not told.

    A cache read is told apart: it costs a tenth of a token and would drown the others.
    """
    parts = [number_of(part, name) for name in COUNTED_FIRST]
    cached, total = number_of(part, "cache_read_tokens"), number_of(part, "total_tokens")
    known = [float(number) for number in parts if number is not None]
    reads = None if cached is None else float(cached)
    if len(known) >= 2:
        return sum(known), reads
    if total is None:
        return None, reads
    return max(float(total) - (reads or 0.0), 0.0), reads
