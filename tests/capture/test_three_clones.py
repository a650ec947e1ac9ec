"""One week in three clones at clocks that differ: each does what is due, then they meet."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ground import git, gitledger, settle
from twoweeks import Unattended, Week, play

from gitledger.book.book import Book
from gitledger.book.opening import open_book
from gitledger.book.world import World

MADE = ("windows", "churn", "anomalies")  # what `catch-up` states by itself
OFF = (timedelta(0), timedelta(hours=-7), timedelta(days=1, minutes=13))  # of each clock


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Book]]:
    """The ledgers of three clones that caught up apart and then exchanged their rows."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        settle(home, patch)
        week = play(Unattended(home, patch, by_hand=False))
        paths = [week.path, *cloned(week, home)]
        begun = week.now
        for number, path in enumerate(paths):
            week.now = begun + OFF[number]
            if number:
                patch.setenv("XDG_STATE_HOME", str(home / f"state-{number}"))
            done = gitledger(path, "--json", "catch-up", *(["--all"] if number else []))
            assert done.code == 0, done.err
            assert any(one["did"].startswith("completed") for one in done.json["done"])
        for number, path in [*enumerate(paths)] * 2:
            week.now = begun + OFF[number] + timedelta(minutes=5)
            assert gitledger(path, "sync").code == 0
        world = World(week.path, begun, dict(os.environ))
        yield [open_book(World(path, world.now, world.environment)) for path in paths]


def cloned(week: Week, home: Path) -> list[Path]:
    """Two clones of the week, before anything of it was completed."""
    server = home / "server.git"
    git(home, "init", "-q", "--bare", str(server))
    week.git("remote", "add", "origin", str(server))
    week.git("push", "-q", "--no-verify", "--all", "origin")
    paths = [home / name for name in ("second", "third")]
    for path in paths:
        git(home, "clone", "-q", str(server), str(path))
        git(path, "branch", "-q", "gitledger/main", "origin/gitledger/main")
    return paths


def test_all_end_with_the_same_rows(met: list[Book]) -> None:
    """Nothing is missing anywhere."""
    tables = ("snapshots", "commits", "rewrites", *MADE)
    told = [{name: {row.id for row in book.rows(name)} for name in tables} for book in met]
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize("table", MADE)
def test_a_fact_is_one_row(met: list[Book], table: str) -> None:
    """However many clones found it, and at whatever moment."""
    for book in met:
        rows = book.rows(table)
        keys = [_fact(dict(row.values)) for row in rows]
        assert len(keys) == len(set(keys)) > 0
        assert {row.values.get("by") for row in rows} == {"automatic"}


def test_each_window_is_completed_and_measured_once(met: list[Book]) -> None:
    """All eight of the week, with the features that were counted."""
    for book in met:
        final = {str(r.values["window"]): r.values for r in book.rows("windows")}
        assert sorted(final) == [f"W0-0{n}" for n in range(1, 9)]
        assert {str(r.values["window"]) for r in book.rows("churn")} == set(final)


def test_nothing_contradicts(met: list[Book]) -> None:
    """The branch is intact everywhere, and no audit knows of two rows that say otherwise."""
    codes = {"key-contradicted", "conflicting-finalise", "duplicate-finalise"}
    for book in met:
        path = book.world.directory
        assert gitledger(path, "verify").code == 0
        told = gitledger(path, "--json", "audit").json["findings"]
        assert {f["code"] for f in told} & codes == set()
        assert "missing-after" not in {f["code"] for f in told}


def _fact(row: dict[str, Any]) -> str:
    return str([row.get(name) for name in ("window", "provider", "code", "where", "stage")])
