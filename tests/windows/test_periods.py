"""The periods of a meter, and why each ended: resets, moves, banked resets, outdated readings."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from traces import HOLDER, MONDAY, WEEK, reading

from gitledger.windows.periods import MeterCourse, course_of
from gitledger.windows.reset_events import reset_events
from gitledger.windows.trace import series_of

HOUR = timedelta(hours=1)
FIRST, SECOND = MONDAY + WEEK, MONDAY + 2 * WEEK


def course(
    *points: tuple[float, float, datetime | None], banked: Sequence[int] = ()
) -> MeterCourse:
    """The weekly meter's course of (hours since Monday, used, reset)."""
    seen = [
        (HOLDER, "x", (reading("weekly", used, MONDAY + hours * HOUR, reset, bank),))
        for (hours, used, reset), bank in zip(points, banked or [None] * len(points), strict=True)
    ]
    return course_of(series_of((), (), seen)[0][0])


def endings(found: MeterCourse) -> list[tuple[float, str]]:
    """What was used of each period, and how it ended."""
    return [(period.used, period.ending) for period in found.periods]


def kinds(found: MeterCourse) -> list[str]:
    """The kinds of its events."""
    return [event.kind for event in reset_events([found])]


def test_a_planned_reset_ends_a_period() -> None:
    """The last reading before it is what was used; the event stands at the reset's own time."""
    found = course((1, 5, FIRST), (160, 80, FIRST), (170, 3, SECOND))
    assert endings(found) == [(80, "reset"), (3, "open")]
    event = reset_events([found])[0]
    assert (event.kind, event.used, event.bound) == ("reset", 80, True)
    assert event.at == int(FIRST.timestamp())


def test_jitter_of_a_reset_is_no_move() -> None:
    """Providers tell one reset a second or a minute apart."""
    found = course((1, 5, FIRST), (2, 6, FIRST - timedelta(seconds=70)), (3, 7, FIRST))
    assert endings(found) == [(7, "open")]
    assert kinds(found) == []


def test_use_that_fell_for_good_is_a_reset_before_its_time() -> None:
    """60 % becomes 0 % under the same reset: the provider began the period anew."""
    found = course((1, 5, FIRST), (50, 60, FIRST), (51, 0, FIRST), (52, 1, FIRST), (60, 4, FIRST))
    assert endings(found) == [(60, "early"), (4, "open")]
    assert kinds(found) == ["early"]


def test_an_outdated_reading_between_is_left_out() -> None:
    """20 -> 10 -> 20 under one reset: the 10 was outdated, nothing was reset."""
    found = course((1, 5, FIRST), (9, 20, FIRST), (10, 10, FIRST), (11, 20, FIRST), (12, 25, FIRST))
    assert endings(found) == [(25, "open")]
    assert (found.skipped, kinds(found)) == (1, [])


def test_a_fall_that_no_later_reading_confirms_is_no_reset() -> None:
    """The newest reading may be outdated: 60 -> 50 waits for the next; 60 -> 1 is a new period."""
    waits = course((1, 5, FIRST), (50, 60, FIRST), (51, 50, FIRST))
    assert (endings(waits), waits.skipped) == ([(60, "open")], 1)
    fell = course((1, 5, FIRST), (50, 60, FIRST), (51, 1, FIRST))
    assert endings(fell) == [(60, "early"), (1, "open")]


def test_a_moved_reset_carries_the_use_on() -> None:
    """Another reset before the old one's time and no less use: the anchor moved."""
    moved = FIRST + 30 * HOUR
    found = course((1, 5, FIRST), (50, 60, FIRST), (51, 61, moved), (60, 70, moved))
    assert endings(found) == [(70, "open")]
    event = reset_events([found])[0]
    assert (event.kind, event.before, event.after) == (
        "moved",
        int(FIRST.timestamp()),
        int(moved.timestamp()),
    )


def test_a_banked_reset_that_was_used_is_told_from_one_that_was_granted() -> None:
    """The bank grows: granted. It shrinks while the use falls: used, with the moved anchor."""
    moved = MONDAY + 60 * HOUR + WEEK
    found = course(
        (1, 5, FIRST), (20, 30, FIRST), (50, 60, FIRST), (60, 0, moved), (61, 2, moved),
        banked=[1, 2, 2, 1, 1],
    )  # fmt: skip
    assert endings(found) == [(60, "banked"), (2, "open")]
    assert kinds(found) == ["granted", "banked"]
    used = reset_events([found])[1]
    assert (used.banked, used.after) == ((2, 1), int(moved.timestamp()))


def test_a_hole_over_a_reset_is_a_bound() -> None:
    """Nothing was read for a week and a half: what was used is the least, a whole period unseen."""
    found = course((1, 5, FIRST), (30, 40, FIRST), (14 * 24 + 5, 2, MONDAY + 3 * WEEK))
    assert endings(found) == [(40, "reset"), (2, "open")]
    event = reset_events([found])[0]
    assert event.bound
    assert (event.at - event.last_at) // 3600 == 138


def test_a_clock_that_went_back_is_left_out() -> None:
    """Readings whose own reset lies beyond a whole window, or in their past, count for nothing."""
    found = course((-40, 60, FIRST), (1, 5, FIRST), (30, 40, FIRST), (200, 41, FIRST))
    assert endings(found) == [(40, "open")]
    assert len(found.impossible) == 2


def test_two_accounts_under_one_label_are_found() -> None:
    """Two resets that take turns while both are ahead cannot be of one account."""
    other = FIRST - 40 * HOUR
    mixed = course((1, 5, FIRST), (2, 50, other), (3, 6, FIRST), (4, 51, other), (5, 7, FIRST))
    assert mixed.mixed
    assert reset_events([mixed]) == ()
    plain = course((1, 5, FIRST), (50, 60, FIRST), (51, 61, other), (60, 70, other))
    assert not plain.mixed


@pytest.mark.parametrize("reset", [None, FIRST])
def test_readings_without_a_reset_go_on_in_their_period(reset: datetime | None) -> None:
    """A feed that does not tell the reset every time says nothing new by that."""
    found = course((1, 5, FIRST), (2, 6, reset), (3, 7, None), (4, 8, FIRST))
    assert endings(found) == [(8, "open")]


def test_by_now_the_newest_period_may_be_over() -> None:
    """Its reset has come and nobody looked since."""
    found = course((1, 5, FIRST), (160, 80, FIRST))
    later = course_of(found.series, int(FIRST.timestamp()) + 60)
    assert endings(later) == [(80, "reset")]
    assert kinds(later) == ["reset"]
