"""Many writers at once: nothing lost, nothing doubled, nobody fails."""

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pygit2
import pytest
from ground import git
from writers import (
    BRANCH,
    begin,
    commits_of,
    finish,
    fsck,
    kept,
    opened,
    start,
    unreachable_commits,
)


@contextmanager
def looping(path: Path, *commands: tuple[str, ...]) -> Iterator[list[int]]:
    """git programs that run beside the test, over and over; yields their exit codes so far."""
    over = threading.Event()
    codes: list[int] = []

    def run() -> None:
        while not over.is_set():
            for words in commands:
                done = subprocess.run(
                    ["git", *words], cwd=path, capture_output=True, text=True, check=False
                )
                codes.append(done.returncode)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield codes
    finally:
        over.set()
        thread.join()


def once_each(path: Path, said: list[str], ledger: str = "notes") -> None:
    """Every acknowledged row stands exactly once, and nothing else does."""
    found = Counter(kept(opened(path), ledger))
    assert found == Counter(said)
    assert max(found.values()) == 1


def worktrees(path: Path, count: int) -> list[Path]:
    """Linked worktrees of a repository."""
    made = [path.parent / f"tree-{number}" for number in range(count)]
    for place in made:
        git(path, "worktree", "add", "-q", "--detach", str(place))
    return made


def race(path: Path, places: list[Path], what: str, each: int) -> list[str]:
    """One writing process in each place; what they were told stands."""
    return finish(start([(what, place, f"w{n}") for n, place in enumerate(places)], each))


@pytest.mark.parametrize(
    "each", [pytest.param(12), pytest.param(200, marks=pytest.mark.slow)], ids=["few", "full"]
)
def test_eight_writers_lose_nothing(repo_dir: Path, each: int) -> None:
    """8 processes append to one repository: each row once, a line of commits, none astray."""
    begin(repo_dir)
    said = race(repo_dir, [repo_dir] * 8, "singles", each)
    assert len(said) == 8 * each
    once_each(repo_dir, said)
    assert commits_of(repo_dir) == 1 + 8 * each
    assert unreachable_commits(repo_dir) == []
    fsck(repo_dir)


@pytest.mark.parametrize(
    "each", [pytest.param(8), pytest.param(200, marks=pytest.mark.slow)], ids=["few", "full"]
)
def test_writers_in_four_worktrees_beside_gc(repo_dir: Path, each: int) -> None:
    """4 worktrees, 8 processes, `pack-refs` and `gc --prune=now` looping: nothing is lost."""
    begin(repo_dir)
    beside = (("pack-refs", "--all", "--prune"), ("gc", "-q", "--prune=now"))
    with looping(repo_dir, *beside) as codes:
        said = race(repo_dir, worktrees(repo_dir, 4) * 2, "singles", each)
    once_each(repo_dir, said)
    fsck(repo_dir)
    assert codes
    assert commits_of(repo_dir) == 1 + 8 * each


@pytest.mark.parametrize(
    "each", [pytest.param(6), pytest.param(100, marks=pytest.mark.slow)], ids=["few", "full"]
)
def test_half_the_writers_are_the_git_program(repo_dir: Path, each: int) -> None:
    """4 of 8 writers are git's own programs with `update-ref OLD`: nobody overtakes anybody."""
    begin(repo_dir)
    jobs = [(("singles", "git")[n % 2], repo_dir, f"w{n}") for n in range(8)]
    said = finish(start(jobs, each))
    once_each(repo_dir, said)
    fsck(repo_dir)


def test_packs_and_batches_beside_gc(repo_dir: Path) -> None:
    """Batches as packs and as loose files, with `gc --prune=now` looping: nothing is lost."""
    begin(repo_dir)
    with looping(repo_dir, ("gc", "-q", "--prune=now"), ("prune", "--expire=1.hour.ago")):
        packs = start([("packs", repo_dir, f"p{n}") for n in range(2)], 400)
        batches = start([("batches", repo_dir, f"b{n}") for n in range(2)], 80)
        said = finish(packs) + finish(batches)
    once_each(repo_dir, said)
    fsck(repo_dir)


@pytest.mark.parametrize(
    "rounds", [pytest.param(15), pytest.param(1000, marks=pytest.mark.slow)], ids=["few", "full"]
)
def test_race_for_the_first_commit(tmp_path: Path, rounds: int) -> None:
    """8 processes begin the same branch at once, over and over: one root, no row lost."""
    places = [tmp_path / f"round-{number}" for number in range(rounds)]
    for path in places:
        pygit2.init_repository(str(path))
    running = start([("first", tmp_path, f"w{n}") for n in range(8)], rounds)
    for path in places:
        (path / "gun").touch()
        time.sleep(0.05)
    said = finish(running)
    for number, path in enumerate(places):
        once_each(path, [line for line in said if line.endswith(f" {number}")])
        assert len(git(path, "rev-list", "--max-parents=0", BRANCH).split()) == 1
        assert unreachable_commits(path) == []
    assert len(said) == 8 * rounds


def test_a_keyed_fact_is_recorded_once(repo_dir: Path) -> None:
    """8 processes record the same 10 facts: each stands once, one process was first."""
    begin(repo_dir)
    said = race(repo_dir, [repo_dir] * 8, "facts", 10)
    assert sorted(line.split()[1] for line in said) == [str(n) for n in range(10)]
    assert sorted(kept(opened(repo_dir), "facts")) == [f"fact {n}" for n in range(10)]
