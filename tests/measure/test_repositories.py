"""Many repositories as one figure: golden values, coverage, and what one repository does to it."""

import math
import random
from fractions import Fraction

import pytest

from gitledger.measure.intervals import student_quantile
from gitledger.measure.repositories import (
    by_repository,
    deciding_repositories,
    heterogeneity,
    together,
    within,
    without_one,
)
from gitledger.measure.sums import Sums, sums_over
from gitledger.measure.terms import SHIPPED

THREE = {
    "a": sums_over([3, 5, 4], [14, 22, 17]),
    "b": sums_over([2, 6, 3], [9, 25, 12]),
    "c": sums_over([9, 1, 2], [20, 6, 14]),
}


def test_a_figure_of_three_repositories_by_hand() -> None:
    """R = 35/139; each against the others' ratio, t with two degrees of freedom."""
    made = by_repository(THREE, SHIPPED)
    x, y = (12, 11, 12), (53, 46, 40)
    residuals = [a - (35 - a) / (139 - b) * b for a, b in zip(x, y, strict=True)]
    variance = max(sum(e * e for e in residuals) / 35**2, 1.5 / 35.5)
    half = student_quantile(2, 0.95) * math.sqrt(variance)
    assert (made.value, made.n) == (pytest.approx(35 / 139), 3)
    assert made.low == pytest.approx(35 / 139 * math.exp(-half))
    assert made.high == pytest.approx(35 / 139 * math.exp(half))


def test_below_three_repositories_there_is_a_point_and_no_interval() -> None:
    """And without any usable window not even that."""
    two = by_repository({"a": THREE["a"], "b": THREE["b"]}, SHIPPED)
    assert (two.low, two.reason) == (None, "too few: 2 of 3 repositories")
    empty = by_repository({"a": sums_over([], [])}, SHIPPED)
    assert (empty.value, empty.reason) == (None, "no usable window")


def test_nothing_shipped_is_a_true_nought_without_an_interval() -> None:
    """Points were used all the same."""
    made = by_repository({str(n): sums_over([0, 0], [5, 6]) for n in range(4)}, SHIPPED)
    assert (made.value, made.low, made.reason) == (0.0, None, "no feature was shipped")


def test_a_figure_knows_no_order_of_repositories() -> None:
    """To the last digit."""
    turned = dict(reversed(THREE.items()))
    assert by_repository(turned, SHIPPED) == by_repository(THREE, SHIPPED)
    assert together(list(turned.values())) == together(list(THREE.values()))


def repository(luck: random.Random, spread: float, windows: int) -> tuple[list[float], list[float]]:
    """Windows of one repository: attempts of which three in four succeed, lognormal costs."""
    rate = math.exp(luck.gauss(0, spread))
    x, y = [], []
    for _ in range(windows):
        attempts = 1 + sum(luck.random() < 0.3 for _ in range(10))
        x.append(float(sum(luck.random() < 0.75 for _ in range(attempts))))
        y.append(round(sum(luck.lognormvariate(-0.247, 0.703) for _ in range(attempts)) * 4 / rate))
    return x, y


def covered(lakes: int, repositories: int, spread: float, seed: int) -> float:
    """The share of lakes whose interval holds the true ratio of all features to all points."""
    luck = random.Random(seed)
    true = 0.75 / (4 * math.exp(spread**2 / 2))  # the mean of 1/rate is exp(spread^2 / 2)
    hits = 0
    for _ in range(lakes):
        drawn = {
            str(r): sums_over(*repository(luck, spread, 3 + luck.randrange(12)))
            for r in range(repositories)
        }
        hits += by_repository(drawn, SHIPPED).holds(true)
    return hits / lakes


def test_an_interval_of_ten_repositories_holds_the_truth_as_often_as_it_says() -> None:
    """.3 apart: at least 93 in a hundred."""
    assert covered(250, 10, 0.3, seed=3) >= 0.93


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.3, 0.5])
@pytest.mark.parametrize("repositories", [10, 20, 50])
def test_coverage_over_many_lakes(repositories: int, spread: float) -> None:
    """At least .93 at ten repositories and more, however far they are apart."""
    assert covered(2000 if repositories < 50 else 800, repositories, spread, seed=11) >= 0.93


def test_how_far_repositories_are_apart_is_found() -> None:
    """Drawn .4 apart (logs): found within a third; drawn alike: next to nothing."""
    luck = random.Random(5)
    for spread, low, high in ((0.4, 0.27, 0.53), (0.0, 0.0, 0.1)):
        drawn = {str(r): sums_over(*repository(luck, spread, 30)) for r in range(60)}
        made = heterogeneity(drawn, SHIPPED)
        assert made.repositories == 60
        assert low <= made.spread <= high
    assert heterogeneity(THREE, SHIPPED).payload()["i2"] == 0
    assert heterogeneity({"a": THREE["a"]}, SHIPPED).spread is None


def test_the_repository_that_carries_a_figure_is_named() -> None:
    """Nine alike, and a tenth with most of the features."""
    alike = {f"r{n}": sums_over([2, 3, 2], [20, 30, 20]) for n in range(9)}
    whole = by_repository(alike, SHIPPED)
    assert not without_one(alike, whole).flips
    heavy = alike | {"big": sums_over([900.0], [300.0])}
    made = without_one(heavy, by_repository(heavy, SHIPPED))
    assert (made.repo, made.value) == ("big", pytest.approx(0.1))
    assert without_one({"a": THREE["a"]}, by_repository({"a": THREE["a"]}, SHIPPED)) is None


def arms(better: float, repositories: int, seed: int) -> tuple[dict[str, Sums], dict[str, Sums]]:
    """Two arms in repositories that are .5 apart; the second gives so many times as much."""
    luck = random.Random(seed)
    left, right = {}, {}
    for r in range(repositories):
        rate = math.exp(luck.gauss(0, 0.5))
        for arm, times in ((left, 1.0), (right, better)):
            x, y = repository(luck, 0.0, 12)
            arm[str(r)] = sums_over(x, [max(1.0, round(c / rate / times)) for c in y])
    return left, right


def test_arms_are_compared_within_repositories() -> None:
    """Half as much again, in repositories that are far apart: found, and no repository needed."""
    left, right = arms(1.5, 20, 1)
    made = within(("new", right), ("old", left), SHIPPED, measure="features_per_pp")
    assert made.ratio.holds(1.5)
    assert made.ratio.low > 1
    assert made.anytime.low < made.ratio.low
    assert made.n_a == 20
    assert deciding_repositories(("new", right), ("old", left), made, SHIPPED) == ()
    turned = within(("old", left), ("new", right), SHIPPED, measure="features_per_pp")
    assert turned.centre == pytest.approx(1 / made.centre)


def test_a_difference_that_one_repository_hides_is_told() -> None:
    """Six repositories leave it open; without one of them it is clear, and that one is named."""
    left, right = arms(1.3, 6, 1)
    made = within(("b", right), ("a", left), SHIPPED, measure="features_per_pp")
    assert made.ratio.low < 1
    assert deciding_repositories(("b", right), ("a", left), made, SHIPPED) == ("5",)


def test_arms_that_hardly_a_repository_has_both_of_are_not_compared() -> None:
    """Two are too few, and the reason says so."""
    left, right = arms(1.0, 2, 1)
    made = within(("b", right), ("a", left), SHIPPED, measure="features_per_pp")
    assert (made.ratio.value, made.p_value) == (None, None)
    assert made.ratio.reason == "too few: 2 of 3 repositories have both"
    assert deciding_repositories(("b", right), ("a", left), made, SHIPPED) == ()


@pytest.mark.slow
def test_equal_arms_are_told_apart_as_seldom_as_stated() -> None:
    """400 lakes of ten repositories with two equal arms: at most 7 in a hundred intervals miss."""
    missed = 0
    for seed in range(400):
        left, right = arms(1.0, 10, seed)
        made = within(("b", right), ("a", left), SHIPPED, measure="features_per_pp")
        missed += not made.ratio.holds(1.0)
    assert missed / 400 <= 0.07


def test_sums_in_dollars_are_the_points_at_the_plans_price() -> None:
    """A fifth of a dollar a point: five times the features for one."""
    dollars = {name: s.scaled(Fraction(1, 5)) for name, s in THREE.items()}
    points, money = (by_repository(s, SHIPPED) for s in (THREE, dollars))
    assert money.value == pytest.approx(5 * points.value)
    assert money.high == pytest.approx(5 * points.high)
