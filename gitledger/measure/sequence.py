"""Intervals that hold at every look: a confidence sequence for a mean with unknown variance.

For x_1, x_2 ... ~ N(mu, s^2), both unknown, the ratio of the likelihood of mu ~ N(m, (g s)^2) to
that of mu = m, s integrated out, is a martingale under mu = m; by Ville's inequality it reaches
1/alpha with a chance of at most alpha, ever. The means m that it does not refuse are an interval
that may be looked at as often as one likes: Lai, "On confidence sequences", Annals of Statistics 4
(1976) 265-280, theorem 2; Wang and Ramdas, "Anytime-valid t-tests and confidence sequences for
Gaussian means with unknown variance", Sequential Analysis 44 (2025) 56-110, arXiv:2310.03722. A
prior of `PRIOR` observations of spread `SPREAD` stands in for a variance that two or three cannot
tell. Depends on `math`.
"""

import math
from collections.abc import Sequence

PRIOR = 2.0  # degrees of freedom of the prior on the variance
SPREAD = 0.15  # of a log rate from week to week, as that prior has it
GUESS = 1.0  # g: how far a mean may lie from m, in standard deviations of one observation
METHOD = "confidence sequence (t mixture) of the log rate"


def held_interval(
    values: Sequence[float], weights: Sequence[float], alpha: float
) -> tuple[float, float, float]:
    """Weighted mean of log rates with its interval: (mean, low, high), infinite where open.

    `weights` are the inverse of each variance relative to the others. Error `alpha` over all looks.
    """
    total = math.fsum(weights)
    mean = math.fsum(w * v for w, v in zip(weights, values, strict=True)) / total
    squares = math.fsum(w * (v - mean) ** 2 for w, v in zip(weights, values, strict=True))
    half = half_width(total, len(values), squares, alpha)
    return mean, mean - half, mean + half


def half_width(total: float, n: int, squares: float, alpha: float) -> float:
    """Half of the interval: `total` weight of `n` values, `squares` their sum around the mean.

    The m that is just not refused solves ((1 + t) / (1 + t/(1 + N g^2)))^(df/2) = sqrt(1 + N
    g^2)/alpha with t = N (mean - m)^2 / (squares + prior), N the total weight.
    """
    prior = PRIOR * SPREAD**2 + squares
    grown = 1 + total * GUESS**2
    edge = (math.sqrt(grown) / alpha) ** (2 / (n + PRIOR))
    if edge >= grown:
        return math.inf
    return math.sqrt((edge - 1) / (1 - edge / grown) * prior / total)
