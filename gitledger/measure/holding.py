"""What a plan gave and left: each period of the weekly meter with its price, and the pace.

Depends on the courses of meters and on prices. Epoch seconds; dollars are shares of a week's price.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from gitledger.windows.periods import MeterCourse, MeterPeriod
from gitledger.windows.reset_events import OLD_SECONDS
from gitledger.windows.stretches import used_at
from gitledger.windows.trace_text import UNKNOWN

FULL = 100.0
WEEK_SECONDS = 7 * 86_400
HOUR = 3600
FRESH_SECONDS = 6 * HOUR  # a reading older than this tells no pace
LEAST_SHARE = 0.02  # of a period that must be over before a pace is told


class PlanPart(NamedTuple):
    """The part of a period that one plan had: points used, as far as readings tell."""

    begin: int
    end: int
    used: float


class PlanPeriod(NamedTuple):
    """One period that ended: points used and unused, what the unused ones cost, and why not.

    Of a period whose last reading was old at its end (`bound`) `used` is the least and `unused` the
    most it can be. `price` is dollars a week; a period cut short has the share of its time. `parts`
    are those of several plans, empty where one plan had it all.
    """

    begin: int
    end: int
    used: float
    unused: float
    bound: bool
    last_at: int
    ending: str
    dollars_unused: float | None
    why: str
    row: str
    parts: tuple[PlanPart, ...] = ()


class Burn(NamedTuple):
    """How the running period stands against an even burn, in points; None where nobody can tell.

    `ahead` is the share by which use is ahead of the even burn (negative: behind), `empty_at` when
    nothing is left at the rate of this period, `hourly` what may be used each hour to last.
    """

    used: float
    even: float | None
    ahead: float | None
    empty_at: int | None
    reset: int
    hourly: float | None
    read_at: int
    why: str


def plan_periods(
    course: MeterCourse, price: float | None, changed: Sequence[int]
) -> tuple[PlanPeriod, ...]:
    """The periods of the weekly meter that are over, oldest first.

    `price` is the plan's dollars a week now, `changed` when the plan was another one before.
    """
    return tuple(
        _ended(course, period, price, changed)
        for period in course.periods
        if period.ending != "open"
    )


def end_of(period: MeterPeriod) -> int:
    """When a period ended: its reset, or the first reading of the next one where it came early."""
    planned = period.ending == "reset" and period.reset != UNKNOWN
    return period.reset if planned else period.ended


def begin_of(course: MeterCourse, period: MeterPeriod) -> int:
    """When a period began: a window's length before its reset, where both are known."""
    length = course.series.seconds
    if length is None or period.reset == UNKNOWN:
        return period.first_at
    first = period.moves[0].before if period.moves else period.reset
    return min((first if first != UNKNOWN else period.reset) - length, period.first_at)


def _ended(
    course: MeterCourse, period: MeterPeriod, price: float | None, changed: Sequence[int]
) -> PlanPeriod:
    begin, end = begin_of(course, period), end_of(period)
    unused = max(FULL - period.used, 0.0)
    inside = [at for at in changed if begin < at < end]
    later = [at for at in changed if at >= end]
    why, dollars = "", None
    if price is None:
        why = "no price is stated"
    elif inside:
        why = "the plan changed in this week"
    elif later:
        why = "another plan then"
    else:
        dollars = price * unused / FULL
    bound = end - period.last_at > OLD_SECONDS
    return PlanPeriod(
        begin, end, period.used, unused, bound, period.last_at, period.ending, dollars, why,
        period.row, tuple(_parts(course, period, (begin, end), inside)),
    )  # fmt: skip


def _parts(
    course: MeterCourse, period: MeterPeriod, span: tuple[int, int], inside: Sequence[int]
) -> Iterator[PlanPart]:
    """A period cut where the plan changed; the meter is read as it last stood by then."""
    ends = [span[0], *sorted(inside), span[1]] if inside else []
    stood = 0.0
    for begin, end in pairwise(ends):
        last = period.used if end == span[1] else used_at(course, period, end)
        yield PlanPart(begin, end, max(last - stood, 0.0))
        stood = max(last, stood)


def pace_of(course: MeterCourse, now: int) -> Burn | None:
    """How the running period stands; None where there is no reading of the meter at all."""
    if not course.periods:
        return None
    period = course.periods[-1]
    reset, length = period.reset, course.series.seconds
    unknown = Burn(period.used, None, None, None, reset, None, period.last_at, "")
    if period.ending != "open" or (period.reset != UNKNOWN and period.reset <= now):
        return unknown._replace(why="the meter was reset since its last reading")
    if reset == UNKNOWN or length is None:
        return unknown._replace(why="no reset time is known")
    if now - period.last_at > FRESH_SECONDS:
        return unknown._replace(why="the last reading is older than 6 hours")
    begin = reset - length
    gone = (now - begin) / length
    left, hours = max(FULL - period.used, 0.0), (reset - now) / HOUR
    hourly = left / max(hours, 1.0)
    if gone < LEAST_SHARE or begin > now:
        why = "the period has just begun"
        return unknown._replace(hourly=hourly, why=why)
    even = FULL * gone
    ahead = period.used / even - 1
    rate = period.used / max(period.last_at - begin, HOUR)
    empty = int(period.last_at + left / rate) if rate > 0 else None
    return Burn(period.used, even, ahead, empty, reset, hourly, period.last_at, "")
