"""How much a number of windows can say: sample-size gates and windows still needed.

Depends on `measure.estimate` and `measure.intervals`.
"""

import math
from typing import Literal

from gitledger.measure.estimate import Estimate
from gitledger.measure.intervals import PHI0, Sample, log_variance

SampleGate = Literal["too-few", "directional", "week0"]

DIRECTIONAL = 3
WEEK0 = 6
WIDTH = 0.5  # a x/1.5 interval: the true ratio within half as much again
NORMAL_95 = 1.96
MOST = 9999


def sample_gate(n: int, *, directional: int = DIRECTIONAL, week0: int = WEEK0) -> SampleGate:
    """What n windows may be used for: below 3 a point, below 6 a direction, from 6 Week-0."""
    if n < directional:
        return "too-few"
    return "directional" if n < week0 else "week0"


def shown(estimate: Estimate, *, directional: int = DIRECTIONAL) -> Estimate:
    """The estimate as it is printed: the point alone while the windows are too few."""
    if not estimate.known or estimate.n >= directional:
        return estimate
    return estimate.point(f"too few: {estimate.n} of {directional} windows")


def windows_for_width(phi: float, mean: float, width: float = WIDTH) -> int | None:
    """Windows in all for a x/(1+width) interval: phi/mu * (1.96/ln(1+d))^2.

    `phi` is the variance over the mean of a window's features, `mean` the features a window;
    None when no window has shipped a feature yet, since then no number says it.
    """
    if mean <= 0 or width <= 0 or not math.isfinite(phi / mean):
        return None
    exact = phi / mean * (NORMAL_95 / math.log1p(width)) ** 2
    return min(MOST, math.ceil(exact - 1e-9))


def windows_needed(
    sample: Sample, *, width: float = WIDTH, phi0: float = PHI0, week0: int = WEEK0
) -> int | None:
    """Windows still missing until the interval is x/(1+width) and Week-0's count is reached.

    The dispersion comes from the shrunk variance of what was seen (v = phi/Sx).
    """
    if sample.flaw or sample.features <= 0:
        return None
    phi = log_variance(sample, phi0) * (sample.features + 0.5)
    total = windows_for_width(phi, sample.features / sample.n, width)
    return None if total is None else max(0, max(total, week0) - sample.n)
