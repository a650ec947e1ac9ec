"""The points of one meter over one UTC day as a short text, and back.

`31500:12r48600 320:13 95:14.5b2`: seconds since the point before (the first since midnight),
percent used, `r` and the seconds from midnight to the reset where it is another than that of the
point before (`r` alone: none is known), `b` and the banked resets where their number changed.
Depends on nothing. A week of a busy account is some ten kilobytes of it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

UNKNOWN = -1
SAME_RESET = 120  # seconds: two reset times this close name one reset
POINT = re.compile(r"(-?\d{1,6}):(\d{1,4}(?:\.\d{1,6})?)(r(-?\d{1,9})?)?(?:b(\d{1,4}))?\Z")


class TracePoint(NamedTuple):
    """One reading of a meter: epoch seconds, percent used, the reset's epoch seconds or UNKNOWN."""

    at: int
    used: float
    reset: int = UNKNOWN
    banked: int = UNKNOWN


def written_points(points: Iterable[TracePoint], midnight: int) -> str:
    """The text of one day's points, in order of time; `midnight` in epoch seconds."""
    told: list[str] = []
    at, reset, banked = midnight, UNKNOWN, UNKNOWN
    for point in points:
        token = f"{point.at - at}:{percent_text(point.used)}"
        if another(reset, point.reset):
            reset = point.reset
            token += "r" if reset == UNKNOWN else f"r{reset - midnight}"
        if point.banked not in {UNKNOWN, banked}:
            banked = point.banked
            token += f"b{banked}"
        told.append(token)
        at = point.at
    return " ".join(told)


def read_points(text: str, midnight: int) -> Iterator[TracePoint]:
    """The points of a text. Raises ValueError for one that nobody here wrote."""
    at, reset, banked = midnight, UNKNOWN, UNKNOWN
    match = POINT.match
    for token in text.split(" "):
        seconds, _, used = token.partition(":")
        if used.isdecimal() and seconds.isdecimal():  # most points: neither reset nor bank changed
            at += int(seconds)
            yield TracePoint(at, float(used), reset, banked)
            continue
        found = match(token)
        if found is None:
            raise ValueError(f"{token!a} is not a point of a trace")
        at += int(found[1])
        if found[3]:
            reset = UNKNOWN if found[4] is None else midnight + int(found[4])
        banked = int(found[5]) if found[5] else banked
        yield TracePoint(at, float(found[2]), reset, banked)


def another(before: int, after: int) -> bool:
    """Whether two reset times name two resets; the seconds that providers differ by are none."""
    if UNKNOWN in (before, after):
        return before != after
    return abs(after - before) > SAME_RESET


def percent_text(used: float) -> str:
    """A percent without a needless decimal: 12, 12.5."""
    return f"{used:.6f}".rstrip("0").rstrip(".")


def thin_points(points: Iterable[TracePoint]) -> Iterator[TracePoint]:
    """The points that say something: a change of a point or more, a reset, a changed bank.

    What stood still between is told by its first and its last reading.
    """
    kept: TracePoint | None = None
    waiting: TracePoint | None = None
    for point in points:
        if kept is None or tells(kept, point):
            if waiting is not None:
                yield waiting
            yield point
            kept, waiting = point, None
        else:
            waiting = point
    if waiting is not None:
        yield waiting


def tells(kept: TracePoint, point: TracePoint) -> bool:
    """Whether a point is another than the one kept before it."""
    return (
        abs(point.used - kept.used) >= 1
        or another(kept.reset, point.reset)
        or point.banked not in {UNKNOWN, kept.banked}
    )
