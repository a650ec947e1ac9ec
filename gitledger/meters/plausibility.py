"""Whether the times in a structured feed can be true: its resets, and the age of a local reading.

Depends on the meters room only. A window ends no farther ahead than it is long; feeds give
lengths up to 2 % short, and calendar months vary by a tenth.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from gitledger.errors import Problem
from gitledger.meters.problems import problem
from gitledger.meters.reading import Reading
from gitledger.meters.resets import LEEWAY, LONGEST_MONTH, OLDEST

LONG_WINDOW = timedelta(days=14)
OLD = timedelta(minutes=60)


def plausible(
    reading: Reading, at: datetime | None, place: str
) -> tuple[Reading, tuple[Problem, ...]]:
    """The reading as it is, or without a reset time that cannot belong to its window.

    Nothing is tested where the moment of the figures is not known. A reset that has passed is
    no error here: it makes the reading stale.
    """
    if at is None or reading.resets_at is None:
        return reading, ()
    length = window_span(reading.window_minutes)
    slack = max(LEEWAY, length / (10 if length > LONG_WINDOW else 50))
    ahead = reading.resets_at - at
    if -OLDEST <= ahead <= length + slack:
        return reading, ()
    what = (
        f"a reset at {minute_text(reading.resets_at)} cannot belong to the {reading.meter} meter "
        f"of {minute_text(at)}"
    )
    return reading._replace(resets_at=None), (problem("reset-implausible", what, where=place),)


def all_plausible(
    readings: Iterable[Reading], at: datetime | None
) -> tuple[tuple[Reading, ...], tuple[Problem, ...]]:
    """Every reading of a feed tested, and what was wrong with their reset times."""
    tested = [plausible(reading, at, reading.meter) for reading in readings]
    kept = tuple(reading for reading, _ in tested)
    return kept, tuple(item for _, found in tested for item in found)


def window_span(minutes: int | None) -> timedelta:
    """A window's length; one without fixed minutes is a calendar month."""
    return LONGEST_MONTH if minutes is None else timedelta(minutes=minutes)


def old_reading(fetched: datetime, at: datetime, place: str) -> tuple[Problem, ...]:
    """The problem of figures that were fetched more than an hour before they are used."""
    age = at - fetched
    if age <= OLD:
        return ()
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    what = f"the figures were fetched at {minute_text(fetched)}, {hours} h {minutes:02d} min before"
    hint = "show the usage again, or give its text with --from FILE; --keep records it as it is"
    return (problem("old-reading", what, where=place, hint=hint),)


def minute_text(moment: datetime) -> str:
    """A moment in UTC to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%MZ}"
