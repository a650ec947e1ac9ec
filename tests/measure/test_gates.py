"""Sample-size gates and the windows still needed."""

import math

import pytest

from gitledger.measure.estimate import Estimate, plain
from gitledger.measure.gates import sample_gate, shown, windows_for_width, windows_needed
from gitledger.measure.intervals import Sample

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
    assert windows_for_width(phi, mean, width) == expected


def test_windows_needed_are_those_still_missing():
    """Wider intervals need fewer windows, and never fewer than none."""
    assert windows_needed(SIX, width=0.1) > windows_needed(SIX, width=0.25) > 0
    assert windows_needed(SIX, width=20.0) == 0


def test_week0_needs_six_windows_however_narrow():
    """Three perfect windows still lack three."""
    assert windows_needed(Sample([50, 50, 50], [90, 90, 90])) == 3


def test_windows_needed_are_unknown_without_features():
    """No rate, no forecast."""
    assert windows_needed(Sample([0, 0, 0], [5, 5, 5])) is None


def test_a_point_alone_keeps_its_n_and_method():
    """Withholding an interval loses nothing else."""
    kept = shown(Estimate(0.5, 0.1, 0.9, 2, "shrunk-log-t"))
    assert (kept.value, kept.low, kept.n, kept.method) == (0.5, None, 2, "shrunk-log-t")


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0.1 + 0.2, 0.3), (3.0, 3), (None, None), (math.nan, None), (0.0, 0), (123456.789, 123457)],
)
def test_plain_numbers_have_no_dust(number, expected):
    """Six significant digits, whole numbers as integers, nothing for what is no number."""
    assert plain(number) == expected
