"""A killed writer leaves the old tip or the new one, and never blocks the next."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ground import git
from writers import BRANCH, HOUSE, begin, fsck, kept, opened, put

from gitledger.errors import LedgerDamaged, LedgerLocked
from gitledger.git.branch import move, store

LOCK = f".git/refs/heads/{BRANCH}.lock"


def killers(*words: str) -> str:
    """Run the killing program; it fails when a row was lost, doubled or unreadable."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parents[1] / "killers.py"), *words],
        env=os.environ | {"PYTHONPATH": f"{HOUSE}:{HOUSE}/tests/git"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "stride", [pytest.param(13), pytest.param(1, marks=pytest.mark.slow)], ids=["few", "full"]
)
def test_death_before_every_step(repo_dir: Path, stride: int) -> None:
    """An append killed before each of its system calls in turn leaves a whole branch."""
    begin(repo_dir)
    assert int(killers("steps", str(repo_dir), str(stride))) > 100 // stride


@pytest.mark.parametrize(
    "deaths", [pytest.param(8), pytest.param(200, marks=pytest.mark.slow)], ids=["few", "full"]
)
def test_death_at_random(repo_dir: Path, deaths: int) -> None:
    """A writer of rows, batches and packs killed at random loses nothing it acknowledged."""
    begin(repo_dir)
    assert int(killers("random", str(repo_dir), str(deaths))) > 0


def test_own_dead_lock_is_taken_away(repo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git's lock on the branch, left by a killed writer of ours, does not stop the next."""
    repository = begin(repo_dir)
    with monkeypatch.context() as patch:
        patch.setattr("gitledger.git.branch.move.forget", lambda _path: None)
        put(repository, "notes", [{"text": "one"}])
    scratch = next((repo_dir / ".git/gitledger").glob("moving-*"))
    scratch.unlink()
    scratch.write_text("left by a killed process\n")
    (repo_dir / LOCK).hardlink_to(scratch)
    put(repository, "notes", [{"text": "two"}])
    assert kept(repository) == ["one", "two"]
    assert not (repo_dir / LOCK).exists()


def test_a_strangers_young_lock_is_reported(
    repo_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program's lock is waited for, then named with the way out; it is not removed."""
    repository = begin(repo_dir)
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.1)
    (repo_dir / LOCK).touch()
    with pytest.raises(LedgerLocked) as refusal:
        put(repository, "notes", [{"text": "one"}])
    assert "rm " in refusal.value.hint
    assert (repo_dir / LOCK).exists()
    assert kept(repository) == []


def test_a_lock_that_goes_away_is_waited_for(repo_dir: Path) -> None:
    """A git that holds the branch for a moment delays an append and does not fail it."""
    repository = begin(repo_dir)
    with subprocess.Popen(
        ["/bin/sh", "-c", f"echo x > {LOCK}; echo; sleep 0.5; rm {LOCK}"],
        cwd=repo_dir,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        put(repository, "notes", [{"text": "one"}])
    assert kept(repository) == ["one"]


def test_an_ancient_lock_is_removed(repo_dir: Path) -> None:
    """A lock on the branch older than any git could hold it does not block for ever."""
    repository = begin(repo_dir)
    (repo_dir / LOCK).touch()
    long_ago = time.time() - 2 * move.ABANDONED_SECONDS
    os.utime(repo_dir / LOCK, (long_ago, long_ago))
    put(repository, "notes", [{"text": "one"}])
    assert kept(repository) == ["one"]


@pytest.mark.parametrize("left", ["", "ref: refs/heads/trunk\n", "0123\n", "z" * 40])
def test_a_broken_ref_is_no_new_beginning(repo_dir: Path, left: str) -> None:
    """A branch file without a commit id is refused; no second root is made over it."""
    repository = begin(repo_dir)
    (repo_dir / f".git/refs/heads/{BRANCH}").write_text(left)
    with pytest.raises(LedgerDamaged):
        begin(repo_dir)
    with pytest.raises(LedgerDamaged):
        put(repository, "notes", [{"text": "one"}])


def test_a_refusal_leaves_the_lock_free(repo_dir: Path) -> None:
    """After a refused write the next one needs not wait."""
    repository = begin(repo_dir)
    (repo_dir / LOCK).touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "LOCK_SECONDS", 0.0)
        with pytest.raises(LedgerLocked):
            put(repository, "notes", [{"text": "one"}])
    (repo_dir / LOCK).unlink()
    put(opened(repo_dir), "notes", [{"text": "two"}])
    assert kept(repository) == ["two"]
    fsck(repo_dir)


def test_the_log_of_the_branch_is_gits(repo_dir: Path) -> None:
    """`git reflog` shows each move with its reason, as for any other branch."""
    repository = begin(repo_dir)
    put(repository, "notes", [{"text": "one"}])
    shown = git(repo_dir, "reflog", "show", BRANCH)
    assert [line.split(": ", 1)[1] for line in shown.splitlines()] == [
        "gitledger: notes: one",
        "gitledger: ledger: begin",
    ]
