"""Every reset and move of every meter, each with its reason. Depends on the courses of meters."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from gitledger.windows.periods import MeterCourse, MeterPeriod
from gitledger.windows.trace import SeriesKey
from gitledger.windows.trace_text import UNKNOWN

EventKind = Literal["reset", "early", "banked", "moved", "granted", "unseen"]
OLD_SECONDS = 1800  # a last reading this long before a reset bounds what was used, not more


class ResetEvent(NamedTuple):
    """One reset or move of one meter. Times are epoch seconds, UNKNOWN where nobody said them.

    `at` is when it came (a planned reset) or was first seen, `seen_at` the first reading after it,
    `used` what the meter stood at before. `last_at` is the last reading before it; `before` and
    `after` are the reset times told before and after; `banked` the account's banked resets then.
    """

    key: SeriesKey
    kind: EventKind
    at: int
    seen_at: int
    used: float
    last_at: int
    before: int
    after: int
    banked: tuple[int, int]
    row: str

    @property
    def bound(self) -> bool:
        """Whether `used` is only the least that was used: the last reading was old by then."""
        return self.at - self.last_at > OLD_SECONDS


def reset_events(courses: Iterable[MeterCourse]) -> tuple[ResetEvent, ...]:
    """The resets and moves of all meters whose readings are of one account, in order of time."""
    found = [event for course in courses if not course.mixed for event in events_of(course)]
    return tuple(sorted(found, key=lambda e: (e.at, e.key)))


def events_of(course: MeterCourse) -> Iterator[ResetEvent]:
    """The resets and moves of one meter."""
    series = course.series
    for nth, period in enumerate(course.periods):
        for move in period.moves:
            banked = (move.banked_before, move.banked_after)
            used = move.banked_after != UNKNOWN and move.banked_after < move.banked_before
            yield ResetEvent(
                series.key, "banked" if used else "moved", move.at, move.at, period.used,
                move.at, move.before, move.after, banked, move.row,
            )  # fmt: skip
        if period.ending != "open":
            following = course.periods[nth + 1] if nth + 1 < len(course.periods) else None
            yield _ended(course, period, following)
    yield from _granted(course)


def _ended(course: MeterCourse, period: MeterPeriod, following: MeterPeriod | None) -> ResetEvent:
    planned = period.ending == "reset" and period.reset != UNKNOWN
    series = course.series
    row = period.row if following is None else series.rows[series.row[following.first]]
    return ResetEvent(
        series.key,
        "unseen" if period.ending == "reset" and not planned else period.ending,  # type: ignore[arg-type]
        period.reset if planned else period.ended,
        period.ended or period.reset,
        period.used,
        period.last_at,
        period.reset,
        UNKNOWN if following is None else series.resets[following.first],
        period.banked,
        row,
    )


def _granted(course: MeterCourse) -> Iterator[ResetEvent]:
    """The readings at which the account had more banked resets than before."""
    series, known = course.series, UNKNOWN
    if max(series.banked, default=UNKNOWN) == UNKNOWN:
        return
    for place, banked in enumerate(series.banked):
        if banked == UNKNOWN:
            continue
        if known != UNKNOWN and banked > known:
            at = series.at[place]
            yield ResetEvent(
                series.key, "granted", at, at, series.used[place], at, series.resets[place],
                series.resets[place], (known, banked), series.rows[series.row[place]],
            )  # fmt: skip
        known = banked
