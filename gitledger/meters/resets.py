"""Reset times: from wall-clock words without year, date or zone to one moment in UTC.

Depends on the standard library only. A window is so many real minutes, so every comparison is
made in UTC. Words without a date or year mean the occurrence nearest to the moment of reading
that is no farther ahead than the window is long, today's rather than yesterday's; one that has
passed means an old text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LEEWAY = timedelta(minutes=2)  # two clocks, and a reset that is told to the minute
LONGEST_MONTH = timedelta(days=31)
MONTH_MINUTES = 43200  # 30 days: what lasts longer resets by the calendar
OLDEST = timedelta(days=182)  # half a year: a date without a year is of the nearer one
WALL = re.compile(
    r"(?:(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:,?\s+(?P<year>\d{4}))?(?:,|\s+at)?\s+)?"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s?(?P<half>[ap]\.?m\.?)?"
    r"(?:\s+on\s+(?P<day2>\d{1,2})\s+(?P<month2>[a-z]{3,9})(?:\s+(?P<year2>\d{4}))?)?"
    r"(?:\s*\((?P<zone>[a-z0-9_+/-]+)\))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a text was read, and the zone of the terminal it comes from."""

    at: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class WallTime:
    """A clock face's time as printed; month, day, year and zone may be missing."""

    hour: int
    minute: int
    month: int | None = None
    day: int | None = None
    year: int | None = None
    zone: str = ""


@lru_cache(maxsize=2048)  # a day has 1440 of the short form
def read_wall_time(text: str) -> WallTime | None:
    """The time a text spells, or None unless every word of it is understood.

    Forms: `10:21`, `12:15 on 27 Nov`, `7am (Europe/Berlin)`, `Nov 27, 7am`, `Jul 11 at 12pm`,
    `Jan 2, 2026, 10:59pm`.
    """
    found = WALL.fullmatch(" ".join(text.split()))
    if not found or (found["half"] is None and found["minute"] is None):
        return None
    month_word = found["month"] or found["month2"]
    month = month_number(month_word) if month_word else None
    hour = clock_hour(int(found["hour"]), found["half"])
    minute = int(found["minute"] or 0)
    if hour is None or minute > 59 or (month_word and month is None):
        return None
    day, year = found["day"] or found["day2"], found["year"] or found["year2"]
    return WallTime(
        hour,
        minute,
        month,
        int(day) if day else None,
        int(year) if year else None,
        found["zone"] or "",
    )


def month_number(word: str) -> int | None:
    """1 to 12 for an English month name or its first three letters."""
    head = word.lower()[:3]
    return MONTHS.index(head) + 1 if head in MONTHS else None


def clock_hour(hour: int, half: str | None) -> int | None:
    """The hour of the day from a 12- or 24-hour clock; None for an impossible one."""
    if half is None:
        return hour if hour <= 23 else None
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half[0] in "pP" else 0)


def named_zone(name: str) -> tzinfo | None:
    """The IANA zone of that name, None when there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError, below
        return None
    except KeyError:
        return None


def nearest(
    wall: WallTime, *, at: datetime, zone: tzinfo, window_minutes: int | None
) -> datetime | None:
    """UTC of the occurrence meant: the nearest to `at`, at most one window ahead of it.

    A time without a date that is still to come on the day of reading means that day: programs
    drop the date for today. None when every occurrence within the window lies more than half a
    year back: then the words belong to another meter. An explicit year is taken at its word.
    """
    local = at.astimezone(zone)
    found = list(occurrences(wall, local, zone))
    if wall.year is None:
        limit = at + ahead(window_minutes)
        found = [o for o in found if o <= limit]
    today = [o for o in found if o >= at and o.astimezone(zone).date() == local.date()]
    best = min(today or found, key=lambda o: abs(o - at), default=None)
    if best is None or (wall.year is None and at - best > OLDEST):
        return None
    return best


@lru_cache(maxsize=64)
def ahead(window_minutes: int | None) -> timedelta:
    """How far ahead a reset of this window may lie; a month may have 31 days."""
    if window_minutes is None or window_minutes >= MONTH_MINUTES:
        span = timedelta(minutes=window_minutes or 0)
        return max(LONGEST_MONTH, span) + LEEWAY
    return timedelta(minutes=window_minutes) + LEEWAY


def occurrences(wall: WallTime, local: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The moments in UTC around a local time at which a clock in that zone shows the words.

    A time that the clocks pass twice occurs twice; one that they skip is taken with the offset
    before the jump (RFC 5545).
    """
    for year, month, day in dates(wall, local):
        try:
            naive = datetime(year, month, day, wall.hour, wall.minute, tzinfo=zone)
        except ValueError:  # 29 February, in another year
            continue
        found = naive.astimezone(UTC)
        yield found
        second = naive.replace(fold=1)
        if second.utcoffset() != naive.utcoffset() and second.astimezone(UTC) > found:
            yield second.astimezone(UTC)


def dates(wall: WallTime, local: datetime) -> Iterator[tuple[int, int, int]]:
    """Year, month and day on which the words may fall."""
    if wall.month is None or wall.day is None:
        for shift in (-1, 0, 1):
            near = local + timedelta(days=shift)
            yield near.year, near.month, near.day
    elif wall.year is not None:
        yield wall.year, wall.month, wall.day
    else:
        for year in (local.year - 1, local.year, local.year + 1):
            yield year, wall.month, wall.day


def is_placeholder(wall: WallTime, zone: tzinfo) -> bool:
    """True when the words are the local time of the zero epoch: a tool's way to say unknown."""
    if wall.month not in {1, 12}:  # west of Greenwich it is still December
        return False
    zero = datetime.fromtimestamp(0, zone)
    same_day = (wall.month, wall.day) == (zero.month, zero.day)
    return same_day and (wall.hour, wall.minute) == (zero.hour, zero.minute)


def has_passed(resets_at: datetime | None, at: datetime) -> bool:
    """True when a known reset time is not after `at`: the figures are older than the reset."""
    return resets_at is not None and resets_at <= at
