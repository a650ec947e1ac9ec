"""How many windows still fit into each bar: points left over the points that a window took.

Depends on `measure.outcome` and folded windows' readings. An estimate: windows differ, so the
count is given for a usual window and for a large one.
"""

from collections.abc import Mapping, Sequence
from math import floor
from statistics import median
from typing import NamedTuple

from gitledger.measure.estimate import plain
from gitledger.measure.outcome import WindowOutcome

FULL = 100.0


class Bar(NamedTuple):
    """One account's capacity meter: points used when it was last read; 0 where it has reset."""

    provider: str
    account: str
    meter: str
    used: float
    resets_at: str = ""


class Fit(NamedTuple):
    """Windows that fit into one bar: `usual` by the median window, `least` by the largest one.

    Both are None where no usable window tells what one takes; `n` windows told it.
    """

    bar: Bar
    left: float
    usual: int | None
    least: int | None
    n: int

    def payload(self) -> Mapping[str, object]:
        """JSON form; `left_pp` is what may still be used above the reserve."""
        return {
            "provider": self.bar.provider,
            "account": self.bar.account,
            "meter": self.bar.meter,
            "left_pp": plain(self.left),
            "resets_at": self.bar.resets_at or None,
            "windows": self.usual,
            "windows_at_least": self.least,
            "n": self.n,
        }


def fits(bars: Sequence[Bar], outcomes: Sequence[WindowOutcome], reserve: float) -> list[Fit]:
    """For each bar the windows that fit above `reserve` points, by what its provider's took."""
    found = []
    for bar in bars:
        took = [
            o.used
            for o in outcomes
            if o.provider == bar.provider and o.meter == bar.meter and not o.unusable and o.used > 0
        ]
        left = max(FULL - bar.used - reserve, 0.0)
        usual, least = (
            (floor(left / median(took)), floor(left / max(took))) if took else (None, None)
        )
        found.append(Fit(bar, left, usual, least, len(took)))
    return found
