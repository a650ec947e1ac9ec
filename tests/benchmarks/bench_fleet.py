"""A lake of 12.5 million windows asked by DuckDB: wall time, memory, and what start-up costs.

Run: python tests/benchmarks/bench_fleet.py [--quick] [--keep DIR]. The lake is 500 tables of
25,000 windows each, `--quick` takes 50. Five are drawn and the others are links to them: every
table is read and decoded, but an answer has the lines of five repositories, and the file cache of
the machine holds five files. Goals: features per point in under 2 s and
under 200 MB on two cores; a preview of a small lake within .5 s of `python -c "import duckdb"`.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from gitledger.fleet.chains import neighbours_of, window_squares
from gitledger.fleet.lake import Lake, write_table
from gitledger.fleet.rows import checked_row, lasting_cells
from gitledger.measure.outcome import AccountPart, WindowOutcome
from gitledger.windows.churn import WindowChurn

WINDOWS = 25_000
DRAWN = 5
ASK = """
import sys, time
from gitledger.fleet.ask import ask
from gitledger.fleet.question import LakeQuestion, asked
from gitledger.fleet.engine import duckdb_rows, tables_of
from pathlib import Path
begun = time.perf_counter()
with duckdb_rows(tables_of(Path(sys.argv[1]))) as rows:
    found = asked(rows, LakeQuestion(), sys.argv[2])
print(time.perf_counter() - begun, sum(int(r["n"]) for r in found))
"""


def table(path: Path, seed: int) -> None:
    """One repository's windows: two providers, chains of four, churn known of two in three."""
    luck = random.Random(seed)
    outcomes = []
    for number in range(WINDOWS):
        points = float(luck.randint(1, 30))
        dead = luck.randint(0, 20) / 40
        month, day = divmod(number // 90, 28)
        outcomes.append(
            WindowOutcome(
                f"W-{number:05d}",
                ("codex", "claude")[number % 2],
                luck.randint(0, 6),
                points,
                parts=(AccountPart(follows=f"W-{number - 2:05d}" if number % 8 > 1 else ""),),
                methodology=("plain", "spec")[luck.random() < 0.5],
                outcome="pass",
                at=f"2026-{month % 12 + 1:02}-{day + 1:02}T{number % 24:02}:00:00Z",
                churn=WindowChurn(so_far=dead, upper=dead) if number % 3 else WindowChurn(),
            )
        )
    chains = neighbours_of(outcomes)
    rows = [
        checked_row(
            {
                "window_id": o.window,
                "provider": o.provider,
                "meter": "weekly",
                "unit": "pp",
                "rule": "typed",
                "why": "",
                "methodology": o.methodology,
                "day": int(o.at[:10].replace("-", "")),
                "plan": Decimal(5),
                "x": o.successes,
                "y": o.used,
                "steps": window_squares(o),
            }
            | lasting_cells(o)
            | chains[o.window, o.provider]
        )
        for o in outcomes
    ]
    root = f"{seed:040x}"
    write_table(
        path / f"{root}.parquet", rows, {"repo": root, "repo_name": "", "tip": root, "team": ""}
    )


def lake(folder: Path, many: int) -> Path:
    """Tables of which a few are drawn, and the others are links to those."""
    tables = Lake(folder).tables
    tables.mkdir(parents=True, exist_ok=True)
    drawn = min(many, DRAWN)
    for number in range(many):
        path = tables / f"{number:040x}.parquet"
        if path.exists():
            continue
        if number < drawn:
            table(tables, number)
        else:
            os.link(tables / f"{number % drawn:040x}.parquet", path)
    return folder


def timed(*words: str) -> tuple[float, float, str]:
    """Wall seconds, megabytes and the answer of a fresh Python."""
    begun = time.perf_counter()
    running = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    out = running.communicate()[0]
    wall = time.perf_counter() - begun
    if running.returncode:
        sys.exit(out)
    return wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, out


def told(what: str, measured: str, goal: str, *, good: bool) -> bool:
    """Print one figure against its goal; whether it is reached."""
    print(f"{what}\n    {measured}   [{goal}] {'reached' if good else 'MISSED'}", flush=True)
    return good


def main() -> int:
    """Draw, ask, compare with the goals; 1 when one was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", default="")
    given = parser.parse_args()
    many = 50 if given.quick else 500
    with tempfile.TemporaryDirectory() as scratch:
        folder = lake(Path(given.keep or scratch), many)
        reached = True
        for name in ("features", "lasting"):
            runs = [timed("-c", ASK, str(folder), name) for _ in range(3)]
            wall, rows = min((float(out.split()[0]), out.split()[1]) for _, _, out in runs)
            used = max(size for _, size, _ in runs)
            good = wall < 2 and used < 200
            what = f"{name}: {many * WINDOWS:,} windows, {rows} of them in a figure"
            reached &= told(what, f"{wall:.2f} s, {used:.0f} MB", "< 2 s, < 200 MB", good=good)
        small = lake(Path(scratch) / "small", 1)
        bare = min(timed("-c", "import duckdb")[0] for _ in range(3))
        words = ("-m", "gitledger", "fleet", "preview", "--lake", str(small))
        ours = min(timed(*words)[0] for _ in range(3))
        measured = f"{ours:.2f} s against {bare:.2f} s"
        reached &= told("preview of one table", measured, "+ .5 s", good=ours - bare < 0.5)
    return int(not reached)


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.exit(main())
