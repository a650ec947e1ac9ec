"""A lake of 12.5 million windows asked by DuckDB: wall time, memory, and what start-up costs.

Run: python tests/benchmarks/bench_fleet.py [--quick] [--keep DIR]. The lake is 500 tables of
25,000 windows each, `--quick` takes 50. Five are drawn and the others are links to them: every
table is read, but the file cache of the machine holds five files. Each keeps its answers beside it,
as a collection leaves it; a question of some days of a table reads its rows, and such an answer has
the lines of five repositories. Goals: under 2 s and under 200 MB on two cores, but where a year's
rows or more are read; a preview of a small lake within .5 s of `python -c "import duckdb"`.
"""

import argparse
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zlib
from decimal import Decimal
from pathlib import Path

from gitledger.fleet.chains import neighbours_of, window_squares
from gitledger.fleet.lake import Lake, write_table
from gitledger.fleet.rows import checked_row, lasting_cells
from gitledger.fleet.table_answers import keep_answers, kept_path
from gitledger.git.files import put_in_folder
from gitledger.measure.outcome import AccountPart, WindowOutcome
from gitledger.windows.churn import WindowChurn

WINDOWS = 25_000
DRAWN = 5
# a question, by what, from which day on, whether it has a goal
ASKED = (
    ("all days", "", "0", True),
    ("all days by methodology", "methodology", "0", True),
    ("from the first day on", "", "20240101", True),
    ("the last quarter of three years", "", "20261001", True),
    ("the last year of three", "", "20260101", False),
    ("from the second day on, every row read", "", "20240102", False),
)
ASK = """
import sys, time
from gitledger.fleet.ask import ask
from gitledger.fleet.question import LakeQuestion
begun = time.perf_counter()
told = ask(sys.argv[1], LakeQuestion(sys.argv[2], int(sys.argv[3])))
wall = time.perf_counter() - begun
spent = time.process_time()
status = open("/proc/self/status").read()  # what getrusage tells includes who started this
most = int(status.partition("VmHWM:")[2].split()[0]) / 1024
print(wall, spent, sum(part.features.n for part in told.parts), most)
"""


def table(path: Path, seed: int) -> None:
    """One repository's windows: two providers, chains of four, churn known of two in three."""
    luck = random.Random(seed)
    outcomes = []
    for number in range(WINDOWS):
        points = float(luck.randint(1, 30))
        dead = luck.randint(0, 20) / 40
        months, day = divmod(number // 25, 28)
        year, month = divmod(months, 12)
        outcomes.append(
            WindowOutcome(
                f"W-{number:05d}",
                ("codex", "claude")[number % 2],
                luck.randint(0, 6),
                points,
                parts=(AccountPart(follows=f"W-{number - 2:05d}" if number % 8 > 1 else ""),),
                methodology=("plain", "spec")[luck.random() < 0.5],
                outcome="pass",
                at=f"{2024 + year}-{month + 1:02}-{day + 1:02}T{number % 24:02}:00:00Z",
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
            keep_answers([path])
        else:
            drawn_path = tables / f"{number % drawn:040x}.parquet"
            os.link(drawn_path, path)
            keep_as(path, drawn_path)
    return folder


def keep_as(path: Path, drawn: Path) -> None:
    """Keep of a link what is kept of the table behind it, under the link's own root."""
    told = json.loads(kept_path(drawn).read_bytes())
    for by, packed in told["answers"].items():
        plain = zlib.decompress(base64.b85decode(packed))
        own = zlib.compress(plain.replace(drawn.stem.encode(), path.stem.encode()))
        told["answers"][by] = base64.b85encode(own).decode()
    put_in_folder(kept_path(path), json.dumps(told).encode())


def timed(*words: str) -> tuple[float, str]:
    """Wall seconds and the answer of a fresh Python."""
    begun = time.perf_counter()
    running = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    out = running.communicate()[0]
    wall = time.perf_counter() - begun
    if running.returncode:
        sys.exit(out)
    return wall, out


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
        for what, by, since, goal in ASKED:
            runs = [timed("-c", ASK, str(folder), by, since) for _ in range(3)]
            figures = [tuple(map(float, out.split())) for _, out in runs]
            wall, spent, rows, _ = min(figures)
            used = max(most for *_, most in figures)
            good = not goal or (wall < 2 and used < 200)
            told_by = f"{wall:.2f} s, {spent:.2f} s of process time with the start, {used:.0f} MB"
            head = f"{what}: {many * WINDOWS:,} windows, {rows:,.0f} of them in a figure"
            reached &= told(head, told_by, "< 2 s, < 200 MB" if goal else "no goal", good=good)
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
