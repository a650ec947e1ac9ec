"""Agreement with the truth tables of the shared samples, every key that they state."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gitledger.meters import registry
from gitledger.meters.notices import read_notice
from gitledger.meters.problems import codes
from gitledger.meters.reading import Parsed
from gitledger.meters.shapes import claimants

BESIDE = Path(__file__).resolve().parents[2].parent / "shared/fixtures"
FIXTURES = Path(os.environ.get("GITLEDGER_FIXTURES") or BESIDE)
PROVIDERS = {"zai": "glm"}
MINUTE = timedelta(minutes=1)

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FIXTURES.is_dir(), reason="no samples beside the checkout"),
]


def cases() -> Iterator[Any]:
    """Every entry of the truth tables, with the folder its file stands in."""
    for name in ("meters/expected.json", "origin/expected.json", "meters/expected-extra.json"):
        table = FIXTURES / name
        for entry in json.loads(table.read_text()) if table.is_file() else ():
            place = f"{entry['file']}:{entry.get('line', '')}"
            yield pytest.param(entry | {"folder": table.parent}, id=place)


def text_of(entry: dict[str, Any]) -> str:
    """The sample's text, or the one line that an entry is about."""
    text = (entry["folder"] / entry["file"]).read_bytes().decode(errors="replace")
    return text.splitlines()[entry["line"] - 1] if "line" in entry else text


def read(entry: dict[str, Any], source: str) -> Parsed:
    """The sample as a reader of that source sees it."""
    at = datetime.fromisoformat(entry["at"])
    return registry.parse(source, text_of(entry), at=at, tz=ZoneInfo(entry["tz"]))


def figures(entry: dict[str, Any]) -> dict[tuple[str, str], tuple[object, ...]]:
    """What the truth table says, by bucket and meter."""
    return {
        (r["bucket"], r["meter"]): (
            Decimal(str(r.get("exact_pct", r["used_pct"]))),
            r["window_minutes"],
            r.get("used_units"),
            r.get("limit_units"),
        )
        for r in entry.get("readings", ())
    }


METERED = [case for case in cases() if case.values[0]["source"] != "claude-reset-text"]


@pytest.mark.parametrize("entry", METERED)
def test_figures_agree(entry: dict[str, Any]) -> None:
    """Bucket, meter, percent, window and units are those of the truth table."""
    parsed = read(entry, entry["source"])
    found = {
        (r.bucket, r.meter): (Decimal(r.used_pct), r.window_minutes, r.used_units, r.limit_units)
        for r in parsed.readings
    }
    assert figures(entry) == found


@pytest.mark.parametrize("entry", METERED)
def test_resets_agree(entry: dict[str, Any]) -> None:
    """Every reset time is the stated one, or within the minute after it."""
    stated = {(r["bucket"], r["meter"]): r["resets_at"] for r in entry.get("readings", ())}
    for reading in read(entry, entry["source"]).readings:
        expected = stated[reading.bucket, reading.meter]
        if expected is None:
            assert reading.resets_at is None
        else:
            assert reading.resets_at is not None
            late = reading.resets_at - datetime.fromisoformat(expected)
            assert timedelta(0) <= late < MINUTE


@pytest.mark.parametrize("entry", METERED)
def test_problems_agree(entry: dict[str, Any]) -> None:
    """The problem codes are the stated ones, in number and order.

    The tables do not state what else a panel lost: its head, its foot, a row every panel has.
    """
    accepted = [entry["problems"], *entry.get("problems_or", [])]
    found = list(codes(read(entry, entry["source"]).problems))
    if entry["source"] in {"codex", "claude"} and "partial" not in entry["problems"]:
        found = [code for code in found if code != "partial"]
    assert found in accepted


@pytest.mark.parametrize("entry", METERED)
def test_staleness_agrees(entry: dict[str, Any]) -> None:
    """The meters whose reset has passed are the stated ones."""
    assert entry.get("stale_by_clock", []) == list(read(entry, entry["source"]).stale_by_clock)


@pytest.mark.parametrize("entry", [c for c in METERED if "reading_at" in c.values[0]])
def test_clock_agrees(entry: dict[str, Any]) -> None:
    """The moment of a reading is that of the line which holds it."""
    stated = datetime.fromisoformat(entry["reading_at"])
    assert stated == read(entry, entry["source"]).captured_at


@pytest.mark.parametrize("entry", [c for c in METERED if c.values[0].get("readings")])
def test_format_is_recognised(entry: dict[str, Any]) -> None:
    """A text with a reading is claimed by its own source and by no other."""
    assert (entry["source"],) == claimants(text_of(entry))


@pytest.mark.parametrize("entry", [c for c in METERED if c.values[0].get("readings")])
def test_family_name_reads_it(entry: dict[str, Any]) -> None:
    """The provider's plain name reads every format of that provider."""
    family = PROVIDERS.get(entry["source"], entry["source"].split("-")[0])
    assert read(entry, entry["source"]) == read(entry, family)


REFUSALS = [case for case in cases() if case.values[0]["source"] == "claude-reset-text"]


@pytest.mark.parametrize("entry", REFUSALS)
def test_reset_notices_agree(entry: dict[str, Any]) -> None:
    """A line that only names a reset gives its kind and its moment."""
    at = datetime.fromisoformat(entry["at"])
    notice = read_notice(text_of(entry), at=at, tz=ZoneInfo(entry["tz"]))
    assert notice is not None
    assert entry["kind"] == notice.kind
    late = notice.resets_at - datetime.fromisoformat(entry["resets_at"])
    assert timedelta(0) <= late < MINUTE
