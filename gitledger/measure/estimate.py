"""What a measured number is: a value with its interval, sample size and method, or a reason.

Depends on nothing. Unknown is never 0: an `Estimate` without a value says why it has none.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

DIGITS = 6  # significant ones: no window count carries more
STATED = "stated"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number as the tool prints it.

    `low` and `high` are None when no interval is shown (too few windows, or none exists);
    `value` is None when the number is unknown, and then `reason` says why.
    `n` counts the independent units behind it: windows, runs or events.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    method: str = ""
    reason: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return self.value is not None

    def holds(self, number: float) -> bool:
        """Whether a number lies in the interval; with no interval nothing speaks against it."""
        return self.low is None or self.high is None or self.low <= number <= self.high

    def point(self, reason: str) -> "Estimate":
        """The same value without its interval, and the reason why that is not shown."""
        return Estimate(self.value, None, None, self.n, self.method, reason)

    def payload(self) -> Mapping[str, float | int | str | None]:
        """JSON form: value, low, high, n, method, and `reason` where there is one."""
        told = {"reason": self.reason} if self.reason else {}
        return {
            "value": plain(self.value),
            "low": plain(self.low),
            "high": plain(self.high),
            "n": self.n,
            "method": self.method,
            **told,
        }


def unknown(reason: str, *, n: int = 0, method: str = "") -> Estimate:
    """An estimate that could not be made, with the reason."""
    return Estimate(None, None, None, n, method, reason)


def stated_once(value: float) -> Estimate:
    """A number that somebody stated once: it has no interval, and says why."""
    return Estimate(value, n=1, method=STATED, reason="no interval: stated, not measured")


def percent(share: float, *, signed: bool = False) -> str:
    """A share as a percentage with one decimal; only 0 and 1 print as 0.0 and 100.0.

    `signed` is for a difference: its sign stands before it, and 100 is no end.
    """
    mark = "-" if share < 0 else "+" if signed and share else ""
    shown = f"{abs(share) * 100:.1f}"
    if shown == "0.0" and share:
        return f"{mark}<0.1 %"
    if shown == "100.0" and abs(share) < 1 and not signed:
        return f"{mark}>99.9 %"
    return f"{mark}{shown} %"


def short_percent(share: float) -> str:
    """A share as a percentage, without a decimal that is 0."""
    return percent(share).replace(".0 %", " %")


def plain(number: float | None) -> float | int | None:
    """A number without float dust: six significant digits, whole numbers as `int`."""
    if number is None or not math.isfinite(number):
        return None
    if number == 0:
        return 0
    places = DIGITS - 1 - math.floor(math.log10(abs(number)))
    rounded = round(float(number), max(places, 0))
    return int(rounded) if rounded == int(rounded) else rounded


def between(least: Estimate, most: Estimate, reason: str) -> Estimate:
    """No value yet, but the ends it will lie between: of the least and of the most that lasts."""
    low = least.value if least.low is None else least.low
    high = most.value if most.high is None else most.high
    return Estimate(None, low, high, least.n, least.method, reason)
