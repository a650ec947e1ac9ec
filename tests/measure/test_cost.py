"""Cost of a feature under a plan, and points left idle at a reset."""

from datetime import UTC, datetime, timedelta

import pytest

from gitledger.measure.cost import (
    COST,
    MeterPoint,
    Prices,
    dollars,
    idle_points,
    idle_pp,
    per_dollar,
)
from gitledger.measure.efficiency import FEATURES_PER_PP, LASTING_PER_PP, efficiency
from gitledger.measure.outcome import AccountPart, WindowOutcome
from gitledger.windows.churn import WindowChurn

T = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


def three(**more):
    """Three windows of codex: 9 features over 36 points."""
    pairs = zip((3, 4, 2), (12.0, 15.0, 9.0), strict=True)
    return [WindowOutcome(f"W{i}", "codex", x, y, **more) for i, (x, y) in enumerate(pairs)]


def cost(rows, price=50.0, name=FEATURES_PER_PP):
    """Dollars a feature of codex at a weekly price."""
    prices = Prices({} if price is None else {"codex": price})
    return dollars(per_dollar(rows, "codex", prices, name=name), COST)


def test_a_feature_costs_its_share_of_the_week():
    """50 a week over 100 x .25 features: 2 each, with the interval turned over."""
    made = cost(three())
    assert (made.value, round(made.low, 4), round(made.high, 4)) == (2.0, 0.8547, 4.2001)


@pytest.mark.parametrize(
    ("rows", "price", "reason"),
    [
        (three(), None, "no plan price for codex: gitledger config plan codex=DOLLARS"),
        (three(meter="5h"), 50.0, "a price a week needs weekly points, not those of 5h"),
        (three(outcome="fail"), 50.0, "no feature was shipped"),
        ([], 50.0, "no usable window"),
        (three(unit="prompts"), 50.0, "needs percentage points, not prompts"),
    ],
)
def test_a_cost_that_cannot_be_told_says_why(rows, price, reason):
    """Unknown is never free."""
    made = cost(rows, price)
    assert (made.value, made.reason) == (None, reason)


def test_each_account_is_priced_at_its_own_plan():
    """10 points of a plan of 40 and 5 of one of 200 a week: 4 and 10 dollars for two features."""
    parts = (AccountPart("a", 10.0), AccountPart("b", 5.0))
    row = WindowOutcome("W", "codex", 2, 15.0, parts=parts)
    made = per_dollar([row], "codex", Prices({"codex": 40.0, "codex/b": 200.0}))
    assert made.capacity == pytest.approx(14)
    assert dollars(made, COST).value == pytest.approx(7)
    lack = per_dollar([row], "codex", Prices({"codex/b": 200.0}))
    assert lack == "no plan price for codex/a: gitledger config plan codex/a=DOLLARS"


def test_rounding_is_priced_with_the_points():
    """The interval of dollars is that of points turned over, whatever the price."""
    points, money = efficiency(three(), "codex").estimate, cost(three(), 700.0)
    assert money.low == pytest.approx(7 / points.high)
    assert money.high == pytest.approx(7 / points.low)


def test_open_churn_gives_dollars_between_two_ends():
    """No value yet; the least that lasts is the dearest."""
    still = WindowChurn(row="r", merged=40, so_far=0.0, upper=0.5, until="2026-12-07")
    made = cost(three(churn=still), name=LASTING_PER_PP)
    assert made.value is None
    least, most = (
        cost(three(churn=still._replace(so_far=s, upper=s)), name=LASTING_PER_PP) for s in (0.5, 0)
    )
    assert (made.low, made.high) == (most.low, least.high)
    assert made.reason == "churn open until 2026-12-07"


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
    plain, corrected = cost(three()), cost(floored)
    assert corrected.value > plain.value


def test_each_account_has_periods_of_its_own():
    """Two accounts that reset at one moment: 10 and 80 left, 45 a period."""
    readings = [
        MeterPoint(T - timedelta(hours=2), 90, T, ("codex", "a")),
        MeterPoint(T - timedelta(hours=1), 20, T, ("codex", "b")),
    ]
    made = idle_pp(readings, T)
    assert (made.value, made.n) == (45, 2)


def test_a_period_that_was_moved_never_ended():
    """Its reset was named at T, then, before T, two days later: only that one has an end."""
    readings = [
        MeterPoint(T - timedelta(hours=5), 30, T),
        MeterPoint(T - timedelta(hours=1), 40, T + timedelta(days=2)),
    ]
    made = idle_points(readings, T + timedelta(days=3))
    assert [p.idle_pp for p in made] == [60]
