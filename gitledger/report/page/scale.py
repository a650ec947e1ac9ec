"""Where a number or a moment lies on an axis, and which round ones are written there.

PURE arithmetic; depends on nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ROUND = (1, 2, 5)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of numbers laid on a stretch of pixels; with `log` in powers of ten."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, number: float) -> float:
        """The pixel of a number; what lies outside is put at the edge."""
        low, high, value = (self.measured(n) for n in (self.low, self.high, number))
        share = 0.5 if high == low else (value - low) / (high - low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def measured(self, number: float) -> float:
        """A number as the axis counts it."""
        return math.log10(max(number, 1e-12)) if self.log else number

    def holds(self, number: float) -> bool:
        """Whether a number lies on the axis, not beyond its edge."""
        return self.low <= number <= self.high


def log_axis(numbers: Sequence[float], start: float, end: float) -> Axis:
    """An axis that holds all positive numbers, to the next round ones; 0.1 to 1 without any."""
    known = [n for n in numbers if n > 0 and math.isfinite(n)]
    if not known:
        return Axis(0.1, 1.0, start, end, log=True)
    low = max(r for r in round_numbers(min(known) / 11, min(known)) if r <= min(known))
    high = min(r for r in round_numbers(max(known), max(known) * 11) if r >= max(known))
    if low == high:
        low, high = low / 2, high * 2
    return Axis(low, high, start, end, log=True)


def linear_axis(most: float, start: float, end: float) -> Axis:
    """An axis from 0 to the next round number."""
    high = min((r for r in round_numbers(most, most * 11) if r >= most), default=1.0)
    return Axis(0.0, high, start, end)


def round_numbers(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten between two positive numbers and a step beyond."""
    if low <= 0 or high <= 0:
        return []
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [float(f"{factor}e{power}") for power in powers for factor in ROUND]


def ticks(axis: Axis, most: int) -> list[float]:
    """The round numbers that are written on an axis: as many as there is room for."""
    if axis.log:
        found = [r for r in round_numbers(axis.low, axis.high) if axis.holds(r)]
    else:
        step = next(
            r for r in round_numbers(axis.high / 100, axis.high * 2) if axis.high / r < most
        )
        found = [step * i for i in range(int(axis.high / step + 1e-9) + 1)]
    thin = -(-len(found) // most)
    return found[:: max(thin, 1)]


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """A stretch of time laid on a stretch of pixels."""

    low: datetime
    high: datetime
    start: float
    end: float

    def at(self, moment: datetime) -> float:
        """The pixel of a moment; what lies outside is put at the edge."""
        whole = (self.high - self.low) / timedelta(seconds=1)
        share = (moment - self.low) / timedelta(seconds=1) / whole if whole else 0.5
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def days(self, most: int) -> list[datetime]:
        """The midnights (UTC) that are written on it: each day, or every so many."""
        first = datetime(self.low.year, self.low.month, self.low.day, tzinfo=UTC)
        if first < self.low:
            first += DAY
        many = max(int((self.high - first) / DAY) + 1, 0)
        step = max(-(-many // most), 1)
        return [first + DAY * i for i in range(0, many, step)]
