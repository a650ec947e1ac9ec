"""Intervals in closed form: ratio of sums (shrunk log-t), proportions (Wilson).

Depends on `measure.estimate`, `dependence` and `student`. Sums are exact (`math.fsum`); the order
of windows is that of time, and says from six on how independent they are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from gitledger.measure import student
from gitledger.measure.dependence import Dependence, dependence
from gitledger.measure.estimate import Estimate, unknown
from gitledger.measure.terms import SHIPPED, Statistics

ROUNDING = 1 / 6  # variance of the difference of two readings in whole points, in pp squared
PRIOR_WINDOWS = 3
SHRUNK = "shrunk-log-t"
SMALLEST = 1e-9
EXPONENT_LIMIT = 700.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Windows of one arm in the order of time: `x` successful features and `y` capacity of each.

    `spread` is sum(w^2)/(sum w)^2 over the single features when they are weighted (quality),
    else None. `rounding` is the variance of one meter delta in squared units: 1/6 for an integer
    meter, 0 for an exact one, (1/6) * chains / n for windows chained on one meter period.
    """

    x: Sequence[float]
    y: Sequence[float]
    spread: float | None = None
    rounding: float = ROUNDING

    @property
    def n(self) -> int:
        """Number of windows."""
        return len(self.x)

    @property
    def features(self) -> float:
        """Sx, the sum of features."""
        return math.fsum(self.x)

    @property
    def capacity(self) -> float:
        """Sy, the sum of capacity."""
        return math.fsum(self.y)

    @property
    def residuals(self) -> tuple[float, ...]:
        """x - (Sx/Sy) y of each window; only for a sample without a flaw."""
        ratio = self.features / self.capacity
        return tuple(x - ratio * y for x, y in zip(self.x, self.y, strict=True))

    @property
    def dependence(self) -> Dependence:
        """How alike neighbouring windows are; only for a sample without a flaw."""
        return dependence(self.residuals)

    @property
    def df(self) -> float:
        """Degrees of freedom of its variance: so many independent windows, and two of the prior."""
        return self.n / self.dependence.factor + PRIOR_WINDOWS - 1

    @property
    def flaw(self) -> str:
        """Why no ratio can be made of this sample; empty when one can."""
        if not self.x or len(self.x) != len(self.y):
            return "no usable window"
        if not all(map(math.isfinite, (*self.x, *self.y, self.spread or 0.0))):
            return "a value is not finite"
        if min(self.x) < 0:
            return "negative features"
        if self.capacity < SMALLEST:
            return "no capacity was measured"
        return ""


def log_variance(sample: Sample, stats: Statistics = SHIPPED) -> float:
    """Shrunk variance of the log ratio of sums: three prior windows against n - 1 seen ones.

    v = (3 v0 + (n - 1) v_emp) / (n + 2), widened where neighbouring windows are alike, to be used
    with the sample's degrees of freedom (n + 2 where they are not).
    """
    n, features, capacity = sample.n, sample.features, sample.capacity
    squares = math.fsum(e * e for e in sample.residuals)
    seen = n / (n - 1) * squares / max(features, 0.5) ** 2 if n > 1 else 0.0
    spread = 1 / (features + 0.5) if sample.spread is None else sample.spread
    prior = stats.phi0 * spread + n * sample.rounding / capacity**2
    shrunk = (PRIOR_WINDOWS * prior + (n - 1) * seen) / (n + PRIOR_WINDOWS - 1)
    return shrunk * sample.dependence.factor


def weight_spread(counts: Sequence[float], weights: Sequence[float]) -> float | None:
    """sum(w^2)/(sum w)^2 over single features: counts[i] features of weight weights[i] each.

    None when nothing has weight; then the unweighted form holds.
    """
    pairs = list(zip(counts, weights, strict=True))
    total = math.fsum(count * weight for count, weight in pairs)
    if total < SMALLEST:
        return None
    return math.fsum(count * weight * weight for count, weight in pairs) / total**2


def log_centre(sample: Sample) -> float:
    """ln((Sx + 1/2) / Sy): where the interval of the ratio is centred."""
    return math.log((sample.features + 0.5) / sample.capacity)


def shrunk_log_t(sample: Sample, stats: Statistics = SHIPPED) -> Estimate:
    """Sx/Sy with its interval exp(centre -+ t(df) sqrt(v)); no feature at all: low is 0.

    Computed for any n >= 1; whether it is shown is decided by `gates.shown`.
    """
    if sample.flaw:
        return unknown(sample.flaw, n=sample.n, method=SHRUNK)
    centre = log_centre(sample)
    quantile = student_quantile(sample.df, stats.confidence)
    half = quantile * math.sqrt(log_variance(sample, stats))
    value = sample.features / sample.capacity
    # the centre lies half a feature above the value: with next to no variance it would leave it
    low = min(bounded_exp(centre - half), value) if sample.features > 0 else 0.0
    return Estimate(value, low, max(bounded_exp(centre + half), value), sample.n, SHRUNK)


def student_quantile(df: float, confidence: float) -> float:
    """Two-sided quantile of Student's t: the half width in standard errors."""
    return student.quantile(0.5 + confidence / 2, df)


def student_below(df: float, at: float) -> float:
    """P(T <= at) of Student's t."""
    return student.below(at, df)


def bounded_exp(exponent: float) -> float:
    """exp, kept finite: an absurdly wide interval is a huge number, never an overflow."""
    return math.exp(max(-EXPONENT_LIMIT, min(EXPONENT_LIMIT, exponent)))


def wilson(successes: int, trials: int, stats: Statistics = SHIPPED) -> Estimate:
    """A share with Wilson's score interval (Wilson 1927); no trial: unknown."""
    if trials <= 0 or not 0 <= successes <= trials:
        return unknown("no trial", method="wilson")
    z = NormalDist().inv_cdf(0.5 + stats.confidence / 2)
    share = successes / trials
    scale = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / scale
    spread = math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    half = z / scale * spread
    # exact at the ends: rounding noise must not put 0/3 below zero or 3/3 off one
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == trials else min(1.0, middle + half)
    return Estimate(share, low, high, trials, "wilson")
