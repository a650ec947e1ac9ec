"""How large a ledger is that one call filled, one commit a row: after the call, and after `git gc`.

python tests/benchmarks/bench_batch_size.py [ROWS]
"""

import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pygit2

from gitledger.book.world import World
from gitledger.commands.init import init
from gitledger.git.branch.draft import Draft
from gitledger.git.branch.record import Stamp, record
from gitledger.git.objects import run_git
from gitledger.git.repository import identity, open_repository

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MIB = 1 << 20


def packed(folder: Path) -> float:
    """MiB of all packs and their indexes."""
    files = (folder / ".git" / "objects" / "pack").iterdir()
    return sum(file.stat().st_size for file in files) / MIB


def main(count: int) -> None:
    """Record, measure, collect, measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pygit2.init_repository(name)
        world = World(folder, NOW, dict(os.environ))
        init(world)
        repository = open_repository(folder, world.environment)
        key = {"runner": "pytest", "result": "pass", "capability": "c", "window": "W1"}
        drafts = [Draft("evidence", {**key, "test_run_id": f"run-{n:08d}"}) for n in range(count)]
        began = time.perf_counter()
        stamp, who = Stamp("main", "gitledger 0", NOW), identity(repository, NOW)
        record(repository, "gitledger/main", drafts, stamp=stamp, who=who, rows_per_commit=1)
        took, first = time.perf_counter() - began, packed(folder)
        run_git(repository, ("gc", "--quiet"))
        last = packed(folder)
        print(f"{count} rows, one commit each: {took:.1f} s, {first:.1f} MiB; gc: {last:.1f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
