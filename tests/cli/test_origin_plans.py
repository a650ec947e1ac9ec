"""Real readings, when they are beside the checkout: plans, rates, resets without a wrong number."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ground import gitledger

from gitledger.meters.reading import reading_to_map
from gitledger.meters.registry import parse
from gitledger.windows.periods import course_of
from gitledger.windows.snapshot import reading_of
from gitledger.windows.trace import series_of
from gitledger.windows.trace_rows import days_of

BESIDE = Path(__file__).resolve().parents[2].parent / "shared/fixtures"
FIXTURES = Path(os.environ.get("GITLEDGER_FIXTURES") or BESIDE)
ORIGIN = FIXTURES / "origin"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not ORIGIN.is_dir(), reason="no sample data beside the checkout"),
]


@pytest.fixture
def imported(ledger_dir: Path) -> Path:
    """A ledger with the tracker's data in it."""
    words = ("import", "tracker", str(ORIGIN / "live_week0"), "--ledgers", str(ORIGIN / "ledgers"))
    assert gitledger(ledger_dir, *words).code == 0
    return ledger_dir


def test_the_week_of_the_tracker(imported: Path) -> None:
    """30 % were used at the last reading: a bound; outdated and rehearsed readings are no use."""
    plans = {p["provider"]: p for p in gitledger(imported, "plan", "--json").json["plans"]}
    (week,) = plans["codex"]["periods"]
    assert (week["used_pp"], week["unused_pp"], week["bound"]) == (30, 70, True)
    assert (week["end"], week["last_read"][:10]) == ("2025-10-25T13:11:00Z", "2025-10-20")
    assert plans["claude"]["periods"][0]["used_pp"] == 90
    assert [p["problems"] for p in plans.values()] == [[], []]


def test_its_rate_is_of_what_both_meters_saw(imported: Path) -> None:
    """12 of 3, 3 of 1 and 5 of 1 points within one five-hour period each: 20 of 5."""
    done = gitledger(imported, "drift", "--meter", "5h:weekly", "--json")
    (rate,) = done.json["rates"]
    (week,) = rate["weeks"]
    assert (done.code, rate["verdict"]) == (4, "too-little")
    assert (week["amount"], week["weekly_pp"], week["n"], week["value"]) == (20, 5, 3, 4)
    assert rate["sentence"].startswith("one week of data")


def test_its_resets_are_those_that_came(imported: Path) -> None:
    """Every one at its own time; no reading that was outdated makes a fall or a move."""
    events = gitledger(imported, "resets", "--json").json["resets"]
    assert {event["kind"] for event in events} == {"reset"}
    fifth = [e["at"] for e in events if (e["provider"], e["meter"]) == ("codex", "5h")]
    assert fifth == [
        "2025-10-20T20:53:00Z",
        "2025-10-20T15:52:00Z",
        "2025-10-20T10:18:00Z",
        "2025-10-20T05:13:00Z",
        "2025-10-19T21:00:00Z",
        "2025-10-19T16:01:00Z",
    ]


ROLLOUTS = sorted((FIXTURES / "meters" / "codex-rollout").glob("*.jsonl"))


@pytest.mark.parametrize("path", ROLLOUTS, ids=lambda p: p.name)
def test_a_session_file_line_by_line(path: Path) -> None:
    """Each meter is one period at what the file says last; nothing falls, moves or is left out."""
    seen, last = [], {}
    for line in path.read_text(encoding="utf-8").splitlines():
        parsed = parse("codex-rollout", line, at=datetime(2026, 12, 1, tzinfo=UTC), tz=UTC)
        if parsed.captured_at is None:
            continue
        maps = [reading_to_map(reading) for reading in parsed.readings]
        read = [reading_of(shown, parsed.captured_at, source="codex-rollout") for shown in maps]
        known = tuple(reading for reading in read if reading is not None)
        seen.append((("codex", "default"), "codex-rollout", known))
        last |= {reading.key: float(reading.used) for reading in known}
    series, _ = series_of((), (), seen)
    courses = [course_of(one) for one in series]
    found = {(c.series.key.bucket, c.series.key.meter): c for c in courses}
    assert {key: course.periods[-1].used for key, course in found.items()} == last
    assert all(
        (len(c.periods), c.skipped, c.impossible, c.mixed) == (1, 0, (), False) for c in courses
    )
    kept = sum(len(points) for kinds in days_of(seen).values() for points in kinds.values())
    assert (kept > 0) == bool(last)
