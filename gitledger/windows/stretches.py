"""Two meters of one account side by side: how far both went while both were seen.

A stretch lies within one period of each meter, from the later of their first readings to the
earlier of their last: no reset lies in it, and nothing that nobody saw. Depends on courses.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gitledger.windows.periods import MeterCourse, MeterPeriod

FULL = 100.0
NEAR = 900  # seconds: a reading this close to a moment tells of it
LATE = 6 * 3600  # seconds after its use that a meter may show it at last


class SharedStretch(NamedTuple):
    """What a stretch took from both meters, in points; `week` is the place of the weekly period.

    `start` and `end` are epoch seconds, `rows` hold the readings at its ends.
    """

    week: int
    start: int
    end: int
    inner: float
    weekly: float
    rows: tuple[str, ...]


class Span(NamedTuple):
    """From when to when (epoch seconds) a counter counted, and how much.

    `slack` is how far, in seconds, its ends may lie beyond the use itself.
    """

    start: int
    end: int
    amount: float
    slack: int = NEAR


def stretches(inner: MeterCourse, weekly: MeterCourse) -> tuple[SharedStretch, ...]:
    """The stretches of a short meter (five hours) and the weekly one, in order of time."""
    found: list[SharedStretch] = []
    at = 0
    for place, week in enumerate(weekly.periods):
        until = _until_full(weekly, week)
        # a session that lies across the reset of a week has a part in both
        while at and inner.periods[at - 1].last_at > week.first_at:
            at -= 1
        while at < len(inner.periods) and inner.periods[at].first_at < until:
            session = inner.periods[at]
            start = max(session.first_at, week.first_at)
            end = min(_until_full(inner, session), until)
            if end > start:
                found.append(_stretch(inner, weekly, (place, at), start, end))
            at += 1
    return tuple(found)


def _until_full(course: MeterCourse, period: MeterPeriod) -> int:
    """The last reading of a period, or the first at which the meter was full and told no more."""
    if period.used < FULL:
        return period.last_at
    used = course.series.used
    full = (p for p in range(period.first, period.last + 1) if used[p] >= FULL)
    return course.series.at[next(full, period.last)]


def _stretch(
    inner: MeterCourse, weekly: MeterCourse, places: tuple[int, int], start: int, end: int
) -> SharedStretch:
    week, session = weekly.periods[places[0]], inner.periods[places[1]]
    took = [
        used_at(course, period, end) - used_at(course, period, start)
        for course, period in ((inner, session), (weekly, week))
    ]
    rows = dict.fromkeys((session.row, week.row))
    return SharedStretch(places[0], start, end, max(took[0], 0.0), max(took[1], 0.0), tuple(rows))


def used_at(course: MeterCourse, period: MeterPeriod, moment: int) -> float:
    """What the meter stood at: its last reading by then, within the period."""
    series = course.series
    place = bisect_right(series.at, moment, period.first, period.last + 1) - 1
    if place < period.first:
        return period.used_first
    # rounding and skipped readings never take use back
    recent = series.used[max(period.first, place - 8) : place + 1]
    return min(max(recent), period.used)


def rises(weekly: MeterCourse, spans: Sequence[Span]) -> Iterator[tuple[int, Span, float]]:
    """How far the weekly meter rose while a counter counted: (week's place, span, points).

    `spans` stand in order of time. Left out are spans that no single period was seen to hold, at
    whose beginning or end the meter was not known.
    """
    first = [period.first_at for period in weekly.periods]
    for nth, span in enumerate(spans):
        place = bisect_right(first, span.start + span.slack) - 1
        # the period before was seen in it still: a reset lies within the span
        if place < 0 or (place and weekly.periods[place - 1].last_at > span.start):
            continue
        period = weekly.periods[place]
        following = spans[nth + 1].start if nth + 1 < len(spans) else span.end + LATE
        if span.end > period.last_at + span.slack:
            continue
        end = _seen_end(weekly, period, span.end, max(following, span.end))
        yield place, span, used_at(weekly, period, end) - used_at(weekly, period, span.start)


def _seen_end(weekly: MeterCourse, period: MeterPeriod, end: int, following: int) -> int:
    """The first reading after a span's end, before the next begins; its end where none is."""
    at = weekly.series.at
    place = bisect_left(at, end, period.first, period.last + 1)
    if place > period.last:
        return end
    return at[place] if at[place] <= min(following, end + LATE) else end
