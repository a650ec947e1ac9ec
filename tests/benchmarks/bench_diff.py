"""`diff --md` and `check` of 1,000 new rows that touch 1,000 windows of a ledger of 100,000 rows.

Run: python tests/benchmarks/bench_diff.py [--rows N] [--keep DIR]. The head is a proposal with a
merge of a base that went on. Goals: `diff --md` under 3 s, `check` under 1 s, of process time.
Exit code 1 when a goal was missed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from gitledger.book.defaults import shipped_default, shipped_ledgers
from gitledger.ledger import codec, layout
from gitledger.ledger.row import Row

BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
WINDOWS = 1_000
NEW = 1_000
WORK = 40  # windows that a thousand rows are of, where one has five runs and twenty commits
BASE, HEAD = "refs/heads/gitledger/main", "refs/heads/gitledger/proposal"
FEW = "refs/heads/gitledger/proposal-few"
# shares of the rest: five runs and twenty commits a window, the others are a proxy's events
OTHERS = (("evidence", 1), ("commits", 4), ("telemetry", 15))
RUNS = (("evidence", 1),)  # the worst mix: every row is of a window that is touched
INSTALLED = {name: word for name, word in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def stamp(moment: datetime) -> str:
    """A moment as columns hold it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def snapshot(window: int, phase: str) -> dict[str, object]:
    """A reading before or after a window."""
    start = BEGIN + timedelta(hours=3 * window)
    at = start + timedelta(hours=2 if phase == "after" else 0)
    used = 5 * (window % 18) + (4 if phase == "after" else 0)
    reading = {"meter": "weekly", "used_pct": used, "resolution": 1, "rounding": "nearest",
               "window_minutes": 10_080}  # fmt: skip
    place = {"window": f"W{window // 50}-{window % 50:02}", "provider": "codex"}
    return {**place, "account": "default", "phase": phase, "captured_at": stamp(at),
            "source": "codex", "readings": (reading,)}  # fmt: skip


def finished(window: int) -> dict[str, object]:
    """What a window delivered."""
    stated = {"provider": "codex", "account": "default", "features": 1 + window % 4}
    at = BEGIN + timedelta(hours=3 * window + 2, minutes=10)
    return {"window": f"W{window // 50}-{window % 50:02}", "finalised_at": stamp(at),
            "features": (stated,), "outcome": "pass"}  # fmt: skip


def beside(ledger: str, number: int) -> dict[str, object]:
    """A row of a ledger that is large: a run, a commit, an event of a proxy."""
    window = f"W{number % WINDOWS // 50}-{number % 50:02}"
    at = stamp(BEGIN + timedelta(seconds=number))
    if ledger == "evidence":
        named = {"capability": f"capability-{number % 97}", "test_run_id": f"run-{number:08}"}
        return {"window": window, **named, "runner": "pytest", "result": "pass"}
    if ledger == "commits":
        return {"sha": f"{number + 1:040x}", "parents": (f"{number:040x}",), "committed_at": at,
                "windows": (window,), "insertions": number % 90, "deletions": 3}  # fmt: skip
    return {"event": "completion", "at": at, "rid": f"r{number}", "status": "200"}


def values(count: int, mix: Sequence[tuple[str, int]]) -> Iterator[tuple[str, dict[str, object]]]:
    """So many rows, windows first; each with its ledger."""
    for window in range(WINDOWS):
        yield "snapshots", snapshot(window, "before")
        yield "snapshots", snapshot(window, "after")
        yield "windows", finished(window)
    kinds = [name for name, share in mix for _ in range(share)]
    for number in range(count - 3 * WINDOWS):
        ledger = kinds[number % len(kinds)]
        yield ledger, beside(ledger, number)


def committed(ref: str, mark: int, parents: list[int], files: dict[str, bytes], said: str) -> bytes:
    """A commit as `git fast-import` reads it."""
    text = said.encode()
    out = [b"commit %s\nmark :%d\n" % (ref.encode(), mark)]
    out.append(b"committer Ada <ada@example.org> %d +0000\n" % (1_800_000_000 + mark))
    out.append(b"data %d\n%s\n" % (len(text), text))
    out += [b"%s :%d\n" % (b"merge" if n else b"from", p) for n, p in enumerate(parents)]
    for path, data in files.items():
        out.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    return b"".join(out)


class Branch:
    """The ledger as it is written: marks of commits, and how full each ledger's buckets are."""

    def __init__(self) -> None:
        self.mark, self.counts = 0, dict[str, int]()

    def begin(self) -> bytes:
        """The root with every text."""
        files = {name: shipped_default(name).encode() for name in ("README.md", "rules.yaml")}
        files["gitledger.yaml"] = shipped_default("gitledger.yaml").encode()
        files |= {layout.schema_path(n): text.encode() for n, text in shipped_ledgers().items()}
        self.mark += 1
        return committed(BASE, self.mark, [], files, "ledger: begin\n")

    def row(self, ref: str, parent: int, ledger: str, columns: dict[str, object]) -> bytes:
        """A commit of one row."""
        number = self.counts[ledger] = self.counts.get(ledger, -1) + 1
        self.mark += 1
        at = (BEGIN + timedelta(days=200, milliseconds=self.mark)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        made, data = codec.encode(Row(ledger, at, "main", "gitledger 0.2.0", columns))
        file = layout.row_file(at, made.id)
        path = layout.row_path(ledger, number // layout.BUCKET_ROWS, file)
        said = f"{ledger}: row\n\nLedger-Row: {made.id}\nLedger-Agent: main\n"
        return committed(ref, self.mark, [parent], {path: data}, said)


def stream(count: int, mix: Sequence[tuple[str, int]]) -> Iterator[bytes]:
    """The base, then the proposals, each of which merges the base's last ten rows halfway.

    The new rows of one touch every window; those of the other as many as they are the work of.
    """
    branch = Branch()
    yield branch.begin()
    rows = list(values(count, mix))
    files: dict[str, bytes] = {}
    for ledger, columns in rows[:-10]:
        yield branch.row(BASE, branch.mark, ledger, columns)
    fork = branch.mark
    for ledger, columns in rows[-10:]:
        made = branch.row(BASE, branch.mark, ledger, columns)
        path, _, rest = made.partition(b"M 100644 inline ")[2].partition(b"\ndata ")
        files[path.decode()] = rest.partition(b"\n")[2][:-1]
        yield made
    newest = branch.mark
    for head, touched in ((HEAD, WINDOWS), (FEW, WORK)):
        at = fork
        for number in range(NEW):
            if number == NEW // 2:
                branch.mark += 1
                yield committed(head, branch.mark, [at, newest], files, "merge: both\n")
                at = branch.mark
            window = number % touched
            run = beside("evidence", 10_000_000 + WINDOWS * number + window)
            yield branch.row(head, at, "evidence", run)
            at = branch.mark


def build(folder: Path, count: int, mix: Sequence[tuple[str, int]]) -> None:
    """A bare repository with the base and the proposal."""
    subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True)
    words = ["git", "fast-import", "--quiet"]
    with subprocess.Popen(words, cwd=folder, stdin=subprocess.PIPE) as importer:
        assert importer.stdin
        importer.stdin.writelines(stream(count, mix))
        importer.stdin.close()
    assert importer.returncode == 0


def cost(folder: Path, *words: str) -> tuple[float, str]:
    """Process time of one run, its children's included, and what it printed."""
    before = os.times()
    told = [sys.executable, "-m", "gitledger", *words]
    done = subprocess.run(
        told, cwd=folder, env=INSTALLED, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout[:2000]
    after = os.times()
    used = after.children_user + after.children_system
    return used - before.children_user - before.children_system, done.stdout


def main() -> int:
    """Measure and print; 1 when a goal was missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--worst", action="store_true", help="evidence alone beside the windows")
    options.add_argument("--keep", type=Path, help="build there, and take what stands there")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (given.keep or Path(scratch)) / f"ledger-{given.rows}{'-worst' * given.worst}.git"
        if not folder.exists():
            build(folder, given.rows, RUNS if given.worst else OTHERS)
        missed = 0
        head, few = (ref.removeprefix("refs/heads/") for ref in (HEAD, FEW))
        for goal, windows, words in (
            (3.0, WINDOWS, ("diff", f"gitledger/main...{head}", "--md")),
            (1.0, WORK, ("check", "--base", "gitledger/main", "--head", few)),
            (1.0, WINDOWS, ("check", "--base", "gitledger/main", "--head", head)),
        ):
            runs = [cost(folder, *words) for _ in range(given.runs)]
            used = median(seconds for seconds, _ in runs)
            missed += used > goal
            said = "reached" if used <= goal else "MISSED"
            print(f"{words[0]:<6} {NEW:,} new rows of {windows:,} windows on {given.rows:,}:"
                  f" {used:.2f} s of process time"
                  f" (goal < {goal:.0f} s): {said}; {len(runs[0][1]):,} characters")  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
