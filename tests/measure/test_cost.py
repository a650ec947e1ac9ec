"""Cost of a feature under a plan, and points left idle at a reset."""

from datetime import UTC, datetime, timedelta

import pytest

from gitledger.measure.cost import MeterPoint, cost_per_feature, idle_points, idle_pp
from gitledger.measure.efficiency import PER_WINDOW, efficiency
from gitledger.measure.outcome import AccountPart, WindowOutcome

T = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


def three(**more):
    """Three windows of codex: 9 features over 36 points."""
    pairs = zip((3, 4, 2), (12.0, 15.0, 9.0), strict=True)
    return [WindowOutcome(f"W{i}", "codex", x, y, **more) for i, (x, y) in enumerate(pairs)]


def test_a_feature_costs_its_share_of_the_week():
    """50 a week over 100 x .25 features: 2 each, with the interval turned over."""
    made = cost_per_feature(efficiency(three(), "codex"), 50.0)
    assert (made.value, round(made.low, 4), round(made.high, 4)) == (2.0, 0.8547, 4.2001)


@pytest.mark.parametrize(
    ("rows", "price", "reason"),
    [
        (three(), None, "no plan price for codex"),
        (three(meter="5h"), 50.0, "a price a week needs the weekly meter, not 5h"),
        (three(outcome="fail"), 50.0, "no feature was shipped"),
        ([], 50.0, "no usable window"),
        (three(unit="prompts"), 50.0, "needs features per percentage point"),
    ],
)
def test_a_cost_that_cannot_be_told_says_why(rows, price, reason):
    """Unknown is never free."""
    made = cost_per_feature(efficiency(rows, "codex"), price)
    assert (made.value, made.reason) == (None, reason)


def test_a_cost_needs_the_features_per_point():
    """Another variant has no price."""
    made = cost_per_feature(efficiency(three(), "codex", name=PER_WINDOW), 50.0)
    assert made.value is None


def test_idle_points_are_those_left_at_the_last_reading():
    """Two periods over: 100 - 60 and 100 - 90; the running one does not count."""
    readings = [
        MeterPoint(T - 2 * WEEK, 20, T - WEEK),
        MeterPoint(T - WEEK - timedelta(hours=1), 60, T - WEEK + timedelta(seconds=50)),
        MeterPoint(T - timedelta(hours=1), 90, T),
        MeterPoint(T, 5, T + WEEK),
    ]
    assert [p.idle_pp for p in idle_points(readings, T)] == [40, 10]
    assert idle_pp(readings, T).value == 25


def test_no_finished_period_has_unknown_idle_points():
    """A running week says nothing about what will be left."""
    made = idle_pp([MeterPoint(T, 5, T + WEEK)], T)
    assert made.value is None


def test_readings_in_any_order_give_the_same_idle_points():
    """The newest reading of a period counts, not the last given."""
    readings = [MeterPoint(T - timedelta(hours=h), 90 - h, T) for h in range(4)]
    assert idle_points(readings, T) == idle_points(readings[::-1], T)


def test_a_reading_after_its_own_reset_is_not_of_that_period():
    """A stale pane does not shrink the idle points."""
    stale = MeterPoint(T + timedelta(hours=1), 99, T)
    assert idle_points([stale], T + WEEK) == ()


def test_a_correction_of_a_floored_meter_reaches_the_cost():
    """More capacity used a feature, higher cost."""
    fresh = (AccountPart(rounding="floor", before=0.0),)
    floored = [o._replace(parts=fresh) for o in three()]
    plain, corrected = (cost_per_feature(efficiency(r, "codex"), 50.0) for r in (three(), floored))
    assert corrected.value > plain.value
