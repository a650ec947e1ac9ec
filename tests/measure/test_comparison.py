"""Two arms against each other: golden values, families, and symmetries."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.measure.comparison import (
    EVER,
    adjust_family,
    anytime_half,
    anytime_level,
    between,
    compare,
    holm,
    mixture_width,
)
from gitledger.measure.intervals import Sample, log_variance
from gitledger.measure.terms import SHIPPED

A = Sample([3, 5, 4, 2, 6, 3], [14, 22, 17, 9, 25, 12])
B = Sample([2, 3, 2, 4, 1, 3], [18, 25, 15, 30, 11, 24])

samples = st.lists(
    st.tuples(st.integers(0, 20).map(float), st.integers(1, 60).map(float)),
    min_size=3,
    max_size=15,
).map(lambda pairs: Sample(tuple(x for x, _ in pairs), tuple(y for _, y in pairs)))


def family(arms):
    """Every pair of arms compared, with Holm's p over all of them."""
    return adjust_family([compare((a, arms[a]), (b, arms[b])) for a, b in combinations(arms, 2)])


def test_the_golden_comparison():
    """Ratio, fixed interval, P and anytime interval to four digits."""
    made = compare(("a", A), ("b", B))
    numbers = made.ratio.value, made.ratio.low, made.ratio.high, made.p_superior
    assert tuple(round(v, 4) for v in numbers) == (1.9051, 1.1111, 3.1936, 0.9891)
    assert round(made.centre, 4) == 1.8837
    assert (round(made.anytime.low, 4), round(made.anytime.high, 4)) == (0.8815, 4.0254)


def test_too_few_windows_show_the_ratio_alone():
    """Two windows on a side: a point, no interval, no probability."""
    made = compare(("a", Sample([3, 2], [10, 8])), ("b", B))
    assert (made.ratio.low, made.p_superior) == (None, None)
    assert made.ratio.reason == "too few: 2 of 3 windows on a side"


def test_an_arm_without_capacity_makes_the_ratio_unknown():
    """The reason names the arm."""
    made = compare(("codex", A), ("glm", Sample([1, 1, 1], [0, 0, 0])))
    assert made.ratio.value is None
    assert made.ratio.reason == "glm: no capacity was measured"


def test_three_arms_are_a_family_of_three_pairs():
    """Every pair once, with Holm's p and the family size."""
    made = family({"a": A, "b": B, "c": A})
    assert [(c.a, c.b, c.family) for c in made] == [("a", "b", 3), ("a", "c", 3), ("b", "c", 3)]
    assert all(c.p_holm >= c.p_value for c in made)


def test_a_pair_that_cannot_be_compared_stays_in_the_family():
    """The size printed is the number of pairs asked about."""
    made = family({"a": A, "b": B, "c": Sample((), ())})
    assert [c.p_holm is None for c in made] == [False, True, True]
    assert {c.family for c in made} == {3}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # R: p.adjust(c(.01, .02, .03, .04), "holm"); the second is Holm's own order
        ((0.01, 0.02, 0.03, 0.04), (0.04, 0.06, 0.06, 0.06)),
        ((0.04, 0.01, 0.03), (0.06, 0.03, 0.06)),
        ((0.9, 0.8), (1.0, 1.0)),
        ((), ()),
    ],
)
def test_holm_steps_down(given, expected):
    """Adjusted p in the given order, monotone, capped at 1."""
    assert holm(given) == pytest.approx(expected)


def test_an_anytime_interval_is_wider_than_a_fixed_one():
    """Looking again costs width."""
    made = compare(("a", A), ("b", B))
    assert made.anytime.low < made.ratio.low < made.ratio.high < made.anytime.high


def test_an_anytime_interval_narrows_with_windows():
    """The half width at the same unit variance falls with n."""
    halves = [anytime_half((1 / n, 1 / n), n, 0.05) for n in (3, 10, 40, 160)]
    assert halves == sorted(halves, reverse=True)


@settings(max_examples=60)
@given(samples, samples)
def test_arms_exchanged_turn_the_ratio_over(left, right):
    """compare(b, a) is the reciprocal of compare(a, b), and P its complement."""
    one, other = compare(("a", left), ("b", right)), compare(("b", right), ("a", left))
    if left.features and right.features:
        assert one.ratio.value == pytest.approx(1 / other.ratio.value)
        assert one.ratio.low == pytest.approx(1 / other.ratio.high)
    assert one.p_superior == pytest.approx(1 - other.p_superior, abs=1e-9)


@settings(max_examples=60)
@given(samples, samples)
def test_a_comparison_is_never_nan(left, right):
    """All numbers finite, ends in order."""
    made = compare(("a", left), ("b", right))
    for estimate in (made.ratio, made.anytime):
        ends = [e for e in (estimate.low, estimate.value, estimate.high) if e is not None]
        assert sorted(ends) == ends
        assert all(map(math.isfinite, (*ends, made.p_superior, made.p_anytime)))


def test_the_ratio_is_that_of_the_points_printed():
    """.2323 over .1220; the interval is centred elsewhere, and the card says where."""
    made = compare(("a", A), ("b", B))
    assert made.ratio.value == pytest.approx((23 / 99) / (15 / 123))
    assert made.centre == pytest.approx((23.5 / 99) / (15.5 / 123))


def test_an_arm_that_shipped_nothing_makes_no_ratio():
    """Nothing to divide by: no value and no high end; turned over it is a true 0."""
    none = Sample([0, 0, 0], [20, 30, 25])
    made, turned = compare(("a", A), ("b", none)), compare(("b", none), ("a", A))
    assert (made.ratio.value, made.ratio.high) == (None, None)
    assert made.ratio.low > 0
    assert made.ratio.reason == "b shipped nothing: there is no ratio"
    assert (turned.ratio.value, turned.ratio.low) == (0, 0)


def test_p_at_any_look_is_where_the_interval_reaches_1():
    """At the level of the anytime p its interval just holds 1."""
    made = compare(("a", A), ("b", B))
    variances = log_variance(A), log_variance(B)
    rho2 = mixture_width(SHIPPED.alpha)
    grown = 6 * rho2 + 1
    half = math.sqrt(
        sum(variances) * 2 * grown / (6 * rho2) * math.log(math.sqrt(grown) / made.p_anytime)
    )
    assert half == pytest.approx(math.log(made.centre))
    assert made.p_value < made.p_anytime < 1
    assert made.p_superior_anytime == pytest.approx(1 - made.p_anytime / 3)


def test_what_is_open_lies_between_its_ends():
    """Least against most and most against least; a sign that is open is no certainty."""
    few, many = Sample([2] * 6, [20] * 6), Sample([5] * 6, [20] * 6)
    least, most = compare(("a", few), ("b", many)), compare(("a", many), ("b", few))
    made = between(least, most, "churn open")
    assert (made.ratio.value, made.ratio.low, made.ratio.high) == (
        *(None, least.ratio.low, most.ratio.high),
    )
    assert (made.p_value, made.p_superior, made.ratio.reason) == (1, least.p_superior, "churn open")
    closed = between(most, most, "")
    assert (closed.ratio.low, closed.p_value) == (most.ratio.low, most.p_value)


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_a_p(p_values):
    """Each adjusted p is at least its own and at most 1."""
    assert all(p <= q <= 1 for p, q in zip(p_values, holm(p_values), strict=True))


def test_adjusting_again_changes_nothing():
    """Holm starts from the raw p."""
    made = family({"a": A, "b": B, "c": A})
    assert adjust_family(made) == made


def test_an_equal_arm_is_ever_called_better_as_rarely_as_p_says():
    """Looked at after every window from 3 to 200, P(better) >= .8 in one of five pairs at most."""
    paths = np.random.default_rng(20261129).normal(0, 1, (400, 200)).cumsum(axis=1)
    led = 0
    for path in paths:
        for n in range(3, 201):
            if path[n - 1] > 0:
                level = anytime_level(path[n - 1] / n, (0.5 / n, 0.5 / n), n, 0.05)
                if 1 - min(0.5, EVER * level) >= 0.8:
                    led += 1
                    break
    assert 0.10 < led / len(paths) <= 0.20
