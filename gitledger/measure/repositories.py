"""Many repositories as one figure: the repository is the statistical unit, not its windows.

Depends on `measure.sums`, `intervals` and `comparison`. Windows of one repository are more alike
than those of another, so an interval that counts windows is too narrow; each repository is held
against the ratio of all the others instead (a jackknife), with as many degrees of freedom as there
are other repositories. Formulas: docs/explanation/measures.md, "Many repositories".
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gitledger.measure.comparison import ANYTIME, Comparison, anytime_half
from gitledger.measure.estimate import Estimate, plain, unknown
from gitledger.measure.intervals import (
    bounded_exp,
    log_centre,
    log_variance,
    student_below,
    student_quantile,
)
from gitledger.measure.sums import Sums, finite
from gitledger.measure.terms import Statistics

BY_REPOSITORY = "by-repository-log-t"
WITHIN = "within-repository-log-t"


@dataclass(frozen=True, slots=True)
class ArmPart:
    """One provider's windows of one group in one repository: all windows, and sums of the usable.

    `meter` names meter and unit, `rule` how features were counted, `plan` the dollars of a week;
    `least` and `most` are what lasts.
    """

    repo: str
    provider: str
    meter: str
    rule: str
    plan: Fraction | None
    group: str
    windows: int
    features: Sums
    least: Sums
    most: Sums


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """How much repositories differ beyond chance: `spread` is a standard deviation of logs.

    `share` is the part of the variance that is no chance (I squared), `repositories` how many had
    windows enough to say; both are None below three.
    """

    repositories: int
    spread: float | None = None
    share: float | None = None

    def payload(self) -> Mapping[str, object]:
        """JSON form."""
        told = {"spread": plain(self.spread), "i2": plain(self.share)}
        return {"repositories": self.repositories, **told}


@dataclass(frozen=True, slots=True)
class WithoutOne:
    """What leaving out the one repository that matters most does to a figure."""

    repo: str
    value: float | None
    flips: bool

    def payload(self) -> Mapping[str, object]:
        """JSON form."""
        return {"repo": self.repo, "value": plain(self.value), "flips": self.flips}


def together(sums: Sequence[Sums]) -> Sums:
    """The sums of several repositories; neighbours are those within each."""
    nought = Fraction(0)
    squares = [s.squares for s in sums if s.squares is not None]
    return Sums(
        sum(s.n for s in sums),
        sum((s.x for s in sums), nought),
        sum((s.y for s in sums), nought),
        steps=sum((s.steps for s in sums), nought),
        squares=None if len(squares) < len(sums) else sum(squares, nought),
    )


def by_repository(sums: Mapping[str, Sums], stats: Statistics) -> Estimate:
    """Sx/Sy over all repositories with an interval by repository; n is their number.

    v = sum over r of (x_r - R_r y_r)^2 / Sx^2, R_r the ratio of all others; t with n - 1 degrees
    of freedom around ln(Sx/Sy). Never less than the counts alone leave open.
    """
    many = [s for s in sums.values() if not s.flaw]
    n = len(many)
    if not n:
        return unknown("no usable window", method=BY_REPOSITORY)
    whole = together(many)
    value = float(whole.ratio)
    if n < stats.directional:
        why = f"too few: {n} of {stats.directional} repositories"
        return Estimate(value, None, None, n, BY_REPOSITORY, why)
    if not whole.x:
        return Estimate(0.0, None, None, n, BY_REPOSITORY, "no feature was shipped")
    variance = max(jackknife_variance(many, whole), counted_variance(whole, stats))
    half = student_quantile(n - 1, stats.confidence) * math.sqrt(variance)
    centre = math.log(value)
    return Estimate(value, bounded_exp(centre - half), bounded_exp(centre + half), n, BY_REPOSITORY)


def jackknife_variance(many: Sequence[Sums], whole: Sums) -> float:
    """The variance of ln(Sx/Sy) by holding each repository against the others."""
    # one alone has no others to be held against
    residuals = [
        float(s.x - (whole.x - s.x) / (whole.y - s.y) * s.y) for s in many if whole.y > s.y
    ]
    return math.fsum(e * e for e in residuals) / float(whole.x) ** 2


def counted_variance(whole: Sums, stats: Statistics) -> float:
    """What counts and rounding alone leave open of ln(Sx/Sy)."""
    spread = 1 / (whole.features + 0.5) if whole.spread is None else whole.spread
    return stats.phi0 * spread + finite(whole.steps / 12 / (whole.y * whole.y))


def heterogeneity(sums: Mapping[str, Sums], stats: Statistics) -> Heterogeneity:
    """How far repositories are apart beyond their own intervals (DerSimonian and Laird 1986)."""
    many = [s for s in sums.values() if not s.flaw and s.n >= stats.directional and s.x]
    if len(many) < stats.directional:
        return Heterogeneity(len(many))
    centres = [log_centre(s) for s in many]
    weights = [1 / log_variance(s, stats) for s in many]
    square, excess = excess_of(centres, weights)
    share = max(0.0, excess / (excess + len(many) - 1)) if excess > 0 else 0.0
    return Heterogeneity(len(many), math.sqrt(square), share)


def excess_of(centres: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """The variance between units beyond their own, and by how much Q exceeds its mean."""
    total = math.fsum(weights)
    middle = math.fsum(w * c for w, c in zip(weights, centres, strict=True)) / total
    q = math.fsum(w * (c - middle) ** 2 for w, c in zip(weights, centres, strict=True))
    excess = q - (len(centres) - 1)
    scale = total - math.fsum(w * w for w in weights) / total
    return max(0.0, excess / scale if scale > 0 else 0.0), excess


def without_one(sums: Mapping[str, Sums], whole: Estimate) -> WithoutOne | None:
    """The repository whose absence moves the figure most; it flips where that leaves the interval.

    None where there is no interval to leave.
    """
    known = {repo: s for repo, s in sums.items() if not s.flaw}
    if whole.low is None or not whole.value:
        return None
    every = together(list(known.values()))
    found: list[tuple[float, str, float]] = []
    for repo, s in sorted(known.items()):
        x, y = every.x - s.x, every.y - s.y
        rest = float(x / y) if y > 0 else 0.0
        # no feature without it: nothing moves a figure more
        moved = abs(math.log(rest / whole.value)) if rest else math.inf
        found.append((moved, repo, rest))
    _, repo, rest = max(found, key=lambda one: one[0])
    return WithoutOne(repo, rest, not whole.holds(rest))


def within(
    a: tuple[str, Mapping[str, Sums]],
    b: tuple[str, Mapping[str, Sums]],
    stats: Statistics,
    *,
    measure: str,
) -> Comparison:
    """A against B in the repositories that have both: the mean of their log ratios.

    Random effects with the interval of Hartung and Knapp (2001), t with n - 1 degrees of freedom;
    `n` counts repositories. That a repository is easier than another cancels.
    """
    (name_a, left), (name_b, right) = a, b
    both = shared_by(left, right)
    if len(both) < stats.directional:
        why = f"too few: {len(both)} of {stats.directional} repositories have both"
        return incomparable_over(name_a, name_b, len(both), why, measure)
    ratios = [log_centre(left[r]) - log_centre(right[r]) for r in both]
    own = [log_variance(left[r], stats) + log_variance(right[r], stats) for r in both]
    centre, variance = pool_ratios(ratios, own)
    n, error, middle = len(both), math.sqrt(variance), bounded_exp(centre)
    halves = {
        WITHIN: student_quantile(n - 1, stats.confidence) * error,
        ANYTIME: anytime_half((variance, 0.0), n, stats.alpha),
    }
    fixed, always = (
        Estimate(middle, bounded_exp(centre - half), bounded_exp(centre + half), n, method)
        for method, half in halves.items()
    )
    return Comparison(
        name_a,
        name_b,
        n,
        n,
        fixed,
        always,
        p_superior=student_below(n - 1, centre / error),
        p_value=2 * student_below(n - 1, -abs(centre) / error),
        p_anytime=1.0,
        measure=measure,
        centre=middle,
    )


def incomparable_over(a: str, b: str, n: int, why: str, measure: str) -> Comparison:
    """No ratio, and why; `n` repositories have both arms."""
    none = unknown(why, n=n, method=WITHIN)
    return Comparison(a, b, n, n, none, none, measure=measure)


def shared_by(left: Mapping[str, Sums], right: Mapping[str, Sums]) -> list[str]:
    """The repositories that have both arms, with points used and something shipped by one."""
    return [
        repo
        for repo in sorted({*left} & {*right})
        if not left[repo].flaw and not right[repo].flaw and (left[repo].x or right[repo].x)
    ]


def pool_ratios(ratios: Sequence[float], own: Sequence[float]) -> tuple[float, float]:
    """The mean of some log ratios with variances of their own, and the variance of that mean.

    Never less than the repositories' own variances leave open.
    """
    between, _ = excess_of(ratios, [1 / v for v in own])
    weights = [1 / (v + between) for v in own]
    total = math.fsum(weights)
    centre = math.fsum(w * r for w, r in zip(weights, ratios, strict=True)) / total
    spread = math.fsum(w * (r - centre) ** 2 for w, r in zip(weights, ratios, strict=True))
    return centre, max(spread / (len(ratios) - 1), 1.0) / total


def deciding_repositories(
    a: tuple[str, Mapping[str, Sums]],
    b: tuple[str, Mapping[str, Sums]],
    whole: Comparison,
    stats: Statistics,
) -> tuple[str, ...]:
    """Repositories without which the interval says something else of A and B, in order."""
    (name_a, left), (name_b, right) = a, b
    if whole.ratio.low is None:
        return ()
    found = []
    for repo in shared_by(left, right):
        less_a = {r: s for r, s in left.items() if r != repo}
        less_b = {r: s for r, s in right.items() if r != repo}
        again = within((name_a, less_a), (name_b, less_b), stats, measure=whole.measure)
        if side_of(again.ratio) != side_of(whole.ratio):
            found.append(repo)
    return tuple(found)


def side_of(ratio: Estimate) -> int:
    """1 where the interval lies above 1, -1 below, else 0."""
    if ratio.low is None or ratio.high is None:
        return 0
    return 1 if ratio.low > 1 else -1 if ratio.high < 1 else 0
