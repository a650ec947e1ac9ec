"""Human minutes per feature as typed: a total, its categories, and the weeks of a preview."""

from pathlib import Path

import pytest
from finished_windows import append, snapshot
from ground import git, gitledger


@pytest.fixture
def ended(ledger_dir: Path) -> Path:
    """A ledger with one window that waits to be finalised."""
    append(ledger_dir, "snapshots", snapshot("W0-01", "before", 0, 10))
    append(ledger_dir, "snapshots", snapshot("W0-01", "after", 1, 22))
    return ledger_dir


def finished(*impf: str) -> tuple[str, ...]:
    """The words of `complete` with two features and these minutes."""
    minutes = [word for part in impf for word in ("--impf", part)]
    return ("complete", "-w", "W0-01", "-f", "codex=2", "--outcome", "pass", *minutes)


def test_categories_add_up_to_the_total(ended: Path) -> None:
    """4 and 2 minutes a feature are 6; the preview tells the week with its parts."""
    gitledger(ended, *finished("validation=2", "guidance=4"))
    (week,) = gitledger(ended, "preview", "--json").json["impf"]
    assert [week[name]["value"] for name in ("impf", "guidance", "validation")] == [6, 4, 2]
    assert "(guidance 4, validation 2)" in gitledger(ended, "preview").out


def test_a_total_may_hold_more_than_its_categories(ended: Path) -> None:
    """What nobody sorted stays in the total."""
    gitledger(ended, *finished("9", "guidance=4"))
    card = gitledger(ended, "card", "W0-01", "--json").json
    found = {e["name"]: e.get("value") for e in card["estimates"]}
    assert (found["impf"], found["impf_guidance"]) == (9, 4)


def test_other_categories_are_another_statement(ended: Path) -> None:
    """A second finalisation that only sorts the minutes anew asks for --amend."""
    gitledger(ended, *finished("9", "guidance=4"))
    assert gitledger(ended, *finished("9", "guidance=4")).code == 0
    done = gitledger(ended, *finished("9", "validation=4"))
    assert done.code != 0
    assert "impf by category: was guidance=4, is now validation=4" in done.err


def test_minutes_of_a_window_that_shipped_nothing_count(ended: Path) -> None:
    """30 minutes for two features, 40 for none: 35 a feature; a rate could not say it."""
    for at, window in ((2, "W0-02"), (4, "W0-03")):
        append(ended, "snapshots", snapshot(window, "before", at, 30))
        append(ended, "snapshots", snapshot(window, "after", at + 1, 40))
    first = ("complete", "-w", "W0-01", "-f", "codex=2", "--outcome", "pass")
    gitledger(ended, *first, "--minutes", "30", "--minutes", "guidance=10")
    gitledger(ended, "complete", "-w", "W0-02", "-f", "codex=0", "--minutes", "40")
    gitledger(ended, "complete", "-w", "W0-03", "-f", "codex=0", "--impf", "40")
    made = gitledger(ended, "explain", "WEEK0.codex.impf", "--json").json
    assert made["estimate"]["value"] == 35
    reason = "no features: minutes a feature say none of the window"
    assert made["excluded"] == [{"window": "W0-03", "reason": reason}]


def test_a_rate_and_a_sum_are_not_stated_together(ended: Path) -> None:
    """One of them would have to be wrong."""
    done = gitledger(ended, *finished("9"), "--minutes", "18")
    assert done.code == 2
    assert "minutes of the window or minutes a feature, not both" in done.err


def test_a_failed_window_divides_by_no_feature(ended: Path) -> None:
    """IMPF counts the features that efficiency counts; the minutes were spent."""
    gitledger(ended, "complete", "-w", "W0-01", "-f", "codex=2", "--outcome", "fail", "--impf", "5")
    made = gitledger(ended, "explain", "WEEK0.codex.impf", "--json").json["estimate"]
    assert (made["value"], made["reason"]) == (None, "10 minutes and no feature")


def test_a_load_knows_files_and_directories(ended: Path) -> None:
    """Churn rows keep how many directories hold the files of a range: `b` and the top one."""
    start = git(ended, "rev-parse", "HEAD").strip()
    (ended / "b").mkdir()
    for name in ("b/x", "b/y", "top"):
        (ended / name).write_text(f"{name}\n")
    git(ended, "add", "b", "top")
    git(ended, "commit", "-qm", "three files")
    ends = ("--commit-start", start, "--commit-end", "HEAD")
    gitledger(ended, *finished(), *ends)
    gitledger(ended, "churn", "-w", "W0-01")
    (row,) = [r for r in gitledger(ended, "show", "W0-01", "--json").json["rows"]
              if r["ledger"] == "churn"]  # fmt: skip
    assert (row["values"]["files_changed"], row["values"]["directories"]) == (3, 2)
