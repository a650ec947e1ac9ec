"""Churn against git itself: `python tests/benchmarks/bench_churn.py [--quick]`.

Prints wall-time ratios (medians over the repeats, interleaved) and peak memory, for generated
repositories of 200 and 2,000 commits, linear and merge-heavy; exits 1 where a goal is missed.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1] / "git"), str(HERE.parent)]

from generated import Generated  # noqa: E402

GOALS = {"numstat": 1.3, "linear": 1.8, "merge-heavy": 3.5, "blame": 10.0, "memory": 200.0}
PROGRAM = """
import resource, sys, time
from pathlib import Path
from survivals import traced
from survivals import facts_of
which, path, start, end = sys.argv[1:]
before = time.perf_counter()
if which == "facts":
    facts_of(Path(path), start, end)
else:
    traced(Path(path), start, end, end)
spent = time.perf_counter() - before
print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def timed(task: Callable[[], object]) -> float:
    """Wall seconds of a task."""
    before = time.perf_counter()
    task()
    return time.perf_counter() - before


def measured(which: str, path: Path, start: str, end: str) -> tuple[float, float]:
    """Seconds and peak MB of a measure in a fresh interpreter; the imports are not counted."""
    search = f"import sys; sys.path[:0] = {sys.path!r}\n"
    told = subprocess.run(
        [sys.executable, "-c", search + PROGRAM, which, path, start, end],
        capture_output=True,
        check=True,
    )
    seconds, memory = told.stdout.split()
    return float(seconds), float(memory)


def log_numstat(path: Path, start: str, end: str) -> None:
    """What everything is compared with."""
    words = ["git", "log", "--numstat", "-M", f"{start}..{end}"]
    subprocess.run(words, cwd=path, stdout=subprocess.DEVNULL, check=True)


def reverse_blame(path: Path, start: str, end: str) -> None:
    """The lines' fates by `git blame`: each file of the range's end, one after the other."""
    listed = subprocess.run(
        ["git", "diff", "--name-only", "--diff-filter=AM", start, end],
        cwd=path,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split():
        words = ["git", "blame", "-s", "--porcelain", f"{start}..{end}", "--", name]
        subprocess.run(words, cwd=path, stdout=subprocess.DEVNULL, check=True)


def compare(kind: str, count: int, repeats: int) -> list[str]:
    """Print the figures of one repository; the goals it misses."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "repo"
        made = Generated(seed=count)
        made.linear(count) if kind == "linear" else made.merge_heavy(count)
        start = made.write(path)
        end = subprocess.check_output(["git", "rev-parse", "main"], cwd=path).decode().strip()
        runs = [
            (
                timed(lambda: log_numstat(path, start, end)),
                measured("facts", path, start, end),
                measured("survival", path, start, end),
            )
            for _ in range(repeats)
        ]
        blame = timed(lambda: reverse_blame(path, start, end))
    base = statistics.median(log for log, _, _ in runs)
    numstat = statistics.median(facts[0] / log for log, facts, _ in runs)
    survival = statistics.median(pass_[0] / log for log, _, pass_ in runs)
    faster = blame / statistics.median(pass_[0] for _, _, pass_ in runs)
    memory = max(pass_[1] for _, _, pass_ in runs)
    print(
        f"{kind:12} {count:5} commits  log --numstat {base:6.3f} s  facts x{numstat:.2f}  "
        f"survival x{survival:.2f}  blame {faster:5.1f}x slower  peak {memory:.0f} MB"
    )
    met = {
        "numstat": numstat <= GOALS["numstat"],
        kind: survival <= GOALS[kind],
        "blame": faster >= GOALS["blame"],
        "memory": memory < GOALS["memory"],
    }
    return [f"{kind} {count}: {name}" for name, fine in met.items() if not fine]


def main() -> int:
    """Both kinds, both sizes; 0 when every goal is met."""
    quick = "--quick" in sys.argv
    sizes = (200,) if quick else (200, 2_000)
    missed = [
        text
        for count in sizes
        for kind in ("linear", "merge-heavy")
        for text in compare(kind, count, 3 if quick else 5)
    ]
    print("missed: " + "; ".join(missed) if missed else "every goal met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
