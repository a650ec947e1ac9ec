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
from gitledger.windows.features import several_rules

WELCH = "welch-log-t"
ANYTIME = "anytime-log-ratio"
NARROWEST = 10  # windows a side
# share of equal pairs that ever reach level p with one arm ahead, over p, a look after every window
# from the third: .30 p by 1,000 windows, .32 p by 10,000 (simulated; half of p is what holds from
# a first window on, looked at all the time)
EVER = 1 / 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """A against B in one `measure`, as one of `family` comparisons.

    `ratio` is the ratio of the two numbers printed, with a fixed-n interval, `anytime` the same
    with one that holds at every look; both intervals are centred at `centre`, half a feature
    being added on each side. `p_superior` = P(A > B) and `p_value` (two-sided) are of one look,
    `p_anytime` (two-sided) holds at every look, `p_ever` is the share of equal pairs that this arm
    ever leads so far from the third window on; `p_holm` and `p_anytime_holm` are adjusted over
    the family. Probabilities are None where there is no ratio or the windows are too few.
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
    measure: str = ""
    centre: float | None = None
    p_anytime: float | None = None
    p_anytime_holm: float | None = None
    p_ever: float | None = None

    @property
    def p_superior_anytime(self) -> float | None:
        """P(A > B) that holds at every look."""
        if self.p_ever is None or self.centre is None:
            return None
        return 1 - self.p_ever if self.centre > 1 else self.p_ever

    def payload(self) -> Mapping[str, object]:
        """JSON form of one comparison."""
        return {
            "a": self.a,
            "b": self.b,
            "measure": self.measure,
            "n_a": self.n_a,
            "n_b": self.n_b,
            "ratio": self.ratio.payload(),
            "anytime": self.anytime.payload(),
            "centre": plain(self.centre),
            "p_superior": plain(self.p_superior),
            "p_superior_anytime": plain(self.p_superior_anytime),
            "p_value": plain(self.p_value),
            "p_holm": plain(self.p_holm),
            "p_anytime_holm": plain(self.p_anytime_holm),
            "family": self.family,
        }


def incomparable(
    a: tuple[str, Sample], b: tuple[str, Sample], reason: str, *, measure: str = ""
) -> Comparison:
    """Two arms that no ratio is made of, with the reason."""
    (name_a, left), (name_b, right) = a, b
    none = unknown(reason, n=min(left.n, right.n), method=WELCH)
    return Comparison(name_a, name_b, left.n, right.n, none, none, measure=measure)


def compare(
    a: tuple[str, Sample], b: tuple[str, Sample], stats: Statistics = SHIPPED, *, measure: str = ""
) -> Comparison:
    """Welch's t on the log ratio of two efficiencies, with the shrunk variances of both.

    Below `stats.directional` windows on a side the point is shown, no interval and no P.
    """
    (name_a, left), (name_b, right) = a, b
    lacks = [f"{name}: {s.flaw}" for name, s in (a, b) if s.flaw]
    mixed = several_rules((*left.rules, *right.rules))
    if lacks or mixed:
        return incomparable(a, b, "; ".join(lacks) or mixed, measure=measure)
    variances = log_variance(left, stats), log_variance(right, stats)
    centre = log_centre(left) - log_centre(right)
    error, df = math.sqrt(sum(variances)), welch_df(variances, (left.df, right.df))
    n = min(left.n, right.n)
    halves = (
        (student_quantile(df, stats.confidence) * error, WELCH),
        (anytime_half(variances, n, stats.alpha), ANYTIME),
    )
    fixed, always = (around(a, b, half, method) for half, method in halves)
    if n < stats.directional:
        why = f"too few: {n} of {stats.directional} windows on a side"
        fixed, always = fixed.point(why), always.point(why)
        return Comparison(name_a, name_b, left.n, right.n, fixed, always, measure=measure)
    reached = anytime_level(centre, variances, n, stats.alpha)
    return Comparison(
        a=name_a,
        b=name_b,
        n_a=left.n,
        n_b=right.n,
        ratio=fixed,
        anytime=always,
        p_superior=student_below(df, centre / error),
        p_value=2 * student_below(df, -abs(centre) / error),
        measure=measure,
        centre=bounded_exp(centre),
        p_anytime=min(1.0, reached),
        p_ever=min(0.5, EVER * reached),
    )


def between(least: Comparison, most: Comparison, reason: str) -> Comparison:
    """What is still open, from its two ends: A at its least against B at its most, and turned.

    No ratio yet, but ends that it will lie between; P(A > B) is that of the least.
    """
    if least.centre is None or most.centre is None:
        return least
    closed = replace(
        least,
        ratio=replace(least.ratio, value=None, high=most.ratio.high, reason=reason),
        anytime=replace(least.anytime, value=None, high=most.anytime.high, reason=reason),
    )
    if (least.centre > 1) == (most.centre > 1):
        worst = max(least, most, key=lambda c: c.p_value or 0.0)
        return replace(
            closed, p_value=worst.p_value, p_anytime=worst.p_anytime, p_ever=worst.p_ever
        )
    return replace(closed, p_value=1.0, p_anytime=1.0, p_ever=0.5)


def compare_all(arms: Mapping[str, Sample], stats: Statistics = SHIPPED) -> tuple[Comparison, ...]:
    """Every pair of arms, in the given order, with Holm's p over the pairs that have one.

    For samples of one's own, in a notebook; cards compare by `decision.pairs`, which knows units.
    """
    pairs = [compare((a, arms[a]), (b, arms[b]), stats) for a, b in combinations(arms, 2)]
    return adjust_family(pairs)


def adjust_family(pairs: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """The comparisons as one family: Holm-adjusted p and the family size on each."""
    known = [p for p in pairs if p.p_value is not None and p.p_anytime is not None]
    once = iter(holm([p.p_value for p in known if p.p_value is not None]))
    always = iter(holm([p.p_anytime for p in known if p.p_anytime is not None]))
    size = len(pairs)
    return tuple(
        replace(p, p_holm=next(once), p_anytime_holm=next(always), family=size)
        if p in known
        else replace(p, family=size)
        for p in pairs
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down adjustment (Holm 1979), in the given order, each at most 1."""
    # Holm (1979): the smallest p is held to the whole family
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    found = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        # Holm: a later p is never below an earlier one
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        found[index] = highest
    return tuple(found)


def welch_df(variances: tuple[float, float], dfs: tuple[float, float]) -> float:
    """Welch and Satterthwaite's degrees of freedom of a difference."""
    total = sum(variances)
    return total**2 / math.fsum(v**2 / df for v, df in zip(variances, dfs, strict=True))


def mixture_width(alpha: float) -> float:
    """rho^2 of the mixture that is narrowest at about ten windows a side."""
    return (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / NARROWEST


def anytime_half(variances: tuple[float, float], n: int, alpha: float) -> float:
    """Half width, on the log scale, of an interval that may be looked at after every window.

    Asymptotic confidence sequence (Waudby-Smith and others 2021).
    """
    rho2 = mixture_width(alpha)
    grown = n * rho2 + 1
    spread = sum(variances) * n
    return math.sqrt(spread * 2 * grown / (n * n * rho2) * math.log(math.sqrt(grown) / alpha))


def anytime_level(difference: float, variances: tuple[float, float], n: int, alpha: float) -> float:
    """The level at which the interval of `anytime_half`, tuned at alpha, just reaches 1.

    Above 1, and no level any more, where nothing speaks for either arm.
    """
    rho2 = mixture_width(alpha)
    grown = n * rho2 + 1
    evidence = difference**2 * n * rho2 / (2 * grown * sum(variances))
    return math.sqrt(grown) * math.exp(-evidence)


def around(a: tuple[str, Sample], b: tuple[str, Sample], half: float, method: str) -> Estimate:
    """The ratio of the two numbers that are printed, with exp of the ends around the log centre.

    Where A shipped nothing the ratio is 0 and so is its low end; where B did there is no ratio
    and no high end.
    """
    (_, left), (name, right) = a, b
    centre = log_centre(left) - log_centre(right)
    n = min(left.n, right.n)
    low, high = bounded_exp(centre - half), bounded_exp(centre + half)
    if not right.features:
        return Estimate(None, low, None, n, method, f"{name} shipped nothing: there is no ratio")
    value = (left.features / left.capacity) / (right.features / right.capacity)
    low = min(low, value) if left.features else 0.0
    return Estimate(value, low, max(high, value), n, method)
