"""A real earlier tracker's data, when it stands beside the checkout: what an import must show."""

import os
from pathlib import Path
from typing import Any

import pytest
from ground import gitledger

BESIDE = Path(__file__).resolve().parents[2].parent / "shared/fixtures"
ORIGIN = Path(os.environ.get("GITLEDGER_FIXTURES", BESIDE)) / "origin"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not ORIGIN.is_dir(), reason="no sample data beside the checkout"),
]


@pytest.fixture
def imported(ledger_dir: Path) -> Path:
    """A ledger with the tracker's data in it."""
    words = ("import", "tracker", str(ORIGIN / "live_week0"), "--ledgers", str(ORIGIN / "ledgers"))
    done = gitledger(ledger_dir, *words, "--json")
    assert (done.code, done.json["tz"]) == (0, "Asia/Irkutsk")
    again = gitledger(ledger_dir, *words, "--json").json
    assert again["recorded"] == {}
    return ledger_dir


def test_what_the_audit_must_show(imported: Path) -> None:
    """Duplicates, falls, stale panes, resets, empty and reused ranges, reused evidence."""
    told = gitledger(imported, "audit", "--json").json
    by_code: dict[str, set[str]] = {}
    for found in told["findings"]:
        by_code.setdefault(found["code"], set()).add(found["window"])
    assert {"W0-CHP-1", "W0-CHP-2", "W0-CHP-3"} == by_code["duplicate-finalise"]
    assert {"W0-20"} == by_code["non-monotonic"]
    assert {"W0-19", "W0-21", "W0-22", "W0-20", "W0-CHP-2"} == by_code["stale-pane"]
    assert {"W0-CHP-1", "W0-CHP-2", "W0-CHP-3"} == by_code["empty-range"]
    assert {"W0-19", "W0-20", "W0-CHP"} == by_code["range-reused"] == by_code["evidence-reused"]
    assert {"W0-21C"} == by_code["zero-capacity"]


def delta(told: dict[str, Any], meter: str) -> dict[str, Any]:
    """A delta of an audited window."""
    return next(d for d in told["deltas"] if d["meter"] == meter)


def test_a_fall_is_never_ninety_one_points(imported: Path) -> None:
    """W0-20 went from 20 to 10 under one reset; the earlier tracker read 19."""
    weekly = delta(gitledger(imported, "audit", "-w", "W0-20", "--json").json, "weekly")
    assert (*(weekly["state"], weekly["before"], weekly["after"], weekly["delta_pp"]),) == (
        "non-monotonic",
        20,
        10,
        None,
    )


def test_two_resets_between_spare_the_week(imported: Path) -> None:
    """W0-CHP-3's 5 h meter was reset twice; its week 28 -> 30 is valid."""
    told = gitledger(imported, "audit", "-w", "W0-CHP-3", "--json").json
    five, weekly = delta(told, "5h"), delta(told, "weekly")
    assert (five["state"], "twice" in five["why"]) == ("reset-between", True)
    assert (weekly["state"], weekly["delta_pp"]) == ("valid", 2)


def test_each_window_counts_once(imported: Path) -> None:
    """Six features over five points, not 22 over 112; every other window has its reason."""
    told = gitledger(imported, "preview", "--json").json
    codex = next(entry for entry in told["providers"] if entry["provider"] == "codex")
    assert (codex["usable"], codex["features"], codex["capacity"]) == (3, 6, 5)
    reasons = {e["window"]: e["reason"] for e in told["coverage"]["excluded"]}
    assert (*(reasons["W0-19"], reasons["W0-20"], reasons["W0-CHP-2"]),) == (
        "stale",
        "non-monotonic",
        "stale",
    )
