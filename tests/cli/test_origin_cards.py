"""Cards of an earlier tracker's real data: what it called done, judged with its holes closed."""

import os
from pathlib import Path

import pytest
from ground import gitledger

BESIDE = Path(__file__).resolve().parents[2].parent / "shared/fixtures"
ORIGIN = Path(os.environ.get("GITLEDGER_FIXTURES") or BESIDE) / "origin"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not ORIGIN.exists(), reason="no sample data beside the checkout"),
]


@pytest.fixture
def imported(ledger_dir: Path) -> Path:
    """A ledger with that tracker's panes, finalisations and CSV ledgers."""
    words = ("--ledgers", str(ORIGIN / "ledgers"), "--tz", "Asia/Irkutsk")
    gitledger(ledger_dir, "import", "tracker", str(ORIGIN / "live_week0"), *words)
    return ledger_dir


def test_no_window_with_a_broken_meter_or_range_is_a_go(imported: Path) -> None:
    """W0-20's meter fell; three ranges go from a commit to itself; one card is the week's."""
    for window, word in (("W0-20", "non-monotonic"), ("W0-CHP-3", "empty-range")):
        card = gitledger(imported, "card", window, "--json").json
        assert card["verdict"] == "INVALID"
        assert any(reason.startswith(word) for reason in card["reasons"])
    assert gitledger(imported, "card", "WEEK0", "--json").json["verdict"] == "INVALID"


def test_each_window_counts_once(imported: Path) -> None:
    """Not 22 features over 112 points: the usable windows, each by its latest finalisation."""
    made = gitledger(imported, "explain", "WEEK0.codex.features_per_pp", "--json").json
    windows = [step["window"] for step in made["used"]]
    assert len(windows) == len(set(windows))
    assert made["capacity"] == sum(step["capacity"] for step in made["used"]) < 112
    assert {e["window"]: e["reason"] for e in made["excluded"]}["W0-20"] == "non-monotonic"


def test_proxy_events_of_two_logs_are_counted_once(imported: Path) -> None:
    """Repeated exports hold the same events; decisions are no errors."""
    made = gitledger(imported, "preview", "--json").json["telemetry"]
    assert (made["events"], made["decisions"], made["errors"]) == (23, 7, 6)
