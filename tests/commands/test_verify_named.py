"""`verify` and what stands outside the branch: code commits that name a tip, windows, commits."""

from dataclasses import replace
from pathlib import Path

import pytest
from ground import git, gitledger
from tampering import BRANCH, REF, Ledger, make_ledger

from gitledger.commands.append import append
from gitledger.commands.verify import verify
from gitledger.commands.void import void


@pytest.fixture
def ledger(repo_dir: Path) -> Ledger:
    """A ledger with three rows, which git itself does not remember the moves of."""
    made = make_ledger(repo_dir)
    made.git("config", "core.logAllRefUpdates", "false")
    gitledger(repo_dir, "hooks", "uninstall")  # no drain beside the test
    forget(made)
    return made


def forget(ledger: Ledger) -> None:
    """Take away all memory of the branch but that of code commits."""
    (ledger.path / ".git" / "logs" / REF).unlink(missing_ok=True)
    for kept in (ledger.path / ".git" / "gitledger" / "verified").rglob("*.json"):
        kept.unlink()


def work(ledger: Ledger, tip: str) -> str:
    """A code commit that names a ledger tip; its id."""
    ledger.git("commit", "-q", "--allow-empty", "-m", f"work\n\nmore\n\nLedger-Tip: {tip}")
    return ledger.git("rev-parse", "HEAD")


def test_code_commit_names_a_tip_that_was_rewound(ledger: Ledger) -> None:
    """A branch moved back behind a named tip is found, with the code commit that names it."""
    lost, tip = ledger.path_of(ledger.add("four", 9)), ledger.tip
    code = work(ledger, tip)
    ledger.git("commit", "-q", "--allow-empty", "-m", "later")
    assert ledger.verify()["findings"] == []
    ledger.git("update-ref", REF, f"{REF}~1")
    forget(ledger)
    found = ledger.finding("tip-rewound")
    assert (tip, True) == (found["commit"], code[:12] in found["what"])
    assert "moved back by 1 commit;" in found["what"]
    assert lost == ledger.finding("row-lost")["path"]


def test_named_tip_that_is_not_here_is_noted(ledger: Ledger) -> None:
    """A tip that a colleague has not pushed is no proof of a loss."""
    code = work(ledger, "ab" * 20)
    answer = ledger.verify()
    notes = [note["what"] for note in answer["notes"] if note["code"] == "tip-lost"]
    assert (answer["findings"], len(notes), code[:12] in notes[0]) == ([], 1, True)


def test_named_tip_that_a_remote_has(ledger: Ledger, tmp_path: Path) -> None:
    """A ledger that is behind its remote lost nothing."""
    git(tmp_path, "init", "-q", "--bare", "hub.git")
    ledger.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    ledger.add("four", 9)
    work(ledger, ledger.tip)
    ledger.git("push", "-q", "origin", BRANCH)
    ledger.git("update-ref", REF, f"{REF}~1")
    forget(ledger)
    (ledger.path / ".git/logs/refs/remotes/origin" / BRANCH).unlink(missing_ok=True)
    ledger.git("config", "core.logAllRefUpdates", "true")
    ledger.add("five", 10)
    answer = ledger.verify()
    assert answer["findings"] == []
    assert answer["completeness"]["remotes_ahead"] == [f"origin/{BRANCH}"]


def test_another_branch_is_not_measured_by_trailers(ledger: Ledger) -> None:
    """Code commits speak of the configured ledger: a proposal beside it may be behind."""
    ledger.git("branch", "gitledger/idea", f"{REF}~1")
    work(ledger, ledger.tip)
    assert verify(replace(ledger.world(), branch="gitledger/idea")).payload["findings"] == []


def evidence(ledger: Ledger, run: str, window: str) -> str:
    """An acceptance run of a window; its row id."""
    pairs = [f"window={window}", f"test_run_id={run}", "capability=c", "runner=r", "result=pass"]
    return str(append(ledger.world(9), "evidence", pairs).payload["row"])


def test_unknown_windows_are_counted(ledger: Ledger) -> None:
    """A window without reading and finalisation is listed with its rows; a void row is not."""
    first = evidence(ledger, "r1", "W9")
    evidence(ledger, "r2", "W9")
    void(ledger.world(10), evidence(ledger, "r3", "W8"), reason="typo")
    answer = ledger.verify()
    listed = [{"name": "W9", "rows": 2, "row": first}]
    assert answer["completeness"]["windows_unknown"] == {"count": 1, "first": listed}
    assert answer["findings"] == []


def test_gone_commits_are_counted(ledger: Ledger) -> None:
    """A commit that is not in the repository is listed; one that was rewritten is not."""
    here = ledger.git("rev-parse", "HEAD")
    gone, old = "12" * 20, "34" * 20
    pairs = ["committed_at=2026-11-23T12:00:00Z", f'parents=["{here}"]', "seen_by=reflog"]
    row = append(ledger.world(9), "commits", [f"sha={gone}", *pairs]).payload["row"]
    append(ledger.world(9), "commits", [f"sha={old}", *pairs])
    append(ledger.world(9), "rewrites", [f"old={old}", f"new={here}", "how=amend"])
    answer = ledger.verify()
    listed = [{"name": gone, "rows": 1, "row": row}]
    assert answer["completeness"]["commits_gone"] == {"count": 1, "first": listed}
    assert answer["findings"] == []
