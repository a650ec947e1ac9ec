"""The project's own samples: one moment, one zone, the figures that stand in truth.json."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gitledger.meters import registry
from gitledger.meters.problems import codes
from gitledger.meters.reading import Parsed, Reading
from gitledger.meters.shapes import claimants

SAMPLES = Path(__file__).parent / "samples"
TRUTH: dict[str, Any] = json.loads((SAMPLES / "truth.json").read_text())
AT = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def parsed(name: str) -> Parsed:
    """A sample as read on 3 March 2026, 21:00 in Berlin."""
    return registry.parse(TRUTH[name]["source"], (SAMPLES / name).read_text(), at=AT, tz=BERLIN)


def line(reading: Reading) -> str:
    """A reading in the form of the truth table."""
    resets = f"{reading.resets_at:%Y-%m-%dT%H:%M}" if reading.resets_at else "-"
    words = (reading.bucket, reading.meter, reading.used_pct, reading.window_minutes, resets)
    return " ".join(map(str, words))


@pytest.mark.parametrize("name", TRUTH)
def test_sample_readings(name: str) -> None:
    """A sample gives the readings of the truth table in the order of the text."""
    assert TRUTH[name]["readings"] == list(map(line, parsed(name).readings))


@pytest.mark.parametrize("name", TRUTH)
def test_sample_problems(name: str) -> None:
    """A sample gives the problem codes of the truth table."""
    assert TRUTH[name]["problems"] == list(codes(parsed(name).problems))


@pytest.mark.parametrize("name", TRUTH)
def test_sample_staleness(name: str) -> None:
    """A reset that has passed is told, and no other."""
    assert TRUTH[name].get("stale", []) == list(parsed(name).stale_by_clock)


@pytest.mark.parametrize("name", TRUTH)
def test_sample_is_identified(name: str) -> None:
    """Each sample is claimed by its own source alone."""
    assert (TRUTH[name]["source"],) == claimants((SAMPLES / name).read_text())


def test_every_sample_has_a_truth() -> None:
    """No file stands in the folder unused."""
    files = {path.name for path in SAMPLES.iterdir()} - {"truth.json"}
    assert files == set(TRUTH)


@pytest.mark.parametrize("number", ["1,032", "<1", "~32", "≈32"])
def test_a_figure_that_is_no_plain_percent_is_refused(number: str) -> None:
    """Thousands and bounds are not read as the number that stands in them."""
    text = f"Current session: {number}% used · resets 11:10pm (Europe/Berlin)\n"
    read = registry.parse("claude", text, at=AT, tz=BERLIN)
    assert read.readings == ()
    assert set(codes(read.problems)) <= {"truncated", "out-of-range"}
