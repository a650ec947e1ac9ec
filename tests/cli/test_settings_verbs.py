"""`rules` and `config`: shown as they stand, replaced whole, refused with every problem."""

from pathlib import Path

import pytest
from ground import git, gitledger


def edited(directory: Path, which: str, old: str, new: str) -> str:
    """The file of the branch with one place changed, written beside it; its name."""
    text = gitledger(directory, which, "show", "--json").json["text"]
    assert old in text
    (directory / "edited.yaml").write_text(text.replace(old, new))
    return "edited.yaml"


def test_rules_are_changed_by_a_commit(ledger_dir: Path) -> None:
    """The card names the new file's SHA-256, and the ledger still is intact."""
    name = edited(ledger_dir, "rules", "min_windows: 6", "min_windows: 8")
    done = gitledger(ledger_dir, "rules", "set", name, "--json")
    assert (done.code, done.json["already"]) == (0, False)
    typed = ("--window", "W0-01", "--phase", "before", "--set", "weekly=10")
    gitledger(ledger_dir, "override", "codex", *typed)
    card = gitledger(ledger_dir, "card", "W0-01", "--json").json
    assert card["rules_sha256"] == done.json["sha256"] != done.json["before"]
    assert gitledger(ledger_dir, "verify").code == 0
    subjects = git(ledger_dir, "log", "-2", "--format=%s", "gitledger/main").splitlines()
    assert subjects[1].startswith("rules: ")


def test_the_same_rules_change_nothing(ledger_dir: Path) -> None:
    """Shown and set again: no commit."""
    tip = git(ledger_dir, "rev-parse", "gitledger/main")
    text = gitledger(ledger_dir, "rules", "show").out
    done = gitledger(ledger_dir, "rules", "set", "-", stdin=text)
    assert (done.code, "nothing was changed" in done.out) == (0, True)
    assert git(ledger_dir, "rev-parse", "gitledger/main") == tip


@pytest.mark.parametrize(
    ("which", "old", "new", "place"),
    [
        ("rules", "min_windows: 6", "min_windows: six", "week.go.min_windows"),
        ("rules", "  no_go:\n    min_windows: 3\n", "", "week.no_go"),
        ("rules", "later_looks:", "later_look:", "week.go.later_look"),
        ("rules", "measures:", "replay: {reward: luck}\nmeasures:", "replay.reward"),
        ("config", "plans: {}", "plans: {codex: dear}", "plans.codex"),
        ("config", "buffer_pp: 10", "buffer_p: 10", "thresholds.buffer_p"),
        ("config", "exclude: []", "exclude: {}", "exclude"),
        ("config", "accounts: {}", "acounts: {}", "acounts"),
        ("config", "late_after_hours: 12", "late_after_hours: soon", "late_after_hours"),
    ],
)
def test_what_cannot_be_used_is_refused(
    ledger_dir: Path, which: str, old: str, new: str, place: str
) -> None:
    """Exit 1, the place named, the branch as it was."""
    tip = git(ledger_dir, "rev-parse", "gitledger/main")
    done = gitledger(ledger_dir, which, "set", edited(ledger_dir, which, old, new))
    assert (done.code, place in done.err) == (1, True)
    assert git(ledger_dir, "rev-parse", "gitledger/main") == tip


def test_text_that_is_no_yaml_is_refused(ledger_dir: Path) -> None:
    """With the line."""
    done = gitledger(ledger_dir, "rules", "set", "-", stdin="week: [\n")
    assert (done.code, "line" in done.err) == (1, True)


def test_a_plan_price_becomes_a_cost(ledger_dir: Path) -> None:
    """The configuration of the branch is what cards read."""
    name = edited(ledger_dir, "config", "plans: {}", "plans: {codex: 20}")
    assert gitledger(ledger_dir, "config", "set", name).code == 0
    assert "codex: 20" in gitledger(ledger_dir, "config", "show").out


def take_away(directory: Path, file: str) -> str:
    """Commit the branch without one of its files; the commit."""
    index = {"GIT_INDEX_FILE": str(directory / ".git/other")}
    git(directory, "read-tree", "gitledger/main", **index)
    git(directory, "update-index", "--force-remove", file, **index)
    tree = git(directory, "write-tree", **index).strip()
    taken = git(directory, "commit-tree", tree, "-p", "gitledger/main", "-m", "away").strip()
    git(directory, "update-ref", "refs/heads/gitledger/main", taken)
    return taken


def test_rules_that_were_taken_away_are_set_again(ledger_dir: Path) -> None:
    """A card names the way back, and it works."""
    text = gitledger(ledger_dir, "rules", "show").out
    take_away(ledger_dir, "rules.yaml")
    assert "gitledger rules set FILE" in gitledger(ledger_dir, "card", "WEEK0").err
    done = gitledger(ledger_dir, "rules", "set", "-", "--json", stdin=text)
    assert (done.code, done.json["already"]) == (0, False)
    assert gitledger(ledger_dir, "rules", "show").out == text


def test_a_configuration_that_was_taken_away_is_set_again(ledger_dir: Path) -> None:
    """`verify` and a card say that it is gone and name the way back, and it works."""
    typed = ("--window", "W0-01", "--phase", "before", "--set", "weekly=3")
    gitledger(ledger_dir, "override", "codex", *typed)
    text = gitledger(ledger_dir, "config", "show").out
    taken = take_away(ledger_dir, "gitledger.yaml")
    (found,) = gitledger(ledger_dir, "verify", "--json").json["findings"]
    assert (found["code"], found["commit"], found["what"], found["hint"]) == (
        "config-broken",
        taken,
        "there is no gitledger.yaml on the ledger branch",
        "gitledger config set FILE replaces it",
    )
    card = " ".join(gitledger(ledger_dir, "card", "WEEK0").out.split())
    assert "there is no gitledger.yaml on the ledger branch" in card
    assert "gitledger config set FILE" in card
    assert gitledger(ledger_dir, "config", "set", "-", stdin=text).code == 0
    assert gitledger(ledger_dir, "verify").code == 0
