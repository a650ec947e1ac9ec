"""`verify` of N one-row commits against `git log --raw --no-renames` of the same branch.

Run: python tests/benchmarks/bench_verify.py [--quick] [--keep DIR]. Goal: at most 4 times.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from gitledger.book.defaults import shipped_default
from gitledger.ledger import codec, layout
from gitledger.ledger.row import Row

BRANCH = "refs/heads/gitledger/main"
SCHEMA = """gitledger: 1
ledger: evidence
title: An acceptance run
key: [test_run_id]
columns:
  window:      {type: text, required: true}
  capability:  {type: text, required: true}
  test_run_id: {type: text, required: true}
  runner:      {type: text, required: true}
  result:      {type: text, required: true, enum: [pass, fail, partial]}
  ran_at:      {type: timestamp}
  seconds:     {type: number, unit: s, min: 0}
  notes:       {type: text}
"""

# an installed program has its bytecode beside it
INSTALLED = {name: word for name, word in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def row(number: int) -> Row:
    """A row like those of real use: eight columns, some 400 bytes."""
    minute, second = divmod(number, 60)
    hour, minute = divmod(minute, 60)
    moment = f"2026-{1 + hour // 672:02d}-{1 + hour // 24 % 28:02d}T{hour % 24:02d}:{minute:02d}"
    return Row(
        "evidence",
        f"{moment}:{second:02d}.000000Z",
        "main",
        "gitledger 0.1.0",
        {
            "window": f"2026-W{number // 5000:02d}",
            "capability": f"capability-{number % 97}",
            "test_run_id": f"run-{number:08d}",
            "runner": "pytest",
            "result": "pass" if number % 7 else "fail",
            "ran_at": f"{moment}:{second:02d}Z",
            "seconds": number % 600,
            "notes": "every scenario of the feature file was run on a clean checkout",
        },
    )


def _commit(message: str, files: dict[str, bytes], when: int) -> Iterator[bytes]:
    text = message.encode()
    yield b"commit %s\ncommitter Ada <ada@example.org> %d +0000\n" % (BRANCH.encode(), when)
    yield b"data %d\n%s\n" % (len(text), text)
    for path, data in files.items():
        yield b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)


def stream(count: int) -> Iterator[bytes]:
    """The branch as `git fast-import` reads it: a root, then one row a commit."""
    yield from _commit(
        "ledger: begin\n",
        {
            layout.README: b"A ledger\n",
            layout.CONFIG: shipped_default(layout.CONFIG).encode(),
            layout.RULES: shipped_default(layout.RULES).encode(),
            layout.schema_path("evidence"): SCHEMA.encode(),
        },
        1_700_000_000,
    )
    for number in range(count):
        named, data = codec.encode(row(number))
        path = layout.row_path(
            "evidence",
            number // layout.BUCKET_ROWS,
            layout.row_file(named.recorded_at, named.id),
        )
        message = (
            f"evidence: run-{number:08d}\n\nLedger-Row: {named.id}\nLedger-Agent: main\n"
            f"Ledger-Window: {named.values['window']}\n"
        )
        yield from _commit(message, {path: data}, 1_700_000_001 + number)


def build(folder: Path, count: int) -> None:
    """A bare repository whose ledger branch has `count` one-row commits."""
    git(folder.parent, "init", "-q", "--bare", str(folder))
    with subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE
    ) as importer:
        assert importer.stdin
        importer.stdin.writelines(stream(count))
        importer.stdin.close()
    assert importer.returncode == 0


def git(folder: Path, *words: str) -> None:
    """Run git, its output thrown away."""
    subprocess.run(["git", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def cost(words: list[str], folder: Path) -> tuple[float, float]:
    """Wall time and processor time (children included) of one run of a program, in seconds."""
    before, began = os.times(), time.perf_counter()
    subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL, env=INSTALLED)
    wall, after = time.perf_counter() - began, os.times()
    used = after.children_user + after.children_system
    return wall, used - before.children_user - before.children_system


def measure(folder: Path, count: int, times: int) -> float:
    """Print the medians of runs that alternate; the ratio of the wall times.

    The processor ratio tells the same on a machine that others use too.
    """
    log = ["git", "log", "--raw", "--no-renames", "gitledger/main"]
    verify = [sys.executable, "-m", "gitledger", "verify", "--quiet"]
    cost(verify, folder)
    runs = [(cost(log, folder), cost(verify, folder)) for _ in range(times)]
    wall = [median(run[side][0] for run in runs) for side in (0, 1)]
    used = [median(run[side][1] for run in runs) for side in (0, 1)]
    print(
        f"{count:>7} rows: verify {wall[1]:6.2f} s, git log {wall[0]:5.2f} s: "
        f"{wall[1] / wall[0]:.2f}x (goal 4); processor {used[1] / used[0]:.2f}x"
    )
    return wall[1] / wall[0]


def main() -> None:
    """Build, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true", help="10,000 rows only")
    options.add_argument("--keep", type=Path, help="build the repositories here, once")
    chosen = options.parse_args()
    sizes = [10_000] if chosen.quick else [10_000, 100_000]
    with tempfile.TemporaryDirectory() as scratch:
        for count in sizes:
            folder = (chosen.keep or Path(scratch)) / f"ledger-{count}.git"
            if not folder.exists():
                build(folder, count)
            measure(folder, count, 7 if count < 50_000 else 3)


if __name__ == "__main__":
    main()
