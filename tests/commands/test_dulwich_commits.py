"""Commits that dulwich really makes, a program of its own that leaves no line in HEAD's log."""

import json
import time
from pathlib import Path

import pytest
from dulwich import porcelain
from ground import NO_HOOKS, git, gitledger

WHO = b"Ada <ada@example.org>"


@pytest.fixture(params=["hooks", "none"])
def worked(request: pytest.FixtureRequest, ledger_dir: Path) -> Path:
    """A ledger with an open window, with our hooks, or after they were taken out."""
    for word in ("install", "uninstall") if request.param == "none" else ("install",):
        assert gitledger(ledger_dir, "hooks", word).code == 0
    words = ("override", "codex", "--window", "W0-01", "--phase", "before", "--set", "5h=1")
    assert gitledger(ledger_dir, *words).code == 0
    return ledger_dir


def by_dulwich(path: Path, name: str, **more: object) -> str:
    """Commit one file by dulwich; the commit's id."""
    (path / name).write_text("one\ntwo\n")
    porcelain.add(str(path), [str(path / name)])
    sha = porcelain.commit(str(path), message=b"work", author=WHO, committer=WHO, **more)
    return sha.decode()


def by_git(path: Path, name: str) -> str:
    """Commit one file by git, no hook running; the commit's id."""
    (path / name).write_text("one\n")
    git(path, "add", name)
    git(path, *NO_HOOKS, "commit", "-q", "-m", "work")
    return git(path, "rev-parse", "HEAD").strip()


def settled(path: Path) -> dict[str, tuple[list[str], int]]:
    """Each recorded commit with its windows and lines, once what hooks left is recorded."""
    spool = path / ".git/gitledger/spool"
    for _ in range(200):
        assert gitledger(path, "status").code == 0
        if not spool.exists() or not [file for file in spool.iterdir() if file.is_file()]:
            break
        time.sleep(0.05)
    lines = gitledger(path, "export", "commits", "--format", "jsonl").out.splitlines()
    rows = list(map(json.loads, lines))
    assert len({row["sha"] for row in rows}) == len(rows)
    return {row["sha"]: (row.get("windows", []), row["insertions"]) for row in rows}


def test_each_commit_is_recorded_once_in_its_window(worked: Path) -> None:
    """Between git's commits and after them, on a branch that is loose and one that is packed."""
    made = {by_git(worked, "a"): 1, by_dulwich(worked, "b"): 2, by_dulwich(worked, "c"): 2}
    made |= {by_git(worked, "d"): 1, by_dulwich(worked, "e"): 2}
    wanted = {sha: (["W0-01"], lines) for sha, lines in made.items()}
    for _ in range(2):
        assert settled(worked) == wanted
    git(worked, "pack-refs", "--all")
    wanted[by_dulwich(worked, "f")] = (["W0-01"], 2)
    assert settled(worked) == wanted
    assert "every commit that HEAD passed is recorded" in gitledger(worked, "doctor").out


def test_a_commit_on_a_branch_that_dulwich_made(worked: Path) -> None:
    """Switched to and committed on by dulwich alone."""
    porcelain.branch_create(str(worked), "topic")
    porcelain.checkout(str(worked), "topic")
    sha = by_dulwich(worked, "b")
    assert git(worked, "rev-parse", "topic").strip() == sha
    assert settled(worked) == {sha: (["W0-01"], 2)}


def test_its_work_is_measured(worked: Path) -> None:
    """`churn` of the window counts what dulwich committed."""
    by_dulwich(worked, "b")
    by_dulwich(worked, "c")
    settled(worked)
    told = gitledger(worked, "churn", "--window", "W0-01", "--json").json
    assert (told["decision"], told["insertions"], told["commit_count"]) == ("measured", 4, 2)
