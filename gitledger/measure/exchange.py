"""What one weekly point was worth, week by week: points of five hours, tokens, features.

Depends on `windows` (courses of meters, stretches) and counters of tokens. A week is a period
of the weekly meter as its readings tell it. Sums of both sides are over the same time.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gitledger.measure.counters import CountedTokens
from gitledger.measure.outcome import WindowOutcome, mixed_rules
from gitledger.windows.periods import MeterCourse, MeterPeriod
from gitledger.windows.snapshot import moment
from gitledger.windows.stretches import Span, rises, stretches

SESSION, TOKENS, FEATURES = "5h:weekly", "tokens:weekly", "features:weekly"
RATES: Mapping[str, str] = {
    SESSION: "5h points per weekly point",
    TOKENS: "tokens per weekly point",
    FEATURES: "features per weekly point",
}
ROUNDING = 1 / 6  # variance of the difference of two readings in whole points
LEAST_POINTS = 5.0  # of the weekly meter: a week with less says nothing


class WeekMix(NamedTuple):
    """What else a week of tokens was made of; shares of 1, None where nothing tells.

    `models` are those counted, each with its share of the tokens. `cached` is the share of cache
    reads in all tokens, `subagents` that of sub-agents in those of the rate. `elsewhere` is the
    share of the week's points that came while nothing was counted here.
    """

    models: tuple[tuple[str, float | None], ...]
    cached: float | None
    subagents: float | None
    elsewhere: float | None


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
    mix: WeekMix | None = None

    @property
    def value(self) -> float:
        """The rate."""
        return self.top / self.points


class _Sum:
    """A week on its way to a rate."""

    def __init__(self) -> None:
        self.top = self.points = 0.0
        self.n = 0
        self.begin, self.end = 1 << 62, 0  # beyond every moment: the first one replaces both
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


def token_rates(weekly: MeterCourse, counted: Sequence[CountedTokens]) -> tuple[WeekRate, ...]:
    """Tokens for a weekly point, while a counter counted and the meter was read."""
    weeks: dict[int, _Sum] = defaultdict(_Sum)
    parts: dict[int, list[CountedTokens]] = defaultdict(list)
    by_span = {(one.start, one.end): one for one in counted}
    spans = [Span(one.start, one.end, one.tokens, one.slack) for one in counted]
    for week, span, points in rises(weekly, spans):
        one = by_span[(span.start, span.end)]
        weeks[week].add(span.amount, points, (span.start, span.end), one.rows)
        parts[week].append(one)
    return tuple(
        _rate(weekly, week, total, 0.0)._replace(
            mix=week_mix(parts[week], weekly.periods[week], total.points)
        )
        for week, total in sorted(weeks.items())
        if total.top > 0 and total.points >= LEAST_POINTS
    )


def week_mix(parts: Sequence[CountedTokens], period: MeterPeriod, points: float) -> WeekMix:
    """What a week's tokens were made of."""
    tokens = math.fsum(part.tokens for part in parts)
    cached = [part.cached for part in parts if part.cached is not None]
    beside = [part.subagents for part in parts if part.subagents is not None]
    models: dict[str, float | None] = {}
    for part in parts:
        for name, amount in part.models:
            known = models.get(name, 0.0)
            models[name] = None if amount is None or known is None else known + amount
    rose = period.used - period.used_first
    reads = math.fsum(cached)
    return WeekMix(
        tuple(
            (name, None if amount is None else amount / tokens)
            for name, amount in sorted(models.items())
        ),
        reads / (reads + tokens) if len(cached) == len(parts) else None,
        math.fsum(beside) / tokens if len(beside) == len(parts) else None,
        min(max(1 - points / rose, 0.0), 1.0) if rose >= LEAST_POINTS else None,
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
