"""Readings and problems as maps of the ledger, and back."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitledger.meters.jsontext import epoch_moment, iso_moment, tidy
from gitledger.meters.naming import meter_of, minutes_of, slug
from gitledger.meters.reading import (
    Reading,
    reading_to_map,
    timestamp_text,
)
from gitledger.windows.snapshot import reading_of

numbers = st.one_of(
    st.integers(0, 100), st.decimals(0, 100, places=1, allow_nan=False, allow_infinity=False)
)
readings = st.builds(
    Reading,
    meter=st.sampled_from(("5h", "weekly", "weekly-opus")),
    used_pct=numbers,
    bucket=st.sampled_from(("default", "spark")),
    resolution=st.sampled_from((1, Decimal("0.1"))),
    rounding=st.sampled_from(("floor", "round", "unknown")),
    window_minutes=st.sampled_from((None, 300)),
    resets_at=st.sampled_from((None, datetime(2026, 11, 23, 9, 10, 5, tzinfo=UTC))),
    reset_text=st.sampled_from(("", "10:10")),
    used_units=st.one_of(st.none(), st.integers(0, 10**9)),
    limit_units=st.one_of(st.none(), st.integers(0, 10**9)),
    banked_resets=st.one_of(st.none(), st.integers(0, 9)),
    overage=st.booleans(),
    channel=st.just(""),
)


@given(readings)
def test_reading_round_trip(reading: Reading) -> None:
    """What a row holds of a reading is read by windows as the reading it was made from."""
    read = reading_of(reading_to_map(reading), datetime(2026, 11, 23, tzinfo=UTC))
    assert read is not None
    assert (read.used, read.meter, read.bucket, read.resets_at, read.overage) == (
        reading.used_pct,
        reading.meter,
        reading.bucket,
        reading.resets_at,
        reading.overage,
    )


def test_unknown_is_absent() -> None:
    """An unknown field has no key; zero is a value."""
    found = reading_to_map(Reading("5h", 0))
    assert found == {
        "bucket": "default",
        "meter": "5h",
        "used_pct": 0,
        "resolution": 1,
        "rounding": "unknown",
    }


@pytest.mark.parametrize(
    ("minutes", "name"),
    [
        *((300, "5h"), (299, "5h"), (301, "5h"), (10079, "weekly"), (43200, "monthly")),
        *((1440, "daily"), (120, "2h"), (4320, "3d"), (7, "7m"), (525600, "annual")),
    ],
)
def test_meter_names(minutes: int, name: str) -> None:
    """A window's length names its meter, within two percent."""
    assert name == meter_of(minutes)


@pytest.mark.parametrize(
    ("label", "minutes"), [("5h", 300), ("Weekly", 10080), ("monthly", 43200), ("h", None)]
)
def test_window_lengths(label: str, minutes: int | None) -> None:
    """A label gives its window in minutes, or nothing."""
    assert minutes == minutes_of(label)


def test_slug() -> None:
    """A model's display name in lower case with hyphens."""
    assert [slug(name) for name in ("Sonnet only", "Opus 4.5", "Fable")] == [
        "sonnet",
        "opus-4.5",
        "fable",
    ]


@pytest.mark.parametrize(
    ("value", "number"),
    [(Decimal("56.99999999999999"), 57), (Decimal("0.6000"), Decimal("0.6")), (Decimal(100), 100)],
)
def test_tidy(value: Decimal, number: object) -> None:
    """Float dust goes, an integral value is an int."""
    assert number == tidy(value)
    assert type(number) is type(tidy(value))


@pytest.mark.parametrize("value", [0, -1, None, "x", True, 10**20, Decimal("1e30")])
def test_epoch_refused(value: object) -> None:
    """Zero, nonsense and the far future are no time."""
    assert epoch_moment(value) is None


def test_epoch_in_milliseconds() -> None:
    """Milliseconds are told by their size and dropped."""
    assert epoch_moment(1769563775988) == epoch_moment(1769563775)


@pytest.mark.parametrize("value", ["2026-11-23", "2026-11-23T06:00:00", "soon", None, 7])
def test_iso_without_zone_refused(value: object) -> None:
    """A time without a zone is no moment."""
    assert iso_moment(value) is None


def test_fraction_is_dropped() -> None:
    """..:59.95 stays in its minute."""
    moment = iso_moment("2026-04-17T00:59:59.951713+00:00")
    assert moment is not None
    assert timestamp_text(moment) == "2026-04-17T00:59:59Z"
