"""Ten clones sync in random order and all at once over lines that break: all end with all rows."""

import os
import random
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from clones import BRANCH, batch, clone_of, first_clone, rows, shuffled, synced, tip
from ground import git, gitledger
from servers import Proxy, web

HAS_LIGHTTPD = shutil.which("lighttpd", path="/usr/sbin:/usr/bin:/sbin:/bin") is not None
WHOLE = (None, None)
# what happens to a push: nothing, no connection, cut inside, cut behind it, its answer is lost
FATES = ("whole", "whole", "before", "inside", "after")
# of a git that stands before the real one, by the word in a file: a push is cut, or its answer lost
CUTTER = """#!/bin/sh
fate=$(cat {fate} 2>/dev/null)
case " $* " in
  *" push "*)
    case "$fate" in
      before) echo 'fatal: early EOF' >&2; exit 128 ;;
      inside) timeout -s KILL 0.05 {git} "$@" >/dev/null 2>&1
              echo 'fatal: the remote end hung up unexpectedly' >&2; exit 128 ;;
      after) {git} "$@" >/dev/null 2>&1; echo 'fatal: early EOF' >&2; exit 128 ;;
    esac ;;
esac
exec {git} "$@"
"""
BYTES = {"before": [(0, 0)], "inside": [WHOLE, (1_500, None)], "after": [WHOLE, (None, 560)]}
Break = Callable[[str], None]


@dataclass
class Crowd:
    """Clones with batches that each still has to record. Guards that a clone's rows are its own."""

    server: Path
    paths: list[Path]
    left: dict[Path, list[int]]
    chance: random.Random
    succeeded: int = 0
    cut: int = 0
    sent: dict[Path, int] = field(default_factory=dict)

    def record(self, path: Path) -> None:
        """The next batch of a clone, if it has one left."""
        if self.left[path]:
            size = self.left[path].pop()
            batch(path, self.sent.get(path, 0), size)
            self.sent[path] = self.sent.get(path, 0) + size

    def in_turn(self, seed: int, broken: Break) -> None:
        """Each records and syncs, in a random order; what a line cut is exit 3, and no more."""
        for path in shuffled(seed, self.paths):
            self.record(path)
            fate = self.chance.choice(FATES)
            broken(fate)
            code = synced(path).code
            broken("whole")
            assert code in ({0} if fate == "whole" else {0, 3})
            self.succeeded += code == 0
            self.cut += code == 3

    def at_once(self, broken: Break) -> None:
        """All record, then all sync together, while one kind of break is on."""
        for path in self.paths:
            self.record(path)
        fate = self.chance.choice(FATES)
        broken(fate)
        running = [started(path) for path in self.paths]
        for process in running:
            _, said = process.communicate(timeout=300)
            assert process.returncode in ({0} if fate == "whole" else {0, 3}), said.decode()
            self.succeeded += process.returncode == 0
            self.cut += process.returncode == 3
        broken("whole")

    def settled(self) -> None:
        """Every clone syncs until none has news; then all hold the same rows, each once."""
        for path in (*self.paths, *self.paths):
            assert synced(path).code == 0
            self.succeeded += 1
        wanted = sum(self.sent.values())
        found = rows(self.server)
        assert (len(found), len(set(found))) == (wanted, wanted)
        assert {tip(path) for path in self.paths} == {tip(self.server)}
        for path in self.paths:
            assert sorted(rows(path)) == sorted(found)
            assert gitledger(path, "verify").code == 0
        merges = int(git(self.server, "rev-list", "--count", "--merges", BRANCH))
        assert merges <= self.succeeded


def started(path: Path) -> subprocess.Popen[bytes]:
    """`sync` as a program of its own."""
    words = [sys.executable, "-P", "-m", "gitledger", "-C", str(path), "sync"]
    house = {"PYTHONPATH": str(Path(__file__).parents[2])}
    pipe = subprocess.PIPE
    return subprocess.Popen(words, env=os.environ | house, stdout=pipe, stderr=pipe)


def batches(chance: random.Random, each: int) -> list[int]:
    """So many rows in batches of 1 to 25."""
    sizes = list[int]()
    while (left := each - sum(sizes)) > 0:
        sizes.append(min(left, chance.randint(1, 25)))
    return sizes


def crowd_of(server: Path, clones: int, each: int, url: Callable[[], str]) -> Crowd:
    """Clones of one server, which meet it at an address."""
    paths = [first_clone(server), *(clone_of(server, f"c{n}") for n in range(1, clones))]
    chance = random.Random(clones * each)
    for path in paths:
        git(path, "remote", "set-url", "origin", url())
    return Crowd(server, paths, {path: batches(chance, each) for path in paths}, chance)


@contextmanager
def by_file(server: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Break]]:
    """file://, with a git before the real one that cuts pushes."""
    place = server.parent / "cutter"
    place.mkdir()
    program, fate = place / "git", place / "fate"
    program.write_text(CUTTER.format(fate=fate, git=shutil.which("git")))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")

    def broken(word: str) -> None:
        fate.write_text(word)

    yield f"file://{server}", broken


@contextmanager
def by_http(server: Path) -> Iterator[tuple[str, Break]]:
    """http through a line that breaks, in front of lighttpd with git-http-backend."""
    with web(server) as port:
        proxy = Proxy(port)
        with proxy.open() as line:

            def broken(word: str) -> None:
                proxy.limits = list(BYTES.get(word, ()))

            yield f"http://127.0.0.1:{line}/git/{server.name}", broken


def many(crowd: Crowd, broken: Break, rounds: Sequence[str] = ("turn", "turn", "once")) -> None:
    """Rounds until every batch is recorded, and then the end."""
    number = 0
    while any(crowd.left.values()):
        if rounds[number % len(rounds)] == "turn":
            crowd.in_turn(number, broken)
        else:
            crowd.at_once(broken)
        number += 1
    crowd.settled()
    assert crowd.cut > 0, "no line broke: the test shows less than it says"


def test_three_clones_over_lines_that_break(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small count of the same, over file://."""
    with by_file(server, monkeypatch) as (url, broken):
        many(crowd_of(server, 3, 25, lambda: url), broken)


@pytest.mark.slow
def test_ten_clones_over_files(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten clones of 100 rows each over file://: 1,000 rows everywhere."""
    with by_file(server, monkeypatch) as (url, broken):
        crowd = crowd_of(server, 10, 100, lambda: url)
        many(crowd, broken)
        assert len(rows(server)) == 1_000


@pytest.mark.slow
@pytest.mark.skipif(not HAS_LIGHTTPD, reason="lighttpd is not installed here")
def test_ten_clones_over_http(server: Path) -> None:
    """The same over http."""
    with by_http(server) as (url, broken):
        crowd = crowd_of(server, 10, 100, lambda: url)
        many(crowd, broken)
        assert len(rows(server)) == 1_000
