"""Intervals in closed form: ratio of sums (shrunk log-t), proportions (Wilson).

Depends on `measure.estimate`, `sums` and `student`. Sums are exact; the order of windows is that of
time, and says from six on how independent they are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from statistics import NormalDist

from gitledger.measure import student
from gitledger.measure.dependence import Dependence
from gitledger.measure.estimate import Estimate, unknown
from gitledger.measure.sums import NO_SUMMABLE, PRIOR_WINDOWS, ZERO, Sums, sums_over, total
from gitledger.measure.terms import SHIPPED, Statistics
from gitledger.windows.features import several_rules

ROUNDING = 1 / 6  # variance of the difference of two readings in whole points, in pp squared
SHRUNK = "shrunk-log-t"
EXPONENT_LIMIT = 700.0  # exp overflows a float beyond 709


@dataclass(frozen=True)
class Sample:
    """Windows of one arm in the order of time: `x` successful features and `y` capacity of each.

    `spread` is sum(w^2)/(sum w)^2 over the single features when they are weighted (quality),
    else None. `rounding` is the variance of one meter delta in squared units: 1/6 for an integer
    meter, 0 for an exact one, (1/6) * chains / n for windows chained on one meter period. `rules`
    are the windows with what counted their features: a ratio has one rule.
    """

    x: Sequence[float]
    y: Sequence[float]
    spread: float | None = None
    rounding: float = ROUNDING
    rules: tuple[tuple[str, str], ...] = ()

    @cached_property
    def sums(self) -> Sums:
        """All that an interval needs of the windows."""
        if not math.isfinite(self.spread or 0.0):
            return Sums(self.n, ZERO, ZERO, broken=NO_SUMMABLE)
        # rounding is a variance; sums hold squares of steps, 12 times that
        made = sums_over(self.x, self.y, steps=12 * self.n * Fraction(self.rounding))
        if self.spread is None:
            return made
        return replace(made, squares=Fraction(self.spread) * made.x * made.x)

    @property
    def n(self) -> int:
        """Number of windows."""
        return len(self.x)

    @property
    def features(self) -> float:
        """Sx, the sum of features."""
        return self.sums.features

    @property
    def capacity(self) -> float:
        """Sy, the sum of capacity."""
        return self.sums.capacity

    @property
    def dependence(self) -> Dependence:
        """How alike neighbouring windows are; only for a sample without a flaw."""
        return self.sums.dependence

    @property
    def df(self) -> float:
        """Degrees of freedom of its variance: so many independent windows, and two of the prior."""
        return self.sums.df

    @property
    def flaw(self) -> str:
        """Why no ratio can be made of this sample; empty when one can."""
        return several_rules(self.rules) or self.sums.flaw


def sums_of(sample: Sample | Sums) -> Sums:
    """The sums of a sample, or sums as they are."""
    return sample.sums if isinstance(sample, Sample) else sample


def log_variance(sample: Sample | Sums, stats: Statistics = SHIPPED) -> float:
    """Shrunk variance of the log ratio of sums: three prior windows against n - 1 seen ones.

    v = (3 v0 + (n - 1) v_emp) / (n + 2), widened where neighbouring windows are alike, to be used
    with the sample's degrees of freedom (n + 2 where they are not).
    """
    sums = sums_of(sample)
    n, features, capacity = sums.n, sums.features, sums.capacity
    squares = float(sums.squared_residuals)
    seen = n / (n - 1) * squares / max(features, 0.5) ** 2 if n > 1 else 0.0
    spread = 1 / (features + 0.5) if sums.spread is None else sums.spread
    prior = stats.phi0 * spread + n * sums.rounding / capacity**2
    shrunk = (PRIOR_WINDOWS * prior + (n - 1) * seen) / (n + PRIOR_WINDOWS - 1)
    return shrunk * sums.dependence.factor


def weight_spread(counts: Sequence[float], weights: Sequence[float]) -> float | None:
    """sum(w^2)/(sum w)^2 over single features: counts[i] features of weight weights[i] each.

    None when nothing has weight; then the unweighted form holds.
    """
    pairs = list(zip(counts, weights, strict=True))
    x = [count * weight for count, weight in pairs]
    return spread_of(x, [count * weight * weight for count, weight in pairs])


def spread_of(x: Sequence[float], squares: Sequence[float]) -> float | None:
    """The same from weighted features and the sums of squared weights, window by window."""
    return Sums(len(x), total(x), ZERO, squares=total(squares)).spread


def log_centre(sample: Sample | Sums) -> float:
    """ln((Sx + 1/2) / Sy): where the interval of the ratio is centred."""
    return math.log((sample.features + 0.5) / sample.capacity)


def shrunk_log_t(sample: Sample | Sums, stats: Statistics = SHIPPED) -> Estimate:
    """Sx/Sy with its interval exp(centre -+ t(df) sqrt(v)); no feature at all: low is 0.

    Computed for any n >= 1; whether it is shown is decided by `gates.shown`.
    """
    sums = sums_of(sample)
    if sums.flaw:
        return unknown(sums.flaw, n=sums.n, method=SHRUNK)
    centre = log_centre(sums)
    quantile = student_quantile(sums.df, stats.confidence)
    half = quantile * math.sqrt(log_variance(sums, stats))
    value = float(sums.ratio)
    # the centre lies half a feature above the value: with next to no variance it would leave it
    low = min(bounded_exp(centre - half), value) if sums.features > 0 else 0.0
    return Estimate(value, low, max(bounded_exp(centre + half), value), sums.n, SHRUNK)


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
