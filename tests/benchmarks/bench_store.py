"""The store against git itself: `python tests/benchmarks/bench_store.py [--quick] [--dir DIR]`.

Prints one line a figure: what, ours, git's, the ratio, the goal, and whether it was reached. Exit
code 1 when a goal was missed. Samples smaller than the figure's own number are scaled up, and the
line says so. Times are wall clock; both sides of a ratio run in turn on the same disk.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOUSE), str(HOUSE / "tests/git")]

from writers import BRANCH, begin, kept, opened, put  # noqa: E402

from gitledger.git.branch.rows import places, read_rows  # noqa: E402
from gitledger.git.branch.tip import tip_of  # noqa: E402
from gitledger.git.repository import Repository  # noqa: E402

PERSON = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"} | {
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}
LOOSE_SYNC = ("-c", "core.fsync=loose-object,reference", "-c", "core.fsyncMethod=fsync")
TURNS = 10
NO_SYNC = ("-c", "core.fsync=none")


@dataclass(frozen=True)
class Figure:
    """One line of the report; `good` says whether its goal was reached (None: no goal)."""

    what: str
    measured: str
    goal: str
    good: bool | None


@dataclass(frozen=True)
class Sizes:
    """How much is measured: the issue's numbers, or about a tenth for `--quick`."""

    appends: int
    git_appends: int
    batch: int
    small: int
    large: int
    samples: int
    processes: int


FULL = Sizes(10_000, 150, 10_000, 1_000, 100_000, 300, 40)
QUICK = Sizes(400, 40, 2_000, 500, 10_000, 100, 20)


def git(path: Path, *words: str, given: bytes = b"") -> bytes:
    """Run git; its output. A failure ends the benchmark."""
    done = subprocess.run(["git", *words], cwd=path, input=given, capture_output=True, check=True)
    return done.stdout


def fresh(place: Path, name: str, *, sync: bool) -> Repository:
    """A new repository with a ledger.

    Nothing is deleted while the benchmark runs: for minutes after it, an ext4 without a journal
    takes several times as long to make a file, and ours makes more of them in a second.
    """
    path = place / name
    git(place, "init", "-q", name)
    git(path, "config", "gitledger.fsync", "true" if sync else "false")
    git(path, "config", "gc.auto", "0")
    begin(path)
    return opened(path)


def seconds(job: Callable[[], object]) -> float:
    """How long a job takes."""
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def row_of(number: int, ledger: str = "notes") -> dict[str, object]:
    """A row such as people record."""
    name = "name" if ledger == "facts" else "text"
    return {name: f"window W0-{number % 40} note {number}", "number": number}


@dataclass
class GitWriter:
    """The same appends by git's programs: a blob, a tree a level, a commit, the branch.

    It remembers its folders' lines and its tip, so that it pays for writing only: eight processes
    a row.
    """

    path: Path
    options: tuple[str, ...]
    tip: str = ""
    folders: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, *words: str, given: bytes = b"") -> str:
        """One of git's programs."""
        return git(self.path, *self.options, *words, given=given).decode().strip()

    def begin(self) -> None:
        """Learn what stands on the branch."""
        self.tip = self.run("rev-parse", BRANCH)
        for folder in ("", "ledgers", "ledgers/notes"):
            lines = self.run("ls-tree", f"{self.tip}:{folder}").splitlines()
            self.folders[folder] = {line.split("\t")[1]: line for line in lines}

    def append(self, number: int) -> None:
        """One row."""
        row = {"gitledger": 1, "ledger": "notes", **row_of(number)}
        blob = self.run("hash-object", "-w", "--stdin", given=json.dumps(row, indent=1).encode())
        folder = f"ledgers/notes/{number >> 16:02x}/{number >> 8 & 255:02x}"
        name = f"row-{number:06}.json"
        line = f"100644 blob {blob}\t{name}"
        while True:
            held = self.folders.setdefault(folder, {})
            held[name] = line
            tree = self.run("mktree", given="\n".join([*held.values(), ""]).encode())
            if not folder:
                break
            folder, _, name = folder.rpartition("/")
            line = f"040000 tree {tree}\t{name}"
        commit = self.run("commit-tree", tree, "-p", self.tip, "-m", f"notes: {number}")
        self.run("update-ref", f"refs/heads/{BRANCH}", commit, self.tip)
        self.tip = commit


def put_each(repository: Repository, ledger: str, numbers: Iterable[int]) -> None:
    """Rows one at a time."""
    for number in numbers:
        put(repository, ledger, [row_of(number, ledger)])


def share(turn: int, count: int) -> range:
    """The numbers of one turn of the count."""
    return range(turn * count // TURNS, (turn + 1) * count // TURNS)


def single_appends(place: Path, sizes: Sizes) -> Iterable[Figure]:
    """Rows one at a time, synced or not, against git's programs with the same syncing."""
    for sync, goal in ((False, 8.0), (True, 3.0)):
        words = f"fsync {'on' if sync else 'off'}"
        ours = fresh(place, f"ours, {words}", sync=sync)
        theirs = fresh(place, f"theirs, {words}", sync=sync)
        writer = GitWriter(theirs.common.parent, LOOSE_SYNC if sync else NO_SYNC)
        writer.begin()
        count, sample = sizes.appends // (4 if sync else 1), sizes.git_appends
        mine = other = 0.0
        for turn in range(TURNS):
            mine += seconds(partial(put_each, ours, "notes", share(turn, count)))
            other += seconds(partial(deque, map(writer.append, share(turn, sample)), 0))
        mine, other = mine / count, other / sample
        yield Figure(
            f"single appends, {words} ({count} ours, {sample} git, per row)",
            f"{mine * 1e3:.2f} ms, git {other * 1e3:.1f} ms: {other / mine:.1f}x faster",
            f">= {goal:.0f}x",
            other / mine >= goal,
        )


def batch(place: Path, sizes: Sizes) -> Figure:
    """Rows in commits of 100 against `git fast-import` of the same files and commits."""
    rows = [row_of(number) for number in range(sizes.batch)]
    ratios = []
    for turn in range(3):
        ours = fresh(place, f"batch-{turn}", sync=False)
        mine = seconds(lambda r=ours: put(r, "notes", rows, rows_per_commit=100))
        stream = fast_import_stream(ours)
        path = place / f"import-{turn}"
        git(place, "init", "-q", path.name)
        other = seconds(
            lambda p=path, s=stream: git(p, *NO_SYNC, "fast-import", "--quiet", given=s)
        )
        ratios.append((mine / other, mine, other))
    ratio, mine, other = sorted(ratios)[1]
    return Figure(
        f"batch of {sizes.batch} rows in commits of 100 against git fast-import",
        f"{mine:.2f} s, git {other:.2f} s: {ratio:.2f}x",
        "<= 1.5x",
        ratio <= 1.5,
    )


def fast_import_stream(repository: Repository) -> bytes:
    """The rows of a repository as a stream with the same files and commits."""
    tip = tip_of(repository, BRANCH)
    found = [(place.path, tip.read(place.oid)) for place in places(tip, "notes")]
    out = []
    for first in range(0, len(found), 100):
        message = b"notes: 100 rows\n"
        out.append(b"commit refs/heads/x\ncommitter Ada <a@b> %d +0000\n" % (1_700_000_000 + first))
        out.append(b"data %d\n%s" % (len(message), message))
        for path, data in found[first : first + 100]:
            out.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    return b"".join(out)


def growth(place: Path, sizes: Sizes) -> Iterable[Figure]:
    """What one more row costs in a small ledger and in a large one, without and with a key."""
    for ledger in ("notes", "facts"):
        sides = []
        for count in (sizes.small, sizes.large):
            repository = fresh(place, f"{ledger}-{count}", sync=False)
            for first in range(0, count, 10_000):
                rows = [row_of(n, ledger) for n in range(first, min(first + 10_000, count))]
                put(repository, ledger, rows, rows_per_commit=500)
            put(repository, ledger, [row_of(-1, ledger)])
            sides.append((count, repository))
        costs: dict[int, list[float]] = {count: [] for count, _ in sides}
        for number in range(sizes.samples):
            for count, repository in sides:
                one = range(count + number, count + number + 1)
                costs[count].append(seconds(partial(put_each, repository, ledger, one)))
        small, large = (statistics.median(costs[count]) for count, _ in sides)
        kind = "keyed" if ledger == "facts" else "without a key"
        yield Figure(
            f"append at {sizes.large} rows against {sizes.small}, {kind} (medians)",
            f"{large * 1e3:.2f} ms, {small * 1e3:.2f} ms: {large / small:.2f}x",
            "<= 1.5x",
            large / small <= 1.5,
        )


def reading(place: Path, sizes: Sizes) -> Figure:
    """All rows into values against `ls-tree -r | cat-file --batch` and a JSON parser."""
    repository = opened(place / f"notes-{sizes.large}")
    path = repository.common.parent
    mine, other = [], []
    for _ in range(5):
        fresh_handle = opened(path)
        mine.append(seconds(lambda r=fresh_handle: read_rows(tip_of(r, BRANCH), "notes")))
        other.append(seconds(lambda: read_by_git(path)))
    ratio = statistics.median(mine) / statistics.median(other)
    return Figure(
        f"read {sizes.large} rows into values",
        f"{statistics.median(mine):.2f} s, git {statistics.median(other):.2f} s: {ratio:.2f}x",
        "<= 1.5x",
        ratio <= 1.5,
    )


def read_by_git(path: Path) -> list[object]:
    """The same by git's programs."""
    listed = git(path, "ls-tree", "-r", f"{BRANCH}:ledgers/notes")
    ids = [line.split()[2] for line in listed.splitlines() if line.endswith(b".json")]
    data = git(path, "cat-file", "--batch", given=b"\n".join(ids) + b"\n")
    rows, at = [], 0
    while at < len(data):
        end = data.index(b"\n", at)
        size = int(data[at:end].split()[2])
        rows.append(json.loads(data[end + 1 : end + 1 + size]))
        at = end + 2 + size
    return rows


def process(place: Path, sizes: Sizes) -> Figure:
    """`gitledger append` as a program against importing its two libraries."""
    path = place / "process"
    git(place, "init", "-q", "process")
    kept_out = {"PYTHONDONTWRITEBYTECODE"}  # an installed program has its bytecode
    environment = {k: v for k, v in os.environ.items() if k not in kept_out} | PERSON
    environment |= {"PYTHONPATH": str(HOUSE), "PYTHONPYCACHEPREFIX": str(place / "bytecode")}

    def run(*words: str) -> float:
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, *words], cwd=path, env=environment, capture_output=True, check=True
        )
        return time.perf_counter() - started

    base = ("-c", "import click, pygit2")
    row = ("date=2026-01-01", "task=t", "checkpoint=plan", "planned=3")
    run("-m", "gitledger", "init")
    mine, other = [], []
    for _ in range(sizes.processes + 1):
        other.append(run(*base))
        mine.append(run("-m", "gitledger", "append", "tokens", *row))
    ratio = statistics.median(mine[1:]) / statistics.median(other[1:])
    return Figure(
        "`gitledger append` against `import click, pygit2` (medians, processes)",
        f"{statistics.median(mine[1:]) * 1e3:.0f} ms, "
        f"{statistics.median(other[1:]) * 1e3:.0f} ms: {ratio:.2f}x",
        "<= 1.5x",
        ratio <= 1.5,
    )


def size(place: Path, sizes: Sizes) -> Figure:
    """The repository after `git gc` against its rows as JSON lines, gzipped."""
    path = place / f"notes-{sizes.large}"
    repository = opened(path)
    tip = tip_of(repository, BRANCH)
    lines = b"\n".join(
        json.dumps(json.loads(tip.read(p.oid))).encode() for p in places(tip, "notes")
    )
    git(path, "gc", "-q", "--prune=now")
    packed = sum(file.stat().st_size for file in (path / ".git/objects").rglob("*"))
    zipped = len(gzip.compress(lines))
    count = len(kept(opened(path)))
    return Figure(
        f"repository of {count} rows after git gc against JSON lines gzipped",
        f"{packed / 1e6:.1f} MB, {zipped / 1e6:.1f} MB: {packed / zipped:.1f}x",
        "reported: every row keeps its own 20-byte id, header, index entry and tree line, and "
        "names that are hashes do not compress",
        None,
    )


def main() -> int:
    """Measure everything; 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="about a tenth of the numbers")
    parser.add_argument("--dir", default=None, help="where the repositories are made")
    options = parser.parse_args()
    sizes = QUICK if options.quick else FULL
    os.environ.update(PERSON)
    missed = 0
    with tempfile.TemporaryDirectory(dir=options.dir) as name:
        place = Path(name)
        for measure in (single_appends, batch, growth, reading, process, size):
            found = measure(place, sizes)
            for figure in [found] if isinstance(found, Figure) else found:
                mark = {True: "reached", False: "MISSED", None: ""}[figure.good]
                print(f"{figure.what}\n    {figure.measured}   [{figure.goal}] {mark}", flush=True)
                missed += figure.good is False
    return int(missed > 0)


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {sys.version.split()[0]}")
    sys.exit(main())
