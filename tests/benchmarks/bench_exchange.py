"""`sync` and `propose` against git: `python tests/benchmarks/bench_exchange.py [--quick]`.

A remote with 100,000 rows (10,000 with --quick), two clones. Bytes are those of the packs that the
remote received, wall clock that of whole programs: beside each other on one machine, and over lines
with a delay. Exit 1 when a goal was missed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from slow_line import far_away

HOUSE = Path(__file__).resolve().parents[2]
BRANCH = "gitledger/main"
PERSON = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}
US = (sys.executable, "-P", "-m", "gitledger")
TURNS = 5
DELAYS = (0.03, 0.1)  # seconds each way: a server of the same continent, one of another
LARGER, SLOWER = 1.1, 1.5  # than git, at most
Figure = tuple[str, str, str, bool]


def run(path: Path, *words: str, given: str = "") -> str:
    """A program; its output. A failure ends the benchmark."""
    home = {"PYTHONPATH": str(HOUSE), "HOME": str(path.parent), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        words,
        cwd=path,
        input=given,
        env=os.environ | PERSON | home,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit {done.returncode}, {done.stdout}{done.stderr}")
    return done.stdout


def ours(path: Path, *words: str, given: str = "") -> str:
    """Our program."""
    return run(path, *US, *words, given=given)


def rows(path: Path, name: str, count: int) -> None:
    """Rows of one call, in commits as `append --csv` makes them."""
    lines = "".join(f"{name}-{n},name of {n}\n" for n in range(count))
    ours(path, "append", "capabilities", "--csv", "-", given=f"capability,name\n{lines}")


def world(place: Path, count: int) -> tuple[Path, Path, Path]:
    """A bare remote that keeps every pack it gets, and two clones that have its rows."""
    server, a, b = place / "srv.git", place / "a", place / "b"
    run(place, "git", "init", "-q", "--bare", str(server))
    run(server, "git", "config", "receive.unpackLimit", "1")
    run(server, "git", "config", "gc.auto", "0")
    run(place, "git", "init", "-q", str(a))
    run(a, "git", "remote", "add", "origin", str(server))
    ours(a, "init", "--no-hooks")
    rows(a, "first", count)
    run(a, "git", "gc", "-q")
    ours(a, "sync", "origin")
    run(place, "git", "clone", "-q", "-n", str(server), str(b))
    ours(b, "init", "--no-hooks")
    return server, a, b


def packs(server: Path) -> dict[str, int]:
    """The packs of the remote and their bytes."""
    folder = server / "objects/pack"
    return {file.name: file.stat().st_size for file in folder.glob("*.pack")}


def fresh(before: dict[str, int], server: Path) -> int:
    """Bytes of the packs that came since."""
    return sum(size for name, size in packs(server).items() if name not in before)


def timed(path: Path, *words: str) -> float:
    """Seconds that a program takes by the clock on the wall."""
    began = time.perf_counter()
    run(path, *words)
    return time.perf_counter() - began


@dataclass
class Turns:
    """Seconds of `git push`, `git fetch` and `sync`, and bytes of `sync` for one of the push."""

    pushes: list[float] = field(default_factory=list)
    fetches: list[float] = field(default_factory=list)
    walls: list[float] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)


def in_turns(server: Path, copy: str, a: Path, name: str) -> Turns:
    """`sync` of 1,000 new rows, and git with the same commits to a copy of the remote.

    In turns: the machine is the same for both.
    """
    turns, beside = Turns(), server.with_name("copy.git")
    for turn in range(TURNS):
        rows(a, f"{name}-{turn}", 1_000)
        turns.fetches.append(timed(a, "git", "fetch", "-q", copy, BRANCH))
        before = packs(beside)
        turns.pushes.append(timed(a, "git", "push", "-q", copy, BRANCH))
        sent, before = fresh(before, beside), packs(server)
        turns.walls.append(timed(a, *US, "sync"))
        turns.shares.append(fresh(before, server) / sent)
    return turns


def synced(server: Path, a: Path) -> Iterator[Figure]:
    """The figures of `sync` on one machine, as medians."""
    rows(a, "warm", 10)
    began = time.perf_counter()
    ours(a, "sync")
    first = time.perf_counter() - began
    copy = server.with_name("copy.git")
    run(server.parent, "git", "clone", "-q", "--bare", str(server), str(copy))
    run(copy, "git", "config", "receive.unpackLimit", "1")
    turns = in_turns(server, str(copy), a, "turn")
    wall, push, fetch = median(turns.walls), median(turns.pushes), median(turns.fetches)
    share = median(turns.shares)
    yield "sync of 1,000 rows, bytes", f"{share:.2f}x those of git push", "<= 1.1x", share <= LARGER
    told = f"{wall:.2f} s, git push {push:.2f} s: {wall / push:.1f}x"
    yield "sync of 1,000 rows, wall clock", told, "<= 1.5x", wall <= SLOWER * push
    told = f"{wall / (fetch + push):.1f}x of {fetch + push:.2f} s for git fetch and git push"
    yield "sync fetches first", told, "<= 1.5x", wall <= SLOWER * (fetch + push)
    bare = wall - push
    told = f"{bare:.2f} s beside the push; {first:.2f} s for the first sync of a clone"
    yield "of it our own work", told, "< 1 s", bare < 1


def linked(server: Path, a: Path) -> Iterator[Figure]:
    """The same over lines with a delay, as remotes have."""
    for delay in DELAYS:
        with far_away(server.parent, delay) as address:
            run(a, "git", "remote", "set-url", "origin", f"{address}/{server.name}")
            turns = in_turns(server, f"{address}/copy.git", a, f"far-{delay}")
        wall, push, fetch = median(turns.walls), median(turns.pushes), median(turns.fetches)
        told = (
            f"{wall:.2f} s, git push {push:.2f} s: {wall / push:.1f}x;"
            f" {wall / (fetch + push):.1f}x of git fetch and git push"
        )
        name = f"sync of 1,000 rows, {1000 * delay:.0f} ms away"
        yield name, told, "<= 1.5x", wall <= SLOWER * push


def proposed(server: Path, b: Path) -> Iterator[Figure]:
    """`propose` of 100 rows after the remote moved on."""
    rows(b, "third", 100)
    before, began = packs(server), time.perf_counter()
    ours(b, "propose", "week-1")
    wall, went = time.perf_counter() - began, fresh(before, server)
    told = f"{went / 1024:.0f} KB in {wall:.2f} s"
    yield "propose of 100 rows, the remote moved on", told, "< 200 KB", went < 200 * 1024


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 rows")
    count = 10_000 if parser.parse_args().quick else 100_000
    missed = 0
    with tempfile.TemporaryDirectory() as place:
        server, a, b = world(Path(place), count)
        print(f"a remote with {count:,} rows")
        for figures in (synced(server, a), linked(server, a), proposed(server, b)):
            for what, measured, goal, good in figures:
                print(f"{what}: {measured} (goal {goal}: {'reached' if good else 'MISSED'})")
                missed += not good
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
