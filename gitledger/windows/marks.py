"""What bounds a delta whose readings nobody took: a turn that it may hold or lack.

Between the end of one session and the first reading of the next there may be a turn whose use no
reading separates. The meters last seen before that turn bound it. Depends on snapshots and deltas.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gitledger.windows.delta import Delta, Mark, link
from gitledger.windows.rounding import rounding_error
from gitledger.windows.snapshot import MeterKey, MeterReading, Snapshot

ZERO = Decimal(0)
HERE_ONLY = "as seen on this machine"


def with_marks(delta: Delta, before: Snapshot, after: Snapshot) -> Delta:
    """A delta with the marks of its readings, and bounds that hold whoever used that turn."""
    if not (before.automatic or after.automatic):
        return delta
    key = (delta.bucket, delta.meter)
    marks: list[Mark] = ["seen-here"]
    low, high = delta.low, delta.high
    end, start = after.reading(key), before.reading(key)
    if after.earlier:
        marks.append("includes-next-turn")
        low = _least(start, _earlier(after, key), low)
    if before.earlier:
        marks.append("lacks-first-turn")
        high = _most(_earlier(before, key), end, high)
    if delta.value is None:
        return delta._replace(marks=tuple(marks))
    return delta._replace(marks=tuple(marks), low=low, high=high)


def _earlier(snapshot: Snapshot, key: MeterKey) -> MeterReading | None:
    return next((reading for reading in snapshot.earlier if reading.key == key), None)


def _least(
    start: MeterReading | None, seen: MeterReading | None, low: Decimal | None
) -> Decimal | None:
    """The least that was used: what had been seen before the turn of the next session."""
    if start is None or low is None:
        return low
    if seen is None or seen.captured_at < start.captured_at or link(start, seen) != "same":
        return ZERO
    return min(low, max(seen.used - start.used - rounding_error(start, seen), ZERO))


def _most(
    seen: MeterReading | None, end: MeterReading | None, high: Decimal | None
) -> Decimal | None:
    """The most that was used: from what was seen before the first turn, or all that is used."""
    if end is None or high is None:
        return high
    if seen is None or link(seen, end) != "same":
        return max(high, end.used)
    return max(high, end.used - seen.used + rounding_error(seen, end))


def marked_words(marks: Sequence[str], low: object, high: object) -> Iterator[str]:
    """The marks of a delta for people; `low` and `high` are its bounds in pp."""
    for mark in marks:
        if mark == "includes-next-turn":
            yield f"may hold a turn of the next session: {low} pp at least"
        elif mark == "lacks-first-turn":
            yield f"may lack its first turn: {high} pp at most"
        elif mark == "seen-here":
            yield HERE_ONLY
