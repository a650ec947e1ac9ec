"""What one weekly point was worth, week by week: points of five hours, tokens, features.

Depends on `windows` (courses of meters, stretches) and the ledger's usage rows. A week is a period
of the weekly meter as its readings tell it. Sums of both sides are over the same time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from gitledger.ledger.row import Row
from gitledger.measure.outcome import WindowOutcome, mixed_rules
from gitledger.measure.usage import SCOPES
from gitledger.windows.periods import MeterCourse
from gitledger.windows.snapshot import NO_ACCOUNT, maps_of, moment, number_of, text_of
from gitledger.windows.stretches import Span, rises, stretches

SESSION, TOKENS, FEATURES = "5h:weekly", "tokens:weekly", "features:weekly"
RATES: Mapping[str, str] = {
    SESSION: "5h points per weekly point",
    TOKENS: "tokens per weekly point",
    FEATURES: "features per weekly point",
}
ROUNDING = 1 / 6  # variance of the difference of two readings in whole points
LEAST_POINTS = 5.0  # of the weekly meter: a week with less says nothing
COUNTED_FIRST = ("input_tokens", "output_tokens", "cache_creation_tokens")


class WeekRate(NamedTuple):
    """One week of one rate: `top` (5h points, tokens, features) over `points` of the weekly meter.

    `week` is the place of the weekly period; `begin` and `end` are epoch seconds of what was seen
    of it, `n` the sessions, reports or windows, `error` the variance of the log rate that rounding
    and counting alone make. `rows` hold what it was made from.
    """

    week: int
    begin: int
    end: int
    top: float
    points: float
    n: int
    error: float
    rows: tuple[str, ...]
    over: bool
    models: tuple[str, ...] = ()
    cached: float | None = None

    @property
    def value(self) -> float:
        """The rate."""
        return self.top / self.points


class _Sum:
    """A week on its way to a rate."""

    def __init__(self) -> None:
        self.top = self.points = 0.0
        self.n = 0
        self.begin, self.end = 1 << 62, 0
        self.rows: dict[str, None] = {}

    def add(self, top: float, points: float, span: tuple[int, int], rows: Iterable[str]) -> None:
        """Take one session, report or window."""
        self.top, self.points, self.n = self.top + top, self.points + points, self.n + 1
        self.begin, self.end = min(self.begin, span[0]), max(self.end, span[1])
        self.rows |= dict.fromkeys(rows)


def session_rates(inner: MeterCourse, weekly: MeterCourse) -> tuple[WeekRate, ...]:
    """Points of the five-hour meter for a weekly point."""
    weeks: dict[int, _Sum] = defaultdict(_Sum)
    for found in stretches(inner, weekly):
        span = (found.start, found.end)
        weeks[found.week].add(found.inner, found.weekly, span, found.rows)
    return tuple(
        _rate(weekly, week, total, total.n * ROUNDING / max(total.top, 1.0) ** 2)
        for week, total in sorted(weeks.items())
        if total.top >= LEAST_POINTS and total.points >= LEAST_POINTS
    )


def token_rates(weekly: MeterCourse, counted: Sequence["CountedTokens"]) -> tuple[WeekRate, ...]:
    """Tokens for a weekly point, while a counter counted and the meter was read."""
    weeks: dict[int, _Sum] = defaultdict(_Sum)
    models: dict[int, dict[str, None]] = defaultdict(dict)
    cached: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    by_span = {(one.start, one.end): one for one in counted}
    spans = [Span(one.start, one.end, one.tokens, one.row) for one in counted]
    for week, span, points in rises(weekly, spans):
        one = by_span[(span.start, span.end)]
        weeks[week].add(span.amount, points, (span.start, span.end), (span.row,))
        models[week] |= dict.fromkeys(one.models)
        if one.cached is not None:
            cached[week][0] += one.cached
            cached[week][1] += one.cached + one.tokens
    return tuple(
        _rate(weekly, week, total, 0.0)._replace(
            models=tuple(sorted(models[week])),
            cached=cached[week][0] / cached[week][1] if cached[week][1] else None,
        )
        for week, total in sorted(weeks.items())
        if total.top > 0 and total.points >= LEAST_POINTS
    )


def feature_windows(outcomes: Iterable[WindowOutcome], account: str) -> list[WindowOutcome]:
    """The windows of an account alone whose features and weekly points count."""
    return [
        outcome
        for outcome in outcomes
        if not outcome.unusable and outcome.meter == "weekly"
        if [part.account for part in outcome.parts] == [account]
    ]


def feature_rates(
    weekly: MeterCourse, outcomes: Iterable[WindowOutcome], account: str, phi0: float
) -> tuple[WeekRate, ...]:
    """Features for a weekly point, from the windows of an account alone that count.

    None where they were counted by several rules: the weeks could not be compared.
    """
    weeks: dict[int, _Sum] = defaultdict(_Sum)
    kept = feature_windows(outcomes, account)
    for outcome in () if mixed_rules(kept) else kept:
        at = moment(outcome.at)
        if at is None or outcome.used is None:
            continue
        week = week_at(weekly, int(at.timestamp()))
        if week is not None:
            seconds = int(at.timestamp())
            weeks[week].add(outcome.successes, outcome.used, (seconds, seconds), (outcome.window,))
    return tuple(
        _rate(weekly, week, total, phi0 / (total.top + 0.5))
        for week, total in sorted(weeks.items())
        if total.points >= LEAST_POINTS
    )


def week_at(weekly: MeterCourse, seconds: int) -> int | None:
    """The weekly period that a moment lies in; None where none was seen then."""
    for place, period in enumerate(weekly.periods):
        if period.first_at <= seconds <= max(period.last_at, period.ended):
            return place
    return None


def _rate(weekly: MeterCourse, week: int, total: _Sum, error: float) -> WeekRate:
    period = weekly.periods[week]
    error += total.n * ROUNDING / total.points**2
    return WeekRate(
        week,
        total.begin,
        total.end,
        total.top,
        total.points,
        total.n,
        error,
        tuple(total.rows),
        period.ending != "open",
    )


class CountedTokens(NamedTuple):
    """One period of a token counter: epoch seconds, tokens without cache reads, and those."""

    start: int
    end: int
    tokens: float
    cached: float | None
    models: tuple[str, ...]
    row: str


def counted_tokens(rows: Sequence[Row], provider: str, account: str) -> tuple[CountedTokens, ...]:
    """What counters reported of an account: each period once, by its newest report, oldest first.

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
    models = tuple(map(str, listed)) if isinstance(listed, list | tuple) else ()
    return CountedTokens(
        int(start.timestamp()), int(end.timestamp()), tokens, cached, models, row.id
    )


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
