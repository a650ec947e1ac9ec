"""`explain` beyond efficiency: a meter of a window, load, human minutes, churn, dollars."""

from pathlib import Path

import pytest
from ground import gitledger
from test_decide_verbs import append, snapshot, work


@pytest.fixture
def worked(ledger_dir: Path) -> Path:
    """Two finished windows of codex: 10 -> 22 and 22 -> 30, with 12 and 6 minutes a feature."""
    work(ledger_dir, "W0-01", 0, (10, 22), impf=12, impf_categories={"guidance": 8})
    work(ledger_dir, "W0-02", 4, (22, 30), features=9, impf=6)
    return ledger_dir


def explained(directory: Path, metric: str):
    """The derivation as JSON; its text fits eighty columns and ends with the result."""
    text = gitledger(directory, "explain", metric).out
    assert max(map(len, text.splitlines())) <= 80
    assert "\nresult " in text
    return gitledger(directory, "explain", metric, "--json").json


def test_a_meter_of_a_window(worked: Path) -> None:
    """Both readings, the delta with its resolution and state, and the rows of the panes."""
    made = explained(worked, "W0-01.codex.weekly")
    (step,) = made["used"]
    told = [step[name] for name in ("before", "after", "pp", "+-", "state")]
    assert told == [10, 22, 12, 1, "valid"]
    assert (made["estimate"]["value"], len(step["rows"].split(", "))) == (12, 2)


def test_a_meter_that_fell_has_no_figure(worked: Path) -> None:
    """The state says why, and nothing is subtracted."""
    for phase, hours, used in (("before", 8, 40), ("after", 9, 35)):
        append(worked, "snapshots", snapshot("W0-03", phase, hours, used))
    estimate = explained(worked, "W0-03.codex.weekly")["estimate"]
    assert estimate["value"] is None
    assert "non-monotonic" in estimate["reason"]


def test_human_minutes(worked: Path) -> None:
    """(12 x 3 + 6 x 9) / 12 = 7.5; what no category was stated for is unsorted."""
    made = explained(worked, "WEEK0.codex.impf")
    assert made["estimate"]["value"] == 7.5
    assert [s["of these"] for s in made["used"]] == ["guidance 24, unsorted 12", "unsorted 54"]


def test_churn_is_pooled_and_names_what_is_open(worked: Path) -> None:
    """2 of 20 lines; the other window's fourteen days are not over."""
    row = {"date": "2026-12-07", "provider": "codex", "decision": "measured"}
    final = {"survival": {"churn_14d": 0.1, "alive_at_end": 20}}
    still = {"survival": {"matures_at": "2026-12-08T00:00:00Z", "alive_at_end": 5}}
    append(worked, "churn", row | {"window": "W0-01"} | final, row | {"window": "W0-02"} | still)
    made = explained(worked, "WEEK0.codex.churn_14d")
    assert (made["estimate"]["value"], made["used"][0]["dead in 14 days"]) == (0.1, 2)
    assert made["excluded"] == [{"window": "W0-02", "reason": "open until 2026-12-08"}]


def test_a_load_term_by_term(worked: Path) -> None:
    """Files 9 against 3: z is 1; directories are unknown in one window, so they are left out."""
    row = {"date": "2026-11-16", "provider": "codex", "decision": "measured"}
    append(worked, "churn", row | {"window": "W0-01", "files_changed": 9, "directories": 2})
    append(worked, "churn", row | {"window": "W0-02", "files_changed": 3})
    made = explained(worked, "W0-01.cls")
    assert [(s["term"], s["value"], s["z"]) for s in made["used"]] == [("files_touched", 9, 1)]
    assert {"window": "W0-01", "reason": "module_spread unknown"} in made["excluded"]


def test_a_stated_load_is_its_own_derivation(worked: Path) -> None:
    """The typed value and the row that holds it."""
    work(worked, "W0-03", 8, (30, 35), cls=0.7)
    made = explained(worked, "W0-03.cls")
    assert [(s["term"], s["value"]) for s in made["used"]] == [("stated", 0.7)]
