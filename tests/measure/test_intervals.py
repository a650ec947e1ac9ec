"""Intervals: golden values of the design, public reference values, and their properties."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.measure.intervals import (
    Sample,
    log_variance,
    shrunk_log_t,
    weight_spread,
    wilson,
)

GOLDEN = [
    ([3, 4, 2], [12, 15, 9], (0.2500, 0.1190, 0.5850)),
    ([3, 3, 3], [10, 10, 10], (0.3000, 0.1433, 0.6996)),
    ([3, 5, 4, 2, 6, 3], [14, 22, 17, 9, 25, 12], (0.2323, 0.1658, 0.3398)),
    ([4], [12], (0.3333, 0.0595, 2.3626)),
]

counts = st.integers(0, 50).map(float)
capacities = st.integers(0, 100).map(float)
windows = st.lists(st.tuples(counts, capacities), min_size=1, max_size=30)


def sample(pairs, **more):
    """A sample of (x, y) pairs."""
    return Sample(tuple(x for x, _ in pairs), tuple(y for _, y in pairs), **more)


@pytest.mark.parametrize(("x", "y", "expected"), GOLDEN)
def test_shrunk_log_t_gives_the_golden_values(x, y, expected):
    """Point and interval agree with the reference to four digits."""
    made = shrunk_log_t(Sample(x, y))
    assert expected == (round(made.value, 4), round(made.low, 4), round(made.high, 4))


def test_no_feature_at_all_has_low_zero_and_a_finite_high():
    """Sx = 0: the point and the low end are 0, the high end is not."""
    made = shrunk_log_t(Sample([0, 0, 0], [5, 6, 7]))
    assert (made.value, made.low) == (0, 0)
    assert made.high > 0


def test_no_capacity_is_not_measured():
    """Sy = 0: unknown with a reason, whatever was shipped."""
    made = shrunk_log_t(Sample([3, 2], [0, 0]))
    assert made.value is None
    assert made.reason == "no capacity was measured"


def test_no_window_is_not_measured():
    """An empty sample is unknown, not zero."""
    assert shrunk_log_t(Sample((), ())).reason == "no usable window"


def test_values_that_are_not_finite_are_refused_by_name():
    """A NaN never gets into an interval."""
    assert shrunk_log_t(Sample([math.nan], [1.0])).reason == "a value is not finite"


def test_exact_meter_has_a_narrower_interval_than_a_rounded_one():
    """The rounding of the meter widens the interval."""
    rounded = shrunk_log_t(Sample([1, 1, 1], [2, 2, 2]))
    exact = shrunk_log_t(Sample([1, 1, 1], [2, 2, 2], rounding=0.0))
    assert exact.high < rounded.high


def test_equal_weights_give_the_unweighted_spread():
    """All features of weight 1: sum(w^2)/(sum w)^2 is one over their number."""
    assert weight_spread([3, 4, 2], [1, 1, 1]) == pytest.approx(1 / 9)


def test_unequal_weights_widen_the_prior():
    """Few heavy features carry less information than many light ones."""
    light = log_variance(Sample([4.0], [10], weight_spread([8], [0.5])))
    heavy = log_variance(Sample([4.0], [10], weight_spread([1, 6], [3.4, 0.1])))
    assert light < heavy


@settings(max_examples=100)
@given(windows)
def test_an_interval_is_ordered_and_finite_or_absent(pairs):
    """Never NaN: low <= point and high finite, or unknown with a reason."""
    made = shrunk_log_t(sample(pairs))
    if made.value is None:
        assert made.reason
    else:
        assert all(map(math.isfinite, (made.value, made.low, made.high)))
        assert 0 <= made.low <= made.high


@settings(max_examples=100)
@given(windows, st.randoms(use_true_random=False))
def test_an_interval_ignores_the_order_of_windows(pairs, random):
    """Below six windows shuffled ones give the same digits; from six on order says something."""
    shuffled = list(pairs[:5])
    random.shuffle(shuffled)
    assert shrunk_log_t(sample(pairs[:5])) == shrunk_log_t(sample(shuffled))


@settings(max_examples=60)
@given(windows.filter(lambda pairs: sum(y for _, y in pairs) > 0), st.sampled_from([0.25, 4, 64]))
def test_an_exact_meter_in_other_units_scales_the_interval(pairs, factor):
    """Capacity in other units divides point and ends by the factor."""
    plain = shrunk_log_t(sample(pairs, rounding=0.0))
    scaled = shrunk_log_t(sample([(x, y * factor) for x, y in pairs], rounding=0.0))
    for left, right in ((plain.value, scaled.value), (plain.high, scaled.high)):
        assert left == pytest.approx(right * factor)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_newcombes_table(successes, trials, low, high):
    """Four published score intervals to four digits."""
    made = wilson(successes, trials)
    assert (low, high) == (round(made.low, 4), round(made.high, 4))


@pytest.mark.parametrize(("n", "low"), [(3, 0.44), (6, 0.61)])
def test_wilson_of_a_clean_sheet_is_far_from_certain(n, low):
    """3/3 and 6/6 reach down to .44 and .61."""
    made = wilson(n, n)
    assert (low, 1.0) == (round(made.low, 2), made.high)


def test_wilson_without_trials_is_unknown():
    """No run, no rate."""
    assert wilson(0, 0).value is None


@settings(max_examples=60)
@given(st.integers(1, 10_000), st.data())
def test_wilson_holds_its_point_inside_zero_and_one(trials, data):
    """0 <= low <= share <= high <= 1."""
    successes = data.draw(st.integers(0, trials))
    made = wilson(successes, trials)
    assert 0 <= made.low <= made.value <= made.high <= 1
