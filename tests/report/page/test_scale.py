"""Axes: what lies where, and which round numbers stand on them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitledger.report.page.scale import Axis, TimeAxis, linear_axis, log_axis, ticks

POSITIVE = st.floats(min_value=1e-4, max_value=1e4)


@given(st.lists(POSITIVE, min_size=1, max_size=8))
def test_a_log_axis_holds_every_number_and_keeps_their_order(numbers: list[float]) -> None:
    """No point lies at an edge by force, and a larger number never lies farther left."""
    axis = log_axis(numbers, 10, 200)
    assert all(axis.holds(n) for n in numbers)
    places = [axis.at(n) for n in sorted(numbers)]
    assert places == sorted(places)
    assert 10 <= places[0] <= places[-1] <= 200
    assert 1 <= len(ticks(axis, 5)) <= 5


def test_a_log_axis_of_nothing_is_a_decade() -> None:
    """No number, a zero and an infinity are none."""
    axis = log_axis([0.0, float("inf")], 0, 100)
    assert (axis.low, axis.high) == (0.1, 1.0)


def test_equal_ratios_are_equal_lengths() -> None:
    """What a log scale is for."""
    axis = Axis(0.1, 10, 0, 100, log=True)
    assert [axis.at(v) for v in (0.1, 1, 10)] == pytest.approx([0, 50, 100])


def test_a_linear_axis_ends_at_a_round_number() -> None:
    """76 points end at 100, in steps that there is room for."""
    axis = linear_axis(76, 0, 100)
    assert axis.high == 100
    assert ticks(axis, 6) == [0, 20, 40, 60, 80, 100]
    assert ticks(axis, 5) == [0, 50, 100]


def test_days_of_a_time_axis_are_midnights_within_it() -> None:
    """At most as many as there is room for."""
    low = datetime(2026, 3, 2, 9, tzinfo=UTC)
    axis = TimeAxis(low, low + timedelta(days=6), 0, 600)
    assert [day.day for day in axis.days(9)] == [3, 4, 5, 6, 7, 8]
    assert [day.day for day in axis.days(3)] == [3, 5, 7]
    assert axis.at(low + timedelta(days=3)) == 300
    assert axis.at(low - timedelta(days=3)) == 0
