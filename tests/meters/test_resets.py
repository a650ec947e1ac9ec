"""Reset texts: without year, date or zone, around midnight, New Year and the clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gitledger.meters.resets import (
    WallTime,
    has_passed,
    is_placeholder,
    nearest,
    read_wall_time,
)

FIVE_HOURS, WEEK, MONTH = 300, 10080, 43200
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")


def utc(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("10:21", WallTime(10, 21)),
        ("00:01 on 20 Oct", WallTime(0, 1, 10, 20)),
        ("12:24 on 27 Nov 2027", WallTime(12, 24, 11, 27, 2027)),
        ("7am (Europe/Berlin)", WallTime(7, 0, zone="Europe/Berlin")),
        ("12am", WallTime(0, 0)),
        ("12pm", WallTime(12, 0)),
        ("10:10 AM", WallTime(10, 10)),
        ("Nov 27, 7am", WallTime(7, 0, 11, 27)),
        ("Jul 11 at 12pm (Asia/Singapore)", WallTime(12, 0, 7, 11, zone="Asia/Singapore")),
        ("Jan 2, 2026, 10:59pm", WallTime(22, 59, 1, 2, 2026)),
    ],
)
def test_understood_words(text: str, wall: WallTime) -> None:
    """Every form that the programs print is understood."""
    assert wall == read_wall_time(text)


@pytest.mark.parametrize(
    "text", ["", "7", "25:00", "10:75", "13pm", "0am", "27 Nov", "12:24 on 27 Foo", "soon", "1:2"]
)
def test_refused_words(text: str) -> None:
    """Anything that is no time of day is refused, whole."""
    assert read_wall_time(text) is None


@pytest.mark.parametrize(
    ("words", "at", "window", "resets_at"),
    [
        ("10:21", "2026-11-23T06:00", FIVE_HOURS, "2026-11-23T09:21"),
        ("00:30", "2026-11-23T22:00", FIVE_HOURS, "2026-11-23T23:30"),
        ("07:10", "2026-11-23T11:55", FIVE_HOURS, "2026-11-23T06:10"),
        ("19:01", "2026-11-23T10:54", FIVE_HOURS, "2026-11-22T18:01"),
        ("21:11", "2026-11-23T07:00", WEEK, "2026-11-23T20:11"),
        ("07:59", "2026-11-23T13:00", WEEK, "2026-11-23T06:59"),
        ("07:00", "2026-11-23T22:00", WEEK, "2026-11-24T06:00"),
        ("12:24 on 27 Nov", "2026-11-23T06:00", WEEK, "2026-11-27T11:24"),
        ("01:00 on 2 Jan", "2026-12-30T06:00", WEEK, "2027-01-02T00:00"),
        ("23:00 on 30 Dec", "2027-01-02T06:00", WEEK, "2026-12-30T22:00"),
        ("06:00 on 23 Dec", "2026-11-23T06:00", MONTH, "2026-12-23T05:00"),
        ("12:00 on 29 Feb", "2028-02-25T06:00", WEEK, "2028-02-29T11:00"),
    ],
)
def test_nearest_occurrence(words: str, at: str, window: int, resets_at: str) -> None:
    """The occurrence nearest to the moment of reading, at most one window ahead."""
    wall = read_wall_time(words)
    assert wall
    found = nearest(wall, at=utc(at), zone=BERLIN, window_minutes=window)
    assert utc(resets_at) == found


def test_other_meters_date_is_refused() -> None:
    """A date four days ahead is no reset of a five-hour window."""
    wall = read_wall_time("12:24 on 27 Nov")
    assert wall
    at = utc("2026-11-23T06:00")
    assert nearest(wall, at=at, zone=BERLIN, window_minutes=FIVE_HOURS) is None


def test_first_of_two_equal_clock_times() -> None:
    """In the hour that occurs twice, the occurrence nearest to the reading is meant."""
    wall = read_wall_time("01:30")
    assert wall
    before = nearest(wall, at=utc("2026-11-01T04:00"), zone=NEW_YORK, window_minutes=FIVE_HOURS)
    between = nearest(wall, at=utc("2026-11-01T06:10"), zone=NEW_YORK, window_minutes=FIVE_HOURS)
    assert (utc("2026-11-01T05:30"), utc("2026-11-01T06:30")) == (before, between)


def test_skipped_clock_time() -> None:
    """A time that the clocks skip is taken with the offset before the jump."""
    wall = read_wall_time("02:30 on 29 Mar")
    assert wall
    found = nearest(wall, at=utc("2026-03-28T12:00"), zone=BERLIN, window_minutes=WEEK)
    assert utc("2026-03-29T01:30") == found


def test_window_across_a_clock_change_is_real_minutes() -> None:
    """Five hours before a reset after the change are five hours in UTC."""
    wall = read_wall_time("05:30")
    assert wall
    at = utc("2026-03-29T00:00")  # 01:00 in Berlin, an hour before the jump
    found = nearest(wall, at=at, zone=BERLIN, window_minutes=FIVE_HOURS)
    assert utc("2026-03-29T03:30") == found


def test_explicit_year_is_believed() -> None:
    """A printed year is not second-guessed."""
    wall = read_wall_time("Jan 2, 2028, 10:59pm")
    assert wall
    found = nearest(wall, at=utc("2026-11-23T06:00"), zone=BERLIN, window_minutes=WEEK)
    assert utc("2028-01-02T21:59") == found


@pytest.mark.parametrize(("zone", "words"), [(BERLIN, "01:00 on 1 Jan"), (UTC, "00:00 on 1 Jan")])
def test_placeholder_of_the_zero_epoch(zone: ZoneInfo, words: str) -> None:
    """The zero epoch in local time means that no reset time is known."""
    wall = read_wall_time(words)
    assert wall
    assert is_placeholder(wall, zone)


def test_unknown_reset_has_not_passed() -> None:
    """Only a known reset time can have passed."""
    at = utc("2026-11-23T06:00")
    assert not has_passed(None, at)
    assert has_passed(at, at)
