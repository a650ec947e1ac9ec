"""The rows of a difference are the same whichever way those of single windows are found."""

import os
from pathlib import Path

import pytest
from ground import git, gitledger
from share.proposals import BASE, BRANCH, keep, record, window

from gitledger.git.branch import lookup
from gitledger.git.branch.tip import Tip, tip_of
from gitledger.git.repository import open_repository
from gitledger.share import sides
from gitledger.share.sides import Sides, read_sides
from gitledger.share.treediff import difference_brought


def ran(path: Path, number: int, of: str, log: int) -> None:
    """A run of a window, with the log of that number."""
    named = (f"window={of}", f"test_run_id=r{number}", f"artifact_sha256={log:064x}")
    record(path, *named, "capability=c", "runner=pytest", "result=pass", ledger="evidence")


@pytest.fixture
def ends(ledger_dir: Path) -> tuple[Tip, Tip]:
    """A base with three windows, their runs and a commit, and a head with a run of the first."""
    for number in range(3):
        window(ledger_dir, f"W0-0{number}", before=10 * number, after=10 * number + 9)
        ran(ledger_dir, number, f"W0-0{number}", number)
    ran(ledger_dir, 3, "W0-01", 0)
    head = git(ledger_dir, "rev-parse", BRANCH).strip()
    commit = (f"sha={head}", f"parents={head}", "windows=W0-00,W0-02", "insertions=1")
    record(ledger_dir, *commit, "deletions=0", "committed_at=2026-01-01T00:00:00Z",
           ledger="commits")  # fmt: skip
    keep(ledger_dir)
    ran(ledger_dir, 4, "W0-00", 1)
    assert gitledger(ledger_dir, "verify").code == 0
    repository = open_repository(ledger_dir, dict(os.environ))
    return tip_of(repository, BASE), tip_of(repository, BRANCH)


def seen(ends: tuple[Tip, Tip]) -> Sides:
    """The rows on both sides."""
    return read_sides(*ends, difference_brought(*ends))


def test_few_windows_are_found_as_many_are(
    ends: tuple[Tip, Tip], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By git, by reading all, and where git cannot tell: windows' rows, and those of their runs."""
    monkeypatch.setattr(sides, "FEW", 2.0)
    few = seen(ends)
    found = [row.values["test_run_id"] for row in few.before["evidence"]]
    assert found == ["r0", "r1", "r3"]  # r1: the new run's log is its log
    assert len(few.before["commits"]) == 1
    monkeypatch.setattr(lookup, "WORDS", ("grep", "--no-such-option"))
    assert seen(ends) == few
    monkeypatch.setattr(sides, "FEW", 0.0)
    assert seen(ends) == few
