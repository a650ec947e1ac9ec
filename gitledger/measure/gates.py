"""How much a number of windows can say: sample-size gates and windows still needed.

Depends on `measure.estimate` and `measure.intervals`.
"""

import math
from statistics import NormalDist
from typing import Literal

from gitledger.measure.estimate import Estimate
from gitledger.measure.intervals import Sample, log_variance
from gitledger.measure.terms import SHIPPED, Statistics

SampleGate = Literal["too-few", "directional", "week0"]

MOST = 9999  # windows: beyond it the number says only "never"


def sample_gate(n: int, stats: Statistics = SHIPPED) -> SampleGate:
    """What n windows may be used for: a point, from `directional` a direction, then Week-0."""
    if n < stats.directional:
        return "too-few"
    return "directional" if n < stats.week0 else "week0"


def printed_estimate(estimate: Estimate, stats: Statistics = SHIPPED) -> Estimate:
    """The estimate as it is printed: the point alone while the windows are too few."""
    if not estimate.known or estimate.n >= stats.directional:
        return estimate
    return estimate.point(f"too few: {estimate.n} of {stats.directional} windows")


def windows_for_width(phi: float, mean: float, stats: Statistics = SHIPPED) -> int | None:
    """Windows in all for a x/(1+width) interval: phi/mu * (z/ln(1+d))^2, z 1.96 at 95 %.

    `phi` is the variance over the mean of a window's features, `mean` the features a window;
    None when no window has shipped a feature yet, or next to nothing of one (features weighted by
    a quality near 0): then no number says it.
    """
    if mean <= 0:
        return None
    normal = NormalDist().inv_cdf(0.5 + stats.confidence / 2)
    exact = phi / mean * (normal / math.log1p(stats.width)) ** 2
    # 1e-9: a float above a whole number by its last bit is that number
    return min(MOST, math.ceil(exact - 1e-9)) if math.isfinite(exact) else None


def windows_needed(sample: Sample, stats: Statistics = SHIPPED) -> int | None:
    """Windows still missing until the interval is x/(1+width) and Week-0's count is reached.

    The dispersion comes from the shrunk variance of what was seen (v = phi/Sx).
    """
    if sample.flaw or sample.features <= 0:
        return None
    phi = log_variance(sample, stats) * (sample.features + 0.5)
    total = windows_for_width(phi, sample.features / sample.n, stats)
    return None if total is None else max(0, max(total, stats.week0) - sample.n)
