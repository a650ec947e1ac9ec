"""Whether a rate changed, asked anew every week: a sequential test on log rates.

Week by week, z_i is the log of a rate (tokens for a weekly point). Under no change z_i ~ N(mu,
s^2/w_i) with mu and s unknown. For a step d after week k the likelihood ratio, mu flat and s^2
integrated over a prior of `PRIOR` degrees of freedom and spread `SPREAD`, is

    L(k, d) = ((c + Q) / (c + Q(k, d)))^((PRIOR + n - 1) / 2),   c = PRIOR SPREAD^2

with Q the weighted sum of squares around the mean, Q(k, d) the same once d is taken off the weeks
after k. The statistic is M_n = sum over k of the mean of L(k, d) over `STEPS`: a Shiryaev-Roberts
sum of e-values, an e-detector as in Shin, Ramdas and Rinaldo, "E-detectors: a nonparametric
framework for sequential change detection", New England Journal of Statistics in Data Science 2
(2024), arXiv:2203.03532. Its mean under no change is at most n, so that by Doob's inequality a year
of weekly looks reaches 52/alpha with a chance of at most alpha. Rates that share the weekly meter
are tested together by the product of their L(k, d) as well: a weekly point that holds less holds
less of all of them.

Depends on numpy.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
LOOKS_A_YEAR = 52
PRIOR = 4.0  # degrees of freedom of the prior on the spread of a log rate
SPREAD = 0.08  # of it between quiet weeks of one plan and one model
BEFORE = 3  # weeks before a change without which none is looked for
LATE = 3  # weeks after it: a change that is newer shows in too few rates
WINDOW = 16  # weeks back at which a change may have been
DOWN = 0.85  # how much of the steps' weight lies on a shrinking rate
TRUE_STEPS = np.arange(0.04, 2.5, 0.01)
NEARLY_SURE = 0.84  # standard errors: what is so much larger shows in four of five
MOST_LOG = 200.0  # of a likelihood ratio: beyond it nothing is surer


def _steps() -> tuple[Floats, Floats]:
    """Log ratios looked for, and their weights: x .22 to x 4.5, without what is within a tenth."""
    ratios = np.arange(-1.5, 1.5001, 0.06)
    ratios = ratios[np.abs(ratios) > 0.1]
    weights = np.exp(-0.5 * (ratios / 0.4) ** 2) * np.where(ratios < 0, DOWN, 1 - DOWN)
    return ratios, weights / weights.sum()


STEPS, STEP_WEIGHTS = _steps()
FINE = np.arange(-2.5, 2.5001, 0.02)
FINE_LOG_PRIOR = -0.5 * (FINE / 0.7) ** 2


class Alarm(NamedTuple):
    """A change that the test claims: found at a look, after so many weeks (both count weeks)."""

    look: int
    after: int


def log_threshold(alpha: float) -> float:
    """What log M has to reach for an error of at most `alpha` in a year of weekly looks."""
    return float(np.log(LOOKS_A_YEAR / alpha))


class Weeks:
    """Log rates of some series side by side, summed so that any split of any beginning is cheap.

    `values` and `weights` have the shape (series, replicates, weeks); a weight of 0 is a week that
    a series lacks.
    """

    def __init__(self, values: Floats, weights: Floats) -> None:
        shape = (*values.shape[:2], 1)
        self.weeks = values.shape[2]
        pad = np.zeros(shape)
        self.w = np.concatenate([pad, np.cumsum(weights, 2)], 2)
        self.wz = np.concatenate([pad, np.cumsum(weights * values, 2)], 2)
        self.wzz = np.concatenate([pad, np.cumsum(weights * values * values, 2)], 2)
        self.n = np.concatenate([pad, np.cumsum(weights > 0, 2)], 2)

    def squares(self, look: int, first: int = 0) -> Floats:
        """Q of the weeks from `first` to a look: (series, replicates)."""
        total, one = self._between(self.w, first, look), self._between(self.wz, first, look)
        two = self._between(self.wzz, first, look)
        # where no week counts there is nothing to divide
        return two - one * one / np.maximum(total, 1e-12)

    def log_ratios(
        self, look: int, splits: NDArray[np.signedinteger[Any]], steps: Floats, first: int = 0
    ) -> Floats:
        """log L(k, d), added over the series: (replicates, splits, steps)."""
        cut = splits
        total = self._between(self.w, first, look)[..., None]
        one = self._between(self.wz, first, look)[..., None]
        late = self.w[..., look][..., None] - self.w[..., cut]
        late_one = self.wz[..., look][..., None] - self.wz[..., cut]
        safe = np.maximum(total, 1e-12)
        lean = late_one - one * late / safe
        spread = late * (1 - late / safe)
        base = PRIOR * SPREAD**2 + self.squares(look, first)[..., None, None]
        left = base - 2 * steps * lean[..., None] + steps**2 * spread[..., None]
        many = self._between(self.n, first, look)[..., None, None]
        half = (PRIOR + np.maximum(many - 1, 0)) / 2
        # 0 in float: log of less is no number
        return np.asarray((half * (np.log(base) - np.log(np.maximum(left, 1e-300)))).sum(0))

    def _between(self, sums: Floats, first: int, look: int) -> Floats:
        return np.asarray(sums[..., look] - sums[..., first])


def one_series(values: Sequence[float], weights: Sequence[float]) -> Weeks:
    """One series alone."""
    return side_by_side([values], [weights])


def side_by_side(values: Sequence[Sequence[float]], weights: Sequence[Sequence[float]]) -> Weeks:
    """Several series of the same weeks; a week that one lacks has weight 0 there."""
    shape = (len(values), 1, len(values[0]))
    return Weeks(np.array(values, float).reshape(shape), np.array(weights, float).reshape(shape))


def log_evidence(weeks: Weeks, look: int, first: int = 0) -> Floats:
    """log M at a look, of the weeks from `first`: one number for each replicate."""
    splits = np.arange(max(first + BEFORE, look - WINDOW), look)
    if not len(splits):
        return np.full(weeks.w.shape[1], -np.inf)
    ratios = np.minimum(weeks.log_ratios(look, splits, STEPS, first), MOST_LOG)
    return _log_sum(ratios)


def _log_sum(ratios: Floats) -> Floats:
    top = ratios.max(axis=(1, 2), keepdims=True)
    summed = (np.exp(ratios - top) @ STEP_WEIGHTS).sum(1)
    return np.asarray(np.log(summed) + top[:, 0, 0])


def alarms(weeks: Weeks, alphas: Sequence[float], anew: Sequence[int] = ()) -> tuple[Alarm, ...]:
    """Every change that weekly looks would have claimed; after one the test begins anew there.

    `alphas` has the error of each look. `anew` are weeks that begin another plan: none is compared
    with those before it.
    """
    found: list[Alarm] = []
    first = 0
    for look in range(1, weeks.weeks + 1):
        first = look - 1 if look - 1 in anew else first
        if log_evidence(weeks, look, first)[0] >= log_threshold(alphas[look - 1]):
            found.append(Alarm(look, likeliest(weeks, look, first)))
            first = found[-1].after
    return tuple(found)


def likeliest(weeks: Weeks, look: int, first: int = 0) -> int:
    """After how many weeks the change most likely was."""
    splits = np.arange(max(first + BEFORE, look - WINDOW), look)
    ratios = weeks.log_ratios(look, splits, FINE, first)[0]
    return int(splits[int(_marginal(ratios + FINE_LOG_PRIOR, 1).argmax())])


def _marginal(logs: Floats, axis: int) -> Floats:
    top = logs.max()
    return np.asarray(np.exp(logs - top).sum(axis))


class StepEstimate(NamedTuple):
    """A change's log ratio with its interval, and the weeks it may have come after."""

    middle: float
    low: float
    high: float
    earliest: int
    latest: int


def step_estimate(
    weeks: Weeks, splits: tuple[int, int], end: int, first: int, error: float
) -> StepEstimate:
    """How large a change was, over all weeks `splits` (from, to) that it may have come after.

    Posterior of step and week under the same prior on the spread and a wide one on the step, from
    the weeks `first` to `end`: that the week was chosen by the data is in the interval.
    """
    cuts = np.arange(splits[0], splits[1] + 1)
    logs = weeks.log_ratios(end, cuts, FINE, first)[0] + FINE_LOG_PRIOR
    steps = np.cumsum(_marginal(logs, 0))
    when = np.cumsum(_marginal(logs, 1))
    ends = [float(np.interp(q, steps / steps[-1], FINE)) for q in (0.5, error / 2, 1 - error / 2)]
    spots = [
        int(cuts[min(int(np.searchsorted(when / when[-1], q)), len(cuts) - 1)])
        for q in (error / 2, 1 - error / 2)
    ]
    return StepEstimate(ends[0], ends[1], ends[2], spots[0], spots[1])


def detectable(weeks: Weeks, alpha: float, first: int = 0) -> float | None:
    """The largest ratio below 1 that a change `LATE` weeks ago would have shown, with power .8.

    Of several series a ratio of all of them. The step that weeks of this spread without noise would
    show, and .84 standard errors more. None where no ratio would have.
    """
    n = weeks.weeks
    if n - first < BEFORE + LATE:
        return None
    many = weeks.n[:, 0, n] - weeks.n[:, 0, first]
    early = weeks.w[:, 0, n - LATE] - weeks.w[:, 0, first]
    recent = weeks.w[:, 0, n] - weeks.w[:, 0, n - LATE]
    if early.min() <= 0 or recent.min() <= 0:
        return None
    base = PRIOR * SPREAD**2 + weeks.squares(n, first)[:, 0]
    degrees = PRIOR + many - 1
    reach = early * recent / (early + recent)
    deviation = float(1 / np.sqrt((degrees / base * reach).sum()))
    for true in TRUE_STEPS:
        left = base[:, None] + reach[:, None] * (true + STEPS) ** 2
        whole = (base + reach * true**2)[:, None]
        logs = (degrees[:, None] / 2 * (np.log(whole) - np.log(left))).sum(0)
        if np.log(np.exp(np.minimum(logs, MOST_LOG)) @ STEP_WEIGHTS) >= log_threshold(alpha):
            return float(np.exp(-(true + NEARLY_SURE * deviation)))
    return None
