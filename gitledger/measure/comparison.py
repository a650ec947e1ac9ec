"""Two arms against each other: ratio of efficiencies, P(A > B), anytime interval, Holm.

Depends on `measure.estimate` and `measure.intervals`. Arms are providers, methodologies or
any other way of parting windows.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from gitledger.measure.estimate import Estimate, plain, unknown
from gitledger.measure.intervals import (
    Sample,
    bounded_exp,
    log_centre,
    log_variance,
    student_below,
    student_quantile,
)
from gitledger.measure.terms import SHIPPED, Statistics

WELCH = "welch-log-t"
ANYTIME = "anytime-log-ratio"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A against B, as one of `family` comparisons.

    `ratio` of their efficiencies has a fixed-n interval, `anytime` one that holds at every
    look; `p_superior` = P(A > B), `p_value` is two-sided, `p_holm` adjusted over the family.
    Probabilities are None where the ratio is unknown or the windows are too few.
    """

    a: str
    b: str
    n_a: int
    n_b: int
    ratio: Estimate
    anytime: Estimate
    p_superior: float | None = None
    p_value: float | None = None
    p_holm: float | None = None
    family: int = 1

    def payload(self) -> Mapping[str, object]:
        """JSON form of one comparison."""
        return {
            "a": self.a,
            "b": self.b,
            "n_a": self.n_a,
            "n_b": self.n_b,
            "ratio": self.ratio.payload(),
            "anytime": self.anytime.payload(),
            "p_superior": plain(self.p_superior),
            "p_value": plain(self.p_value),
            "p_holm": plain(self.p_holm),
            "family": self.family,
        }


def compare(
    a: tuple[str, Sample], b: tuple[str, Sample], stats: Statistics = SHIPPED
) -> Comparison:
    """Welch's t on the log ratio of two efficiencies, with the shrunk variances of both.

    Below `stats.directional` windows on a side the point is shown, no interval and no P.
    """
    (name_a, left), (name_b, right) = a, b
    lacks = [f"{name}: {s.flaw}" for name, s in (a, b) if s.flaw]
    if lacks:
        none = unknown("; ".join(lacks), n=min(left.n, right.n), method=WELCH)
        return Comparison(name_a, name_b, left.n, right.n, none, none)
    variances = log_variance(left, stats), log_variance(right, stats)
    difference = log_centre(left) - log_centre(right)
    error, df = math.sqrt(sum(variances)), welch_df(variances, (left.n + 2, right.n + 2))
    n = min(left.n, right.n)
    fixed = around(difference, student_quantile(df, stats.confidence) * error, n, WELCH)
    always = around(difference, anytime_half(variances, n, stats.alpha), n, ANYTIME)
    if n < stats.directional:
        why = f"too few: {n} of {stats.directional} windows on a side"
        fixed, always = fixed.point(why), always.point(why)
        return Comparison(name_a, name_b, left.n, right.n, fixed, always)
    return Comparison(
        a=name_a,
        b=name_b,
        n_a=left.n,
        n_b=right.n,
        ratio=fixed,
        anytime=always,
        p_superior=student_below(df, difference / error),
        p_value=2 * student_below(df, -abs(difference) / error),
    )


def compare_all(arms: Mapping[str, Sample], stats: Statistics = SHIPPED) -> tuple[Comparison, ...]:
    """Every pair of arms, in the given order, with Holm's p over the pairs that have one."""
    pairs = [compare((a, arms[a]), (b, arms[b]), stats) for a, b in combinations(arms, 2)]
    return adjusted(pairs)


def adjusted(pairs: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """The comparisons as one family: Holm-adjusted p and the family size on each."""
    known = [pair.p_value for pair in pairs if pair.p_value is not None]
    turn = iter(holm(known))
    return tuple(
        replace(pair, p_holm=None if pair.p_value is None else next(turn), family=len(pairs))
        for pair in pairs
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down adjustment (Holm 1979), in the given order, each at most 1."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    found = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        found[index] = highest
    return tuple(found)


def welch_df(variances: tuple[float, float], dfs: tuple[float, float]) -> float:
    """Welch and Satterthwaite's degrees of freedom of a difference."""
    total = sum(variances)
    return total**2 / math.fsum(v**2 / df for v, df in zip(variances, dfs, strict=True))


def anytime_half(variances: tuple[float, float], n: int, alpha: float) -> float:
    """Half width, on the log scale, of an interval that may be looked at after every window.

    Asymptotic confidence sequence (Waudby-Smith and others 2021), tuned to be narrowest at
    about ten windows a side.
    """
    rho2 = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / 10
    grown = n * rho2 + 1
    spread = sum(variances) * n
    return math.sqrt(spread * 2 * grown / (n * n * rho2) * math.log(math.sqrt(grown) / alpha))


def around(difference: float, half: float, n: int, method: str) -> Estimate:
    """exp of a log difference and its ends."""
    low, high = bounded_exp(difference - half), bounded_exp(difference + half)
    return Estimate(bounded_exp(difference), low, high, n, method)
