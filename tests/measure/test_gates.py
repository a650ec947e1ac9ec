"""Sample-size gates and the windows still needed."""

import math
from dataclasses import replace

import pytest

from gitledger.measure.estimate import Estimate, plain
from gitledger.measure.gates import printed_estimate, sample_gate, windows_for_width, windows_needed
from gitledger.measure.intervals import Sample
from gitledger.measure.terms import SHIPPED

SIX = Sample([3, 5, 4, 2, 6, 3], [14, 22, 17, 9, 25, 12])


@pytest.mark.parametrize(
    ("n", "gate"),
    [(0, "too-few"), (2, "too-few"), (3, "directional"), (5, "directional"), (6, "week0")],
)
def test_gates_stand_at_three_and_six(n, gate):
    """The edges belong to the higher gate."""
    assert sample_gate(n) == gate


@pytest.mark.parametrize(
    ("phi", "mean", "width", "expected"),
    # phi/mu (1.96/ln(1+d))^2 by hand: 1.5/3 * (1.96/.405465)^2 = 11.68
    [(1.5, 3, 0.5, 12), (1.5, 3, 1.0, 4), (1.5, 1, 0.25, 116), (1.5, 0, 0.5, None)],
)
def test_windows_for_a_width_follow_the_formula(phi, mean, width, expected):
    """Rounded up; unknown while nothing was shipped."""
    assert windows_for_width(phi, mean, replace(SHIPPED, width=width)) == expected


def test_windows_needed_are_those_still_missing():
    """Wider intervals need fewer windows, and never fewer than none."""
    tenth, quarter, wide = (replace(SHIPPED, width=width) for width in (0.1, 0.25, 20.0))
    assert windows_needed(SIX, tenth) > windows_needed(SIX, quarter) > 0
    assert windows_needed(SIX, wide) == 0


def test_gates_and_needs_follow_the_rules():
    """Five windows for a direction, ten for a week, fewer windows at 80 %."""
    stats = replace(SHIPPED, directional=5, week0=10)
    assert [sample_gate(n, stats) for n in (4, 5, 10)] == ["too-few", "directional", "week0"]
    assert (
        printed_estimate(Estimate(0.5, 0.1, 0.9, 4, "m"), stats).reason == "too few: 4 of 5 windows"
    )
    lenient = replace(SHIPPED, confidence=0.8, width=0.1)
    assert windows_needed(SIX, lenient) < windows_needed(SIX, replace(SHIPPED, width=0.1))


def test_week0_needs_six_windows_however_narrow():
    """Three perfect windows still lack three."""
    assert windows_needed(Sample([50, 50, 50], [90, 90, 90])) == 3


def test_windows_needed_are_unknown_without_features():
    """No rate, no forecast."""
    assert windows_needed(Sample([0, 0, 0], [5, 5, 5])) is None


def test_a_point_alone_keeps_its_n_and_method():
    """Withholding an interval loses nothing else."""
    kept = printed_estimate(Estimate(0.5, 0.1, 0.9, 2, "shrunk-log-t"))
    assert (kept.value, kept.low, kept.n, kept.method) == (0.5, None, 2, "shrunk-log-t")


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0.1 + 0.2, 0.3), (3.0, 3), (None, None), (math.nan, None), (0.0, 0), (123456.789, 123457)],
)
def test_plain_numbers_have_no_dust(number, expected):
    """Six significant digits, whole numbers as integers, nothing for what is no number."""
    assert plain(number) == expected
