"""A run that was taken back is told with the commit that did it; one that stands is not."""

from pathlib import Path

import pytest
from ground import git

from gitledger.git.code.numstat import end_points
from gitledger.git.code.relink import run_patches
from gitledger.git.code.undone import undone
from gitledger.git.plumbing import pin_plumbing
from gitledger.lines.change import EMPTY_TREE


def commit(path: Path, name: str, body: str) -> str:
    """Commit one file; the new id."""
    (path / name).write_text(body)
    git(path, "add", "-A")
    git(path, "commit", "-q", "-m", name)
    return head(path)


def head(path: Path, revision: str = "HEAD") -> str:
    """A commit's id."""
    return git(path, "rev-parse", revision).strip()


def told(path: Path, *runs: tuple[str, str]) -> dict[tuple[str, str], str]:
    """What the branch checked out took back."""
    with pin_plumbing(path) as plumbing:
        return undone(plumbing, runs, head(path))


@pytest.fixture
def run(repo_dir: Path) -> tuple[str, str]:
    """Two commits, with somebody's third behind them."""
    start = head(repo_dir)
    commit(repo_dir, "one", "1\n2\n")
    end = commit(repo_dir, "two", "3\n4\n")
    commit(repo_dir, "else", "x\n")
    return start, end


def test_a_run_that_stands(repo_dir: Path, run: tuple[str, str]) -> None:
    """Nothing took it back: it is absent."""
    commit(repo_dir, "one", "1\n2\n3\n")
    assert told(repo_dir, run) == {}


def test_reverted_commit_by_commit(repo_dir: Path, run: tuple[str, str]) -> None:
    """After both are reverted the last revert is named; after one, the run stands."""
    git(repo_dir, "revert", "--no-edit", run[1])
    assert told(repo_dir, run) == {}
    git(repo_dir, "revert", "--no-edit", f"{run[1]}~1")
    assert told(repo_dir, run) == {run: head(repo_dir)}


def test_reverted_at_once(repo_dir: Path, run: tuple[str, str]) -> None:
    """One commit with the inverse patch of the whole run."""
    git(repo_dir, "rm", "-q", "one", "two")
    by = commit(repo_dir, "another", "")
    assert told(repo_dir, run) == {}
    git(repo_dir, "reset", "-q", "--hard", "HEAD~1")
    git(repo_dir, "rm", "-q", "one", "two")
    git(repo_dir, "commit", "-q", "-m", "take both back")
    commit(repo_dir, "later", "y\n")
    assert told(repo_dir, run) == {run: head(repo_dir, "HEAD~1")}
    assert by != head(repo_dir, "HEAD~1")


def test_put_back_again(repo_dir: Path, run: tuple[str, str]) -> None:
    """A revert that was reverted leaves the run standing; reverted once more it is gone."""
    git(repo_dir, "revert", "--no-edit", run[1], f"{run[1]}~1")
    git(repo_dir, "revert", "--no-edit", "HEAD")
    assert told(repo_dir, run) == {}
    git(repo_dir, "revert", "--no-edit", "HEAD")
    assert told(repo_dir, run) == {run: head(repo_dir)}


def test_a_reverted_merge(repo_dir: Path) -> None:
    """`revert -m 1` of a merge takes back what the merge brought."""
    start = head(repo_dir)
    git(repo_dir, "checkout", "-q", "-b", "side")
    commit(repo_dir, "one", "1\n2\n")
    commit(repo_dir, "two", "3\n4\n")
    git(repo_dir, "checkout", "-q", "trunk")
    commit(repo_dir, "else", "x\n")
    git(repo_dir, "merge", "-q", "--no-ff", "--no-edit", "side")
    git(repo_dir, "revert", "--no-edit", "-m", "1", "HEAD")
    assert told(repo_dir, (start, head(repo_dir, "side"))) == {
        (start, head(repo_dir, "side")): head(repo_dir)
    }


def test_a_reverted_squash(repo_dir: Path) -> None:
    """A run squashed onto the branch, and the squash reverted there."""
    start = head(repo_dir)
    git(repo_dir, "checkout", "-q", "-b", "side")
    commit(repo_dir, "one", "1\n2\n")
    end = commit(repo_dir, "two", "3\n4\n")
    git(repo_dir, "checkout", "-q", "trunk")
    git(repo_dir, "merge", "-q", "--squash", "side")
    git(repo_dir, "commit", "-q", "-m", "squashed")
    assert told(repo_dir, (start, end)) == {}
    git(repo_dir, "revert", "--no-edit", "HEAD")
    assert told(repo_dir, (start, end)) == {(start, end): head(repo_dir)}


def test_several_runs_at_once(repo_dir: Path, run: tuple[str, str]) -> None:
    """Each run is told for itself; an empty one has nothing to take back."""
    first = (run[0], run[1])
    third = (run[1], head(repo_dir))
    git(repo_dir, "revert", "--no-edit", third[1])
    assert told(repo_dir, first, third, (run[0], run[0])) == {third: head(repo_dir)}


def test_the_patches_of_runs_together(repo_dir: Path, run: tuple[str, str]) -> None:
    """Asked together each run has the patch-id of its own end points, and of their inverse."""
    git(repo_dir, "mv", "one", "another")
    git(repo_dir, "rm", "-q", "two")
    last = commit(repo_dir, "else", "x\ny\n")
    starts = (run[0], run[1], EMPTY_TREE)
    runs = [*((start, last) for start in starts), run, (last, last)]
    with pin_plumbing(repo_dir) as plumbing:
        there, again = (run_patches(plumbing, runs, inverse=way) for way in (False, True))
        assert there == {ends: end_points(plumbing, *ends)[1] for ends in runs}
        assert again == {ends: end_points(plumbing, *ends[::-1])[1] for ends in runs}
    assert there[last, last] == ""
    assert len({*there.values(), *again.values()}) == 2 * len(runs) - 1
