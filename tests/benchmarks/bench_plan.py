"""`plan` and `drift` over 200,000 points of a trace: process time, and the size of a heavy week.

Prints seconds and kilobytes, and whether each goal is reached; exit 1 when one is missed. Goals:
each verb under 2 s of process time with its imports; a heavy week under 100 kB. `--quick` takes a
tenth.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from gitledger.book.opening import open_book
from gitledger.book.traces import record_trace
from gitledger.book.world import World
from gitledger.windows.snapshot import MeterReading
from gitledger.windows.token_hours import TokenDay, TokenKind
from gitledger.windows.trace import Shown
from gitledger.windows.trace_rows import trace_rows

POINTS = 200_000
START = datetime(2024, 1, 1, 7, tzinfo=UTC)
WEEK, WINDOW = timedelta(days=7), timedelta(hours=5)
MINUTES = 3
TURNS = 3


def shown(moment: int) -> Shown:
    """The meters at one moment of an account that is always at work: both go up all the time."""
    at = START + timedelta(minutes=MINUTES * moment)
    since_week, since_window = (at - START) % WEEK, (at - START) % WINDOW
    meters = (
        ("5h", 300, 100 * (since_window / WINDOW), at - since_window + WINDOW),
        ("weekly", 10_080, 95 * (since_week / WEEK), at - since_week + WEEK),
    )
    readings = tuple(
        MeterReading(
            "default", name, Decimal(int(used)), at,
            rounding="floor", window_minutes=minutes, resets_at=resets,
        )
        for name, minutes, used, resets in meters
    )  # fmt: skip
    return ("claude", "default"), "claude-statusline", readings


def tokens(day: int) -> TokenDay:
    """One day of an account that is always at work with two models and their sub-agents."""
    hours = dict.fromkeys(range(24), (12345, 456789, 1234567, 98765432))
    kinds = {
        TokenKind("a" * 16, "claude-transcript", model, beside): hours
        for model in ("claude-opus-4-6", "claude-haiku-4-5")
        for beside in (False, True)
    }
    return TokenDay("claude", "default", str((START + timedelta(days=day)).date()), kinds)


def seconds(directory: Path, *words: str) -> float:
    """Process time of one command, children counted, the least of some turns."""
    took = []
    for _ in range(TURNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "gitledger", *words], cwd=directory, capture_output=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(took)


def ground(directory: Path) -> None:
    """An empty ledger in a repository of its own."""
    for words in (["init", "-q"], ["config", "user.name", "A"], ["config", "user.email", "a@b.c"]):
        subprocess.run(["git", *words], cwd=directory, check=True)
    commit = ["git", "commit", "-q", "--allow-empty", "-m", "x"]
    subprocess.run(commit, cwd=directory, check=True)
    words = [sys.executable, "-m", "gitledger", "init", "--no-hooks"]
    subprocess.run(words, cwd=directory, check=True, capture_output=True)


def main() -> int:
    """Print every figure; 1 when a goal is missed."""
    many = POINTS // 10 if "--quick" in sys.argv else POINTS
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        directory, home = Path(folder) / "repo", Path(folder) / "home"
        directory.mkdir()
        home.mkdir()
        os.environ |= {"HOME": str(home), "XDG_STATE_HOME": str(home)}
        ground(directory)
        now = START + timedelta(minutes=MINUTES * 4 * many)
        rows = kept = moments = 0
        while kept < many:
            part = [shown(n) for n in range(moments, moments + 24_000)]
            moments += len(part)
            made = trace_rows(part, date(2100, 1, 1))
            kept += sum(row["points"] for row in made)
            book = open_book(World(directory, now, dict(os.environ)))
            days = range((moments - len(part)) * MINUTES // 1440, moments * MINUTES // 1440)
            rows += record_trace(book, part, [tokens(day) for day in days])[0]
        print(f"{kept} points in {rows} rows")
        for verb in ("plan", "drift", "resets"):
            took = seconds(directory, verb, "--json")
            goal = verb == "resets" or took < 2
            missed += not goal
            print(f"{verb}: {took:.2f} s of process time{'' if goal else '  MISSED: under 2'}")
    readings = [shown(n) for n in range(7 * 24 * 60 // MINUTES)]
    week = trace_rows(readings, date(2100, 1, 1), [tokens(day) for day in range(7)])
    size = sum(len(json.dumps(row)) for row in week) / 1000
    missed += size >= 100
    print(f"a heavy week: {size:.1f} kB{'' if size < 100 else '  MISSED: under 100'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
