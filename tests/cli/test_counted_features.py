"""Features counted from real commits: typed only where somebody types."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ground import Answer, git, gitledger

DATE = "GIT_COMMITTER_DATE"


def later() -> str:
    """A minute later, for git and for readings: no two things happen in one second."""
    moment = datetime.fromisoformat(os.environ[DATE]) + timedelta(minutes=1)
    os.environ[DATE] = os.environ["GIT_AUTHOR_DATE"] = moment.isoformat()
    return moment.isoformat()


def reading(directory: Path, window: str, phase: str, weekly: int) -> None:
    """A typed reading of codex."""
    words = ("--window", window, "--phase", phase, "--set", f"weekly={weekly}", "--at", later())
    assert gitledger(directory, "override", "codex", *words).code == 0


def commit(directory: Path, name: str, message: str) -> str:
    """A commit that adds a file; its id."""
    (directory / name).write_text(f"{name}\n" * 3)
    git(directory, "add", name)
    later()
    git(directory, "commit", "-q", "-m", message)
    return git(directory, "rev-parse", "HEAD").strip()


def counted(directory: Path, window: str) -> dict[str, Any]:
    """What `complete --dry-run` says of a window."""
    found: dict[str, Any] = gitledger(
        directory, "complete", "-w", window, "--dry-run", "--json"
    ).json
    return found


def complete(directory: Path, window: str, *words: str) -> Answer:
    """`complete` as typed, nothing run or measured beside it."""
    return gitledger(
        directory, "complete", "-w", window, "--outcome", "pass", "--record-only", *words, "--json"
    )


@pytest.fixture
def site(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger with a map, and the window W1 open on codex."""
    begun = (datetime.now(UTC) - timedelta(days=10)).replace(microsecond=0)
    for name in (DATE, "GIT_AUTHOR_DATE"):
        monkeypatch.setenv(name, begun.isoformat())
    # commits are recorded from the reflog by the next command: the hooks themselves do nothing
    monkeypatch.setattr("gitledger.setup.hooks.program_words", lambda: ("/bin/true",))
    assert gitledger(ledger_dir, "hooks", "install").code == 0
    commit(ledger_dir, "root", "root")
    for name in ("CAP-1", "CAP-2", "CAP-3"):
        gitledger(ledger_dir, "capability", "add", name, "--name", name)
    reading(ledger_dir, "W1", "before", 10)
    return ledger_dir


def test_trailers_are_counted_and_shown_first(site: Path) -> None:
    """With the commits behind each; nothing is recorded by looking."""
    sha = commit(site, "a", "cells\n\nFeature: CAP-1")
    commit(site, "b", "feat: rows")
    found = counted(site, "W1")
    tip = git(site, "rev-parse", "gitledger/main")
    assert (found["n"], found["feature_rule"]) == (1, "trailers")
    assert [(one["feature"], one["commits"]) for one in found["counted"]] == [("CAP-1", [sha])]
    assert (counted(site, "W1"), git(site, "rev-parse", "gitledger/main")) == (found, tip)


def test_complete_alone_counts_and_a_typed_number_wins(site: Path) -> None:
    """The row says by which rule; figures of both stand on no card together."""
    commit(site, "a", "cells\n\nFeature: CAP-1")
    reading(site, "W1", "after", 20)
    first = complete(site, "W1").json
    reading(site, "W2", "before", 20)
    commit(site, "b", "rows\n\nFeature: CAP-2")
    reading(site, "W2", "after", 30)
    typed = complete(site, "W2", "--features", "codex=4").json
    assert (first["feature_rule"], typed["feature_rule"]) == ("trailers", "typed")
    since = (datetime.now(UTC) - timedelta(days=12)).date().isoformat()
    card = gitledger(site, "card", "--since", since, "--json").json
    assert (card["verdict"], "several rules" in card["reasons"][0]) == ("INSUFFICIENT", True)
    shown = gitledger(site, "preview", "--json").json["providers"][0]
    assert (shown["features"], shown["efficiency"]["value"]) == (None, None)


def test_the_next_step_is_the_shortest_that_is_needed(site: Path) -> None:
    """No number where features are counted; the window where another waits as well."""
    commit(site, "a", "cells\n\nFeature: CAP-1")
    words = ("override", "codex", "-w", "W1", "--phase", "after", "--set", "weekly=20")
    typed = gitledger(site, *words, "--at", later())
    short = "gitledger complete --quality Q --outcome pass --impf N"
    assert f"next: {short}" in typed.out
    assert gitledger(site, "status", "--json").json["next"] == short
    reading(site, "W2", "before", 20)
    reading(site, "W2", "after", 30)
    step = gitledger(site, "status", "--json").json["next"]
    assert step == "gitledger complete --window W1 --quality Q --outcome pass --impf N"


def test_reservations_are_counted_alone(site: Path) -> None:
    """What another trailer names is no reservation."""
    done = gitledger(site, "feature", "reserve", "-w", "W1", "CAP-1..CAP-2", "--json")
    assert [row["capability"] for row in done.json["rows"]] == ["CAP-1", "CAP-2"]
    commit(site, "a", "cells\n\nFeature: CAP-1")
    commit(site, "b", "rows\n\nFeature: CAP-3")
    gitledger(site, "feature", "deliver", "-w", "W1", "CAP-2")
    found = counted(site, "W1")
    assert [one["feature"] for one in found["counted"]] == ["CAP-1", "CAP-2"]


def test_an_amend_keeps_a_feature_and_a_revert_takes_it(site: Path) -> None:
    """In its own window; reverting the revert restores it."""
    commit(site, "a", "cells\n\nFeature: CAP-1")
    later()
    git(site, "commit", "-q", "--amend", "-m", "cells, well\n\nFeature: CAP-1")
    numbers = [counted(site, "W1")["n"]]
    for _ in range(2):
        later()
        git(site, "revert", "--no-edit", "HEAD")
        numbers.append(counted(site, "W1")["n"])
    assert numbers == [1, 0, 1]


def test_a_revert_in_a_later_window_takes_it_from_the_row(site: Path) -> None:
    """The row stays; what reads it counts one less, and the audit says so."""
    commit(site, "a", "cells\n\nFeature: CAP-1")
    reading(site, "W1", "after", 20)
    complete(site, "W1")
    later()
    git(site, "revert", "--no-edit", "HEAD")
    shown = gitledger(site, "preview", "--json").json["providers"][0]
    codes = {f["code"] for f in gitledger(site, "audit", "-w", "W1", "--json").json["findings"]}
    assert (shown["features"], "feature-reverted" in codes) == (0, True)


def test_a_feature_counts_in_the_earliest_window(site: Path) -> None:
    """Also where a number was typed for that one."""
    commit(site, "a", "cells\n\nFeature: CAP-1")
    reading(site, "W1", "after", 20)
    complete(site, "W1", "--features", "codex=1")
    reading(site, "W2", "before", 20)
    commit(site, "b", "cells again\n\nFeature: CAP-1")
    found = counted(site, "W2")
    assert (found["n"], found["left_out"][0]["what"]) == (0, "W1")


def test_the_rules_are_those_of_the_beginning(site: Path) -> None:
    """A rule that is named while a window is open counts from the next one on."""
    commit(site, "a", "feat: cells")
    commit(site, "b", "rows\n\nFeature: CAP-9")
    text = gitledger(site, "config", "show").out + "\nfeatures: [subjects]\n"
    assert gitledger(site, "config", "set", "-", stdin=text).code == 0
    before = counted(site, "W1")
    reading(site, "W1", "after", 20)
    reading(site, "W2", "before", 20)
    commit(site, "c", "feat: lines")
    assert (before["n"], counted(site, "W2")["n"]) == (0, 1)
    assert [one["reason"] for one in before["left_out"]] == ["unknown-capability"]


def test_where_nothing_is_ever_counted_the_number_is_asked_for(site: Path) -> None:
    """It is not 0."""
    commit(site, "a", "work")
    reading(site, "W1", "after", 20)
    done = complete(site, "W1")
    assert (done.code, "--features codex=3" in done.err) == (2, True)


def test_complete_does_what_is_due_and_ends_with_the_card(site: Path) -> None:
    """Churn, findings and the verdict, by one command; the methodology is that of before."""
    commit(site, "a", "cells\n\nFeature: CAP-1")
    reading(site, "W1", "after", 20)
    words = ("complete", "--quality", ".9", "--outcome", "pass", "--impf", "5")
    done = gitledger(site, *words)
    assert done.code == 0
    told = ("W1 completed", "Feature: trailers", "churn: codex", "evidence-missing", "SOFT GO")
    assert [text for text in told if text not in done.out] == []
    again = gitledger(site, *words, "--json").json
    assert (again["already"], again["churn"], again["card"]["verdict"]) == (True, [], "SOFT GO")


def test_explain_names_the_commits_behind_each_feature(site: Path) -> None:
    """And what does not count."""
    sha = commit(site, "a", "cells\n\nFeature: CAP-1, CAP-9")
    reading(site, "W1", "after", 20)
    complete(site, "W1")
    found = gitledger(site, "explain", "W1.features", "--json").json
    assert [(one["feature"], one["commits"]) for one in found["used"]] == [("CAP-1", sha[:7])]
    assert found["excluded"][0]["window"] == "CAP-9"


def test_a_squash_by_hand_keeps_what_its_branch_said(site: Path) -> None:
    """Two commits of a branch, squashed under a message that names no feature."""
    git(site, "checkout", "-q", "-b", "topic")
    commit(site, "a", "cells\n\nFeature: CAP-1")
    commit(site, "b", "rows\n\nFeature: CAP-2")
    git(site, "checkout", "-q", "trunk")
    later()
    git(site, "merge", "-q", "--squash", "topic")
    git(site, "commit", "-q", "-m", "topic")
    assert [one["feature"] for one in counted(site, "W1")["counted"]] == ["CAP-1", "CAP-2"]


def test_a_merge_by_a_forge_names_the_pull_request_of_own_commits(site: Path) -> None:
    """The merge is a colleague's; that of others' commits is no feature of the window."""
    text = gitledger(site, "config", "show").out + "\nfeatures: [pull-requests]\n"
    assert gitledger(site, "config", "set", "-", stdin=text).code == 0
    reading(site, "W1", "after", 11)
    reading(site, "W2", "before", 11)
    git(site, "checkout", "-q", "-b", "topic")
    commit(site, "a", "cells")
    commit(site, "b", "rows")
    reading(site, "W2", "after", 20)
    reading(site, "W3", "before", 20)  # what comes now is its work
    git(site, "checkout", "-q", "trunk")
    for branch, number in (("topic", 12), ("theirs", 13)):
        if branch == "theirs":
            git(site, "checkout", "-q", "-b", branch)
            commit(site, "c", "lines")
            git(site, "checkout", "-q", "trunk")
        message = f"Merge pull request #{number} from ada/{branch}"
        later()
        git(site, "merge", "-q", "--no-ff", branch, "-m", message)
    found = counted(site, "W2")
    assert (found["n"], found["feature_rule"]) == (1, "pull-requests")
    assert found["counted"][0]["feature"] == "#12"
