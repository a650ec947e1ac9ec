"""Churn against git itself: `python tests/benchmarks/bench_churn.py [--quick]`.

Generated repositories of 200 and 2,000 commits, linear and merge-heavy; the range is the first two
thirds, its lines are followed to the tip. Prints wall-time ratios to `git log --numstat -M` over
the same history (best of the interleaved repeats, so that other work on the machine counts
little), CPU ratios, and peak memory; exits 1 where a goal is missed.

- numstat: the counts of every commit, as log gives them; facts: net, gross, patch-id and trees
- survival: the fate of every line of the range; blame: the same by `git blame` file by file
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1] / "git"), str(HERE.parent)]

from generated import Generated  # noqa: E402

GOALS = {"numstat": 1.3, "linear": 1.8, "merge-heavy": 3.5, "blame": 10.0, "memory": 200.0}
PROGRAM = """
import resource, sys, time
from pathlib import Path
from survivals import counted, facts_of, traced
which, path, start, end, tip = sys.argv[1:]
tasks = {
    "numstat": lambda: counted(Path(path), start, tip),
    "facts": lambda: facts_of(Path(path), start, tip),
    "survival": lambda: traced(Path(path), start, end, tip),
}
def cpu():
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, who))
before, spent = time.perf_counter(), cpu()
tasks[which]()
print(time.perf_counter() - before, cpu() - spent,
    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
TASKS = ("numstat", "facts", "survival")


@dataclass(frozen=True)
class Run:
    """Wall and CPU seconds, and peak memory in MB."""

    wall: float
    cpu: float
    memory: float = 0.0


def git_run(path: Path, *commands: Sequence[str]) -> Run:
    """Some git commands, one after the other."""
    who, before = resource.RUSAGE_CHILDREN, time.perf_counter()
    spent = resource.getrusage(who)
    for words in commands:
        subprocess.run(["git", *words], cwd=path, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(who)
    cpu = after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime
    return Run(time.perf_counter() - before, cpu)


def measured(which: str, path: Path, ends: Sequence[str]) -> Run:
    """A measure in a fresh interpreter; its imports are not counted."""
    search = f"import sys; sys.path[:0] = {sys.path!r}\n"
    told = subprocess.run(
        [sys.executable, "-c", search + PROGRAM, which, path, *ends],
        capture_output=True,
        check=True,
    )
    return Run(*map(float, told.stdout.split()))


def blame_commands(path: Path, ends: Sequence[str]) -> list[Sequence[str]]:
    """What `git blame` needs: who bore each line at the range's end, and how long it lived."""
    start, end, tip = ends
    listed = subprocess.check_output(
        ["git", "diff", "--name-only", "--diff-filter=AM", start, end], cwd=path
    )
    names = listed.decode().split()
    born = [("blame", "-s", "--porcelain", f"{start}..{end}", "--", name) for name in names]
    lived = [
        ("blame", "-s", "--porcelain", "--reverse", f"{end}..{tip}", "--", name) for name in names
    ]
    return [*born, *lived]


def generated(folder: Path, kind: str, count: int) -> tuple[Path, tuple[str, str, str]]:
    """A repository and its start, range end and tip."""
    path = folder / "repo"
    made = Generated(seed=count)
    if kind == "linear":
        made.linear(count)
    else:
        made.merge_heavy(count)
    made.write(path)
    words = ["git", "rev-list", "--first-parent", "--reverse", "main"]
    chain = subprocess.check_output(words, cwd=path).decode().split()
    return path, (chain[0], chain[len(chain) * 2 // 3], chain[-1])


def compare(kind: str, count: int, repeats: int) -> list[str]:
    """Print the figures of one repository; the goals it misses."""
    with tempfile.TemporaryDirectory() as folder:
        path, ends = generated(Path(folder), kind, count)
        log = ("log", "--numstat", "-M", f"{ends[0]}..{ends[2]}")
        runs = {name: list[Run]() for name in ("log", *TASKS)}
        for _ in range(repeats):
            runs["log"].append(git_run(path, log))
            for name in TASKS:
                runs[name].append(measured(name, path, ends))
        blame = git_run(path, *blame_commands(path, ends))
    wall = {name: min(run.wall for run in some) for name, some in runs.items()}
    cpu = {name: min(run.cpu for run in some) for name, some in runs.items()}
    memory = max(run.memory for run in runs["survival"])
    print(f"{kind}, {count} commits: log {wall['log']:.3f} s, peak {memory:.0f} MB")
    for name in TASKS:
        of_log = f"x{wall[name] / wall['log']:.2f} of log (CPU x{cpu[name] / cpu['log']:.2f})"
        print(f"  {name:9} {of_log}")
    print(f"  blame     x{blame.wall / wall['survival']:.1f} of survival")
    met = {
        "numstat": wall["numstat"] / wall["log"] <= GOALS["numstat"],
        "survival": wall["survival"] / wall["log"] <= GOALS[kind],
        "blame": blame.wall / wall["survival"] >= GOALS["blame"],
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
