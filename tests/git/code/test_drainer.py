"""One process records a series: what is left while it ends is recorded all the same."""

import os
from pathlib import Path
from threading import Thread

import pytest

from gitledger.git.code import drainer
from gitledger.git.code.drainer import FILE, drained_until_quiet
from gitledger.git.code.spool import FOLDER
from gitledger.git.repository import Repository, open_repository


def leave(repository: Repository, name: str) -> bool:
    """A fact as a hook leaves it; whether a living process was named that will look."""
    (repository.state / FOLDER / name).write_text("fact\n")
    try:
        return (repository.state / FILE).read_text().strip() == str(os.getpid())
    except OSError:
        return False


def raced(repository: Repository, facts: int) -> list[str]:
    """Facts left by one thread while another drains and ends; those that nobody would look at."""
    folder, lost = repository.state / FOLDER, []

    def look() -> None:
        for path in folder.iterdir():
            path.unlink()

    def drain() -> None:
        drained_until_quiet(repository, look, lambda: any(folder.iterdir()))

    for number in range(facts):
        draining = Thread(target=drain)
        draining.start()
        promised = leave(repository, f"fact-{number}")
        draining.join()
        if promised and (folder / f"fact-{number}").exists():
            lost.append(f"fact-{number}")
    return lost


@pytest.mark.parametrize("facts", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_fact_left_while_a_drain_ends_is_looked_at(
    repo_dir: Path, monkeypatch: pytest.MonkeyPatch, facts: int
) -> None:
    """Whoever finds the number of a living process may go: that one looks once more."""
    monkeypatch.setattr(drainer, "LINGER_SECONDS", 0.0)
    repository = open_repository(repo_dir, os.environ)
    (repository.state / FOLDER).mkdir(parents=True)
    assert raced(repository, facts) == []


def test_it_stays_for_more(repo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes while it lingers is one more look of the same process; then its number is gone."""
    monkeypatch.setattr(drainer, "PAUSE", 0.0)
    repository = open_repository(repo_dir, os.environ)
    repository.state.mkdir()
    looks: list[int] = []
    more = iter([True, True, False, False])
    monkeypatch.setattr(drainer, "LINGER_SECONDS", 0.0)
    drained_until_quiet(repository, lambda: looks.append(1), lambda: next(more))
    assert len(looks) == 3
    assert not (repository.state / FILE).exists()
