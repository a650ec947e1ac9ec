"""Churn against git itself: `python tests/benchmarks/bench_churn.py [--quick]`.

Generated repositories of 200 and 2,000 commits (with --quick only the small ones), linear and
merge-heavy; the range is the first two thirds, its lines are followed to the tip. Prints medians of
interleaved repeats as ratios to `git log --numstat -M` over the same history, with the ratio of the
least CPU times beside them; each goal says `reached` or `MISSED`, and one missed makes exit code 1.
The measures run in one warm process (loaded and run once before): what is compared is the work.
What a user waits for, `gitledger churn A..B` from the start of its process to the end, is printed
as well, without a goal.

- numstat: the counts of the commits along first parents, a merge as what it brought (log gives
  merges no counts, and each commit of their branches instead); facts: net, gross, patch-id, trees
- survival: the fate of every line of the range, moved ones apart
- blame: the same, without them, by `git blame` file by file
- twins: survival over a range in which two branches brought the same 20,000 lines, no more than
  3.5 times log or .3 s, whichever is more
- memory: the most that the measuring process held in all its tasks, without git's own
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from subprocess import PIPE

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT), str(HERE.parents[1] / "git"), str(HERE.parent)]

from generated import Generated  # noqa: E402

GOALS = {"numstat": 1.3, "linear": 1.8, "merge-heavy": 3.5, "blame": 10.0, "memory": 200.0}
TWINS = {"lines": 20_000, "ratio": 3.5, "seconds": 0.3, "memory": 300.0}
PROGRAM = """
import resource, sys, time
from pathlib import Path
from survivals import counted, facts_of, followed
path, start, end, tip = sys.argv[1:]
tasks = {
    "numstat": lambda: counted(Path(path), start, tip),
    "facts": lambda: facts_of(Path(path), start, tip),
    "survival": lambda: followed(Path(path), start, end, tip),
}
def cpu():
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, who))
for which in map(str.strip, sys.stdin):
    before, spent = time.perf_counter(), cpu()
    tasks[which]()
    print(time.perf_counter() - before, cpu() - spent,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
"""
TASKS = ("numstat", "facts", "survival")
BLAMES = 3  # runs of the slow one


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
    return Run(time.perf_counter() - before, used_since(spent))


def used_since(spent: resource.struct_rusage) -> float:
    """CPU seconds of ended children since then."""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime


@contextmanager
def warm(path: Path, ends: Sequence[str]) -> Iterator[Callable[[str], Run]]:
    """Measures a task in a process in which each task has run before."""
    search = f"import sys; sys.path[:0] = {sys.path!r}\n"
    words = [sys.executable, "-c", search + PROGRAM, str(path), *ends]
    with subprocess.Popen(words, stdin=PIPE, stdout=PIPE, text=True) as worker:
        into, told = worker.stdin, worker.stdout
        assert into is not None
        assert told is not None

        def measured(which: str) -> Run:
            into.write(f"{which}\n")
            into.flush()
            return Run(*map(float, told.readline().split()))

        for name in TASKS:
            measured(name)
        yield measured
        into.close()


def command(path: Path, ends: Sequence[str]) -> Run:
    """`gitledger churn` on the range, as a whole process."""
    who, before = resource.RUSAGE_CHILDREN, time.perf_counter()
    spent = resource.getrusage(who)
    words = [sys.executable, "-m", "gitledger", "churn", f"{ends[0]}..{ends[1]}"]
    here = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(words, cwd=path, env=here, stdout=subprocess.DEVNULL, check=True)
    return Run(time.perf_counter() - before, used_since(spent))


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
    elif kind == "twins":
        made.twins(count)
    else:
        made.merge_heavy(count)
    made.write(path)
    words = ["git", "rev-list", "--first-parent", "--reverse", "main"]
    chain = subprocess.check_output(words, cwd=path).decode().split()
    return path, (chain[0], chain[len(chain) * 2 // 3], chain[-1])


def runs_of(path: Path, ends: Sequence[str], repeats: int) -> dict[str, list[Run]]:
    """Every measure `repeats` times, in turn."""
    log = ("log", "--numstat", "-M", f"{ends[0]}..{ends[2]}")
    runs = {name: list[Run]() for name in ("log", *TASKS, "command", "blame")}
    with warm(path, ends) as measured:
        for turn in range(repeats):
            runs["log"].append(git_run(path, log))
            for name in TASKS:
                runs[name].append(measured(name))
            runs["command"].append(command(path, ends))
            if turn < BLAMES:
                runs["blame"].append(git_run(path, *blame_commands(path, ends)))
    return runs


@dataclass(frozen=True)
class Line:
    """One line of the report; `good` says whether its goal was reached (None: it has none)."""

    what: str
    figure: str
    goal: str = ""
    good: bool | None = None


def compare(kind: str, count: int, repeats: int) -> list[str]:
    """Print the figures of one repository; the goals it misses."""
    with tempfile.TemporaryDirectory() as folder:
        path, ends = generated(Path(folder), kind, count)
        runs = runs_of(path, ends, repeats)
    wall, load = median(run.wall for run in runs["log"]), os.getloadavg()[0]
    print(f"{kind}, {count} commits: log {wall:.3f} s, load {load:.1f}")
    told = judged(kind, runs)
    for line in told:
        mark = {True: "reached", False: "MISSED", None: ""}[line.good]
        print(f"  {line.what:9} {line.figure:36} {line.goal:8} {mark}".rstrip())
    return [f"{kind} {count}: {line.what}" for line in told if line.good is False]


def judged(kind: str, runs: dict[str, list[Run]]) -> list[Line]:
    """The figures of one repository against their goals."""
    wall = {name: median(run.wall for run in some) for name, some in runs.items()}
    cpu = {name: min(run.cpu for run in some) for name, some in runs.items()}
    memory = max(run.memory for name in TASKS for run in runs[name])
    slower = wall["blame"] / wall["survival"]
    goals = {"numstat": GOALS["numstat"], "survival": GOALS[kind]}
    told = []
    for name in TASKS:
        ratio, goal = wall[name] / wall["log"], goals.get(name)
        figure = f"x{ratio:.2f} of log (CPU x{cpu[name] / cpu['log']:.2f})"
        good = None if goal is None else ratio <= goal
        told.append(Line(name, figure, f"<= {goal}" if goal else "", good))
    least, most = GOALS["blame"], GOALS["memory"]
    return [
        *told,
        Line("blame", f"x{slower:.1f} of survival", f">= {least:.0f}", slower >= least),
        Line("memory", f"{memory:.0f} MB at most", f"< {most:.0f}", memory < most),
        Line("command", f"{wall['command']:.3f} s, whole process"),
    ]


def twins(repeats: int) -> list[str]:
    """Print the figures of a range of lines that were brought twice; the goals it misses."""
    with tempfile.TemporaryDirectory() as folder:
        path, ends = generated(Path(folder), "twins", int(TWINS["lines"]))
        log = ("log", "--numstat", "-M", f"{ends[0]}..{ends[2]}")
        with warm(path, (ends[0], ends[2], ends[2])) as measured:
            pairs = [(git_run(path, log), measured("survival")) for _ in range(repeats)]
    wall, took = (median(run.wall for run in side) for side in zip(*pairs, strict=True))
    memory = max(run.memory for _, run in pairs)
    allowed = max(TWINS["ratio"] * wall, TWINS["seconds"])
    good = {"survival": took <= allowed, "memory": memory <= TWINS["memory"]}
    print(f"twins, {TWINS['lines']} lines brought twice: log {wall:.3f} s")
    print(
        f"  survival  {took:.3f} s, x{took / wall:.2f} of log (at most {allowed:.3f} s)", end="  "
    )
    print("reached" if good["survival"] else "MISSED")
    print(f"  memory    {memory:.0f} MB (at most {TWINS['memory']:.0f} MB)", end="  ")
    print("reached" if good["memory"] else "MISSED")
    return [f"twins: {what}" for what, reached in good.items() if not reached]


def main() -> int:
    """Both kinds, both sizes, and the range of twins; 0 when every goal is met."""
    quick = "--quick" in sys.argv
    sizes = (200,) if quick else (200, 2_000)
    missed = [
        text
        for count in sizes
        for kind in ("linear", "merge-heavy")
        for text in compare(kind, count, 5 if count > 200 else 11)
    ]
    missed += twins(5)
    print("missed: " + "; ".join(missed) if missed else "every goal reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
