"""Every state of a delta, from two readings."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from gitledger.windows.delta import Doubt, Part, measure_delta, stale_by_clock
from gitledger.windows.snapshot import MeterReading

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def reading(used: str, at: datetime, resets: datetime | None, meter: str = "weekly", **more):
    """A reading of a codex meter."""
    return MeterReading("default", meter, Decimal(used), at, resets_at=resets, **more)


def state(before: MeterReading, after: MeterReading, doubt: Doubt | None = None) -> str:
    """The state of a pair."""
    return measure_delta(before, after, doubt or Doubt()).state


def test_same_reset_and_rising_is_valid() -> None:
    """Two readings of one weekly window give their difference, +- one point."""
    delta = measure_delta(
        reading("9", NOON, NOON + WEEK / 2), reading("14", NOON + HOUR, NOON + WEEK / 2)
    )
    assert ("valid", Decimal(5), Decimal(1)) == (delta.state, delta.value, delta.resolution)


@pytest.mark.parametrize("jitter", [-119, -1, 1, 119])
def test_reset_within_two_minutes_is_the_same_window(jitter: int) -> None:
    """A reset time that jitters by less than two minutes names the same window."""
    moved = NOON + WEEK / 2 + timedelta(seconds=jitter)
    assert state(reading("9", NOON, NOON + WEEK / 2), reading("9", NOON + HOUR, moved)) == "valid"


@pytest.mark.parametrize("shift", [timedelta(minutes=3), -timedelta(days=1), timedelta(days=1)])
def test_reset_that_jumps_before_its_time_is_a_moved_anchor(shift: timedelta) -> None:
    """A weekly anchor that moves either way leaves no delta."""
    moved = reading("40", NOON + HOUR, NOON + WEEK / 2 + shift)
    delta = measure_delta(reading("30", NOON, NOON + WEEK / 2), moved)
    assert (delta.state, delta.value) == ("anchor-moved", None)


def test_granted_reset_is_a_moved_anchor() -> None:
    """A provider that resets the week early moves the window and the meter falls."""
    after = reading("2", NOON + HOUR, NOON + WEEK)
    assert state(reading("80", NOON, NOON + WEEK / 2), after) == "anchor-moved"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (2, 1, "; 1 banked reset used (2 -> 1)"),
        (3, 1, "; 2 banked resets used (3 -> 1)"),
        (1, 1, "; no banked reset was used (1 -> 1)"),
        (None, 1, ""),
        (0, 0, ""),
    ],
)
def test_a_move_names_the_banked_resets(before: int | None, after: int | None, told: str) -> None:
    """Where both readings count the banked resets, the reason says whether one was used."""
    moved = reading("0", NOON + HOUR, NOON + WEEK, banked=after)
    delta = measure_delta(reading("80", NOON, NOON + WEEK / 2, banked=before), moved)
    assert delta.state == "anchor-moved"
    assert delta.why.endswith(f"before its time had come{told}")


def test_reset_that_came_lies_between_and_is_told_in_two_parts() -> None:
    """A 5 h meter that was reset gives no number, but both parts."""
    before = reading("60", NOON, NOON + HOUR, "5h")
    after = reading("12", NOON + 2 * HOUR, NOON + 6 * HOUR, "5h")
    delta = measure_delta(before, after)
    assert (delta.state, delta.value) == ("reset-between", None)
    assert (Part(Decimal(60), None), Part(Decimal(0), Decimal(12))) == delta.parts


def test_two_resets_between_are_counted() -> None:
    """Resets that other readings of the account named are told apart."""
    before = reading("0", NOON, NOON + HOUR, "5h")
    after = reading("1", NOON + 11 * HOUR, NOON + 14 * HOUR, "5h")
    resets = (NOON + HOUR + timedelta(seconds=30), NOON + 6 * HOUR)
    delta = measure_delta(before, after, Doubt(resets=resets))
    assert (len(delta.resets), "reset twice" in delta.why) == (2, True)


def test_falling_under_one_reset_is_non_monotonic() -> None:
    """20 -> 10 under one weekly reset is a wrong pane, never 90 points."""
    end = NOON + WEEK / 2
    delta = measure_delta(reading("20", NOON, end), reading("10", NOON + HOUR, end))
    assert (delta.state, delta.value) == ("non-monotonic", None)


def test_falling_is_told_before_staleness() -> None:
    """A pane that is both stale and lower is reported as the meter that fell."""
    end = NOON + WEEK / 2
    pair = reading("20", NOON, end), reading("10", NOON + HOUR, end)
    assert state(*pair, Doubt(stale="old")) == "non-monotonic"


def test_rounding_unlike_is_no_fall() -> None:
    """56.9 rounded and 56 floored may be the same use: a delta of 0, not an error."""
    end = NOON + WEEK / 2
    tenth = reading("56.9", NOON, end, resolution=Decimal("0.1"))
    floored = reading("56", NOON + HOUR, end, rounding="floor")
    delta = measure_delta(tenth, floored)
    assert ("valid", Decimal(0), "mixed") == (delta.state, delta.value, delta.rounding)


def test_rounding_unlike_does_not_hide_a_fall() -> None:
    """Two points down cannot be explained by rounding."""
    end = NOON + WEEK / 2
    floored = reading("54", NOON + HOUR, end, rounding="floor")
    assert state(reading("56.9", NOON, end, resolution=Decimal("0.1")), floored) == "non-monotonic"


def test_stale_pane_gives_no_delta() -> None:
    """A stale side makes the delta stale and says why."""
    end = NOON + WEEK / 2
    delta = measure_delta(reading("9", NOON, end), reading("14", NOON + HOUR, end), Doubt("old"))
    assert (delta.state, delta.why, delta.value) == ("stale", "old", None)


def test_full_meter_counts_what_was_left_of_it() -> None:
    """At 100 % the use is 100 - before."""
    end = NOON + WEEK / 2
    delta = measure_delta(reading("93", NOON, end), reading("100", NOON + HOUR, end))
    assert ("saturated", Decimal(7), Decimal(6), Decimal(8), True) == (
        *(delta.state, delta.value, delta.low, delta.high, delta.usable),
    )


@pytest.mark.parametrize(
    ("used", "doubt", "shown"),
    [
        ("100", Doubt(overage=True), {}),
        ("100", Doubt(), {"overage": True}),
        ("103", Doubt(), {}),
    ],
)
def test_full_meter_is_a_lower_bound_where_more_is_sold(
    used: str, doubt: Doubt, shown: dict[str, bool]
) -> None:
    """Stated of the account, shown by the reading, or above 100 %: at least so much."""
    end = NOON + WEEK / 2
    after = reading(used, NOON + HOUR, end)._replace(**shown)
    delta = measure_delta(reading("93", NOON, end), after, doubt)
    assert (delta.state, delta.low, delta.high) == ("saturated", delta.value, None)
    assert not delta.usable


def test_meter_that_was_full_before_has_no_capacity() -> None:
    """100 -> 100: nothing was left, and how much was used nobody can say."""
    end = NOON + WEEK / 2
    delta = measure_delta(reading("100", NOON, end), reading("100", NOON + HOUR, end))
    assert (delta.state, delta.value, delta.usable) == ("zero-capacity", None, False)


def test_delta_carries_the_steps_of_its_readings() -> None:
    """A tenth before, an exact reading after."""
    end = NOON + WEEK / 2
    fine = reading("93.1", NOON, end, resolution=Decimal("0.1"))
    exact = reading("95.22", NOON + HOUR, end, rounding="exact", resolution=Decimal("0.01"))
    assert measure_delta(fine, exact).steps == (Decimal("0.1"), Decimal(0))


def test_shared_account_shows_bounds() -> None:
    """With another window on the account the true use lies between 0 and the delta."""
    end = NOON + WEEK / 2
    doubt = Doubt(shared_with=("W0-02",))
    delta = measure_delta(reading("9", NOON, end), reading("14", NOON + HOUR, end), doubt)
    assert ("shared", Decimal(0), Decimal(5), False) == (
        *(delta.state, delta.low, delta.high, delta.usable),
    )


def test_shared_and_full_has_no_upper_bound_where_more_is_sold() -> None:
    """A full meter on a shared account bounds the use by what was left of it."""
    end = NOON + WEEK / 2
    pair = reading("93", NOON, end), reading("100", NOON + HOUR, end)
    assert measure_delta(*pair, Doubt(shared_with=("W0-02",))).high == 7
    assert measure_delta(*pair, Doubt(shared_with=("W0-02",), overage=True)).high is None


@pytest.mark.parametrize("side", [0, 1])
def test_typed_side_is_manual(side: int) -> None:
    """A typed percent on either side makes the delta manual, and it counts."""
    typed = [False, False]
    typed[side] = True
    before = reading("9", NOON, None, manual=typed[0])
    after = reading("14", NOON + HOUR, None, manual=typed[1])
    delta = measure_delta(before, after)
    assert ("manual", Decimal(5), True) == (delta.state, delta.value, delta.usable)


def test_typed_after_a_reset_is_not_manual() -> None:
    """A typed AFTER that is captured past the reset of the BEFORE spans that reset."""
    typed = reading("14", NOON + 2 * HOUR, None, "5h", manual=True)
    assert state(reading("60", NOON, NOON + HOUR, "5h"), typed) == "reset-between"


def test_both_resets_unknown_within_a_window_is_valid() -> None:
    """Without reset times a pair is trusted while less than a window's length went by."""
    pair = reading("9", NOON, None, "5h"), reading("14", NOON + 4 * HOUR, None, "5h")
    assert state(*pair) == "valid"


def test_both_resets_unknown_over_a_window_is_a_reset() -> None:
    """Without reset times a reset fits once a window's length went by."""
    pair = reading("9", NOON, None, "5h"), reading("14", NOON + 5 * HOUR, None, "5h")
    assert state(*pair) == "reset-between"


def test_window_that_began_after_the_before_reading_is_a_reset() -> None:
    """The AFTER's reset names the beginning of its window: what stood before is gone."""
    after = reading("3", NOON + 2 * HOUR, NOON + 6 * HOUR, "5h")
    assert state(reading("1", NOON, None, "5h"), after) == "reset-between"


def test_untouched_meter_loses_nothing() -> None:
    """A meter at 0 without a reset time starts its window with the work: all of it is ours."""
    after = reading("3", NOON + 2 * HOUR, NOON + 6 * HOUR, "5h")
    delta = measure_delta(reading("0", NOON, None, "5h"), after)
    assert ("valid", Decimal(3)) == (delta.state, delta.value)


def test_untouched_meter_may_hide_a_whole_window() -> None:
    """A meter at 0 is not trusted when a whole window fits before the one shown."""
    after = reading("3", NOON + 7 * HOUR, NOON + 10 * HOUR, "5h")
    assert state(reading("0", NOON, None, "5h"), after) == "reset-between"


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Europe/Berlin", (2026, 3, 29)),
        ("Europe/Berlin", (2026, 10, 25)),
        ("America/New_York", (2026, 3, 8)),
        ("America/New_York", (2026, 11, 1)),
    ],
)
def test_clock_change_keeps_the_window(zone: str, night: tuple[int, int, int]) -> None:
    """A 5 h window over a change of clocks is 300 real minutes: same reset, valid delta."""
    start = datetime(*night, 0, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    reset = (start + 5 * HOUR).astimezone(ZoneInfo(zone))
    before = reading("0", start, reset.astimezone(UTC), "5h")
    after = reading("9", start + 4 * HOUR, reset.astimezone(UTC), "5h")
    assert (state(before, after), stale_by_clock(before), stale_by_clock(after)) == (
        "valid",
        "",
        "",
    )


@pytest.mark.parametrize("night", [(2026, 3, 29), (2026, 10, 25)])
def test_clock_change_does_not_hide_a_reset(night: tuple[int, int, int]) -> None:
    """A reset in the changed hour is a reset."""
    start = datetime(*night, 0, 0, tzinfo=UTC)
    before = reading("40", start, start + HOUR, "5h")
    after = reading("41", start + 2 * HOUR, start + 6 * HOUR, "5h")
    assert state(before, after) == "reset-between"


def test_year_turn_within_a_week_is_valid() -> None:
    """A weekly window over New Year is one window."""
    start = datetime(2026, 12, 31, 20, tzinfo=UTC)
    reset = datetime(2027, 1, 4, 9, tzinfo=UTC)
    assert state(reading("3", start, reset), reading("8", start + 8 * HOUR, reset)) == "valid"


def test_year_turn_with_a_reset_is_a_reset() -> None:
    """A weekly reset on New Year's Day lies between."""
    start = datetime(2026, 12, 31, 20, tzinfo=UTC)
    reset = datetime(2027, 1, 1, 0, tzinfo=UTC)
    after = reading("2", start + 8 * HOUR, reset + WEEK)
    assert state(reading("90", start, reset), after) == "reset-between"


def test_own_reset_in_the_past_is_stale() -> None:
    """A pane whose 5 h reset has passed is older than it claims."""
    assert "in the past" in stale_by_clock(reading("11", NOON, NOON - HOUR, "5h"))


def test_reset_farther_than_the_window_is_stale() -> None:
    """A pane whose 5 h reset lies 7 h ahead was not shown now."""
    assert "farther ahead" in stale_by_clock(reading("11", NOON, NOON + 7 * HOUR, "5h"))


def test_printed_minute_lasts_its_sixty_seconds() -> None:
    """A reset printed as 12:00 may be 12:00:59: it is stale from 12:01 on."""
    printed = reading("11", NOON + timedelta(seconds=59), NOON, "5h", to_the_minute=True)
    late = reading("11", NOON + timedelta(seconds=60), NOON, "5h", to_the_minute=True)
    assert (stale_by_clock(printed), bool(stale_by_clock(late))) == ("", True)
