"""`explain` beyond efficiency: a meter of a window, load, human minutes, churn, dollars."""

from pathlib import Path

import pytest
from finished_windows import append, snapshot, work
from ground import gitledger


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


def test_pools_are_told_apart(ledger_dir: Path) -> None:
    """6 points of the main bar are what counts; the other pool's 30 are asked for by name."""
    for phase, hours, main, pool in (("before", 0, 23, 10), ("after", 1, 29, 40)):
        row = snapshot("W0-01", phase, hours, main)
        row["readings"].append(row["readings"][0] | {"bucket": "spark", "used_pct": pool})
        append(ledger_dir, "snapshots", row)
    stated = [{"provider": "codex", "account": "default", "features": 3}]
    append(ledger_dir, "windows", {"window": "W0-01", "features": stated, "outcome": "pass"})
    assert explained(ledger_dir, "W0-01.codex.weekly")["estimate"]["value"] == 6
    assert explained(ledger_dir, "W0-01.codex.spark/weekly")["estimate"]["value"] == 30
    (used,) = explained(ledger_dir, "W0-01.codex.features_per_pp")["used"]
    assert [r["used_pct"] for r in used["readings"]] == [23, 29]


def test_every_number_of_a_card_is_explained(worked: Path) -> None:
    """The same value, n and method as on the card, for each arm and each other estimate."""
    card = gitledger(worked, "card", "WEEK0", "--json").json
    (arm,) = card["arms"]
    names = ("quality", "pass_rate", "peak_pct", "cost_per_feature", "dollars_per_lasting_feature")
    on_card = {f"codex.{name}": arm[name] for name in names}
    on_card["codex.features_per_pp"] = arm["efficiency"]
    on_card |= {".".join(reversed(e["name"].split())): e for e in card["estimates"]}
    assert "codex.impf_guidance_trend_per_week" in on_card
    for name, shown in on_card.items():
        made = gitledger(worked, "explain", f"WEEK0.{name}", "--json").json["estimate"]
        keys = ("value", "low", "high", "n", "method")
        assert [made[key] for key in keys] == [shown[key] for key in keys], name
        whole = shown["value"] is not None and shown["low"] is not None
        assert whole or shown.get("reason"), name


def test_two_arms_are_explained_against_each_other(worked: Path) -> None:
    """The two numbers, and why no ratio is made of points of different plans."""
    work(worked, "W0-03", 8, (10, 22), provider="claude")
    made = explained(worked, "WEEK0.codex:claude.ratio")
    assert [step["arm"] for step in made["used"]] == ["codex", "claude"]
    assert "points of different plans" in made["estimate"]["reason"]
