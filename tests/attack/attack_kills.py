"""Writers that are killed at random moments: appends, beginnings, and what hooks left.

A trial: a process does its work and is killed by SIGKILL within the time that the work takes.
Right: what it acknowledged is there, once; the next command works without anybody's help. `--full`:
500 kills.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from figures import Budget, Figure, attack
from trials import ended, forked, fresh, git, lost_or_doubled, place, run, values, verb

FULL = {"append": 250, "init": 100, "hooks": 150}
COMMITS = 3


def killed(job: Callable[[int], int], after: float) -> tuple[bool, bytes]:
    """Run a job and kill it after some seconds: whether it was killed, what it acknowledged."""
    reading, writing = os.pipe()
    child = forked(lambda: job(writing))
    os.close(writing)
    time.sleep(after)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    code = ended(child)
    said = os.read(reading, 4096)
    os.close(reading)
    return code == -signal.SIGKILL, said


def length(job: Callable[[], int]) -> float:
    """How long a job takes, in seconds."""
    begun = time.monotonic()
    ended(forked(job))
    return time.monotonic() - begun


def append(path: Path, name: str) -> int:
    """One row of its own name."""
    return run(["-C", str(path), "append", "capabilities", f"capability={name}", f"name={name}"])


def kills(allowed: Budget) -> Iterator[Figure]:
    """Each kind of writer in turn."""
    with place() as folder:
        ledger = fresh(folder, "ledger")
        verb(ledger, "init", "--no-hooks")
        yield appends(allowed, ledger)
        yield beginnings(allowed, folder)
        yield drains(allowed, folder)


def appends(allowed: Budget, path: Path) -> Figure:
    """A writer that appends row after row."""
    figure = Figure("kills of a process that appends", floor=5)
    dice = allowed.dice("appends")
    takes = length(lambda: append(path, "first"))
    said = {"first"}
    while allowed.more(figure, FULL["append"], 0.4):
        names = [f"{figure.tried}-{n}" for n in range(4)]

        def work(pipe: int, names: list[str] = names) -> int:
            for name in names:
                if append(path, name) == 0:
                    os.write(pipe, f"{name} ".encode())
            return 0

        was, told = killed(work, dice.uniform(0, 4 * takes))
        said |= set(told.decode().split())
        after = f"{figure.tried}-after"
        code = verb(path, "append", "capabilities", f"capability={after}", "name=x")
        said.add(after)
        takes *= 1.05 if was else 0.8  # what else runs here changes how long the work takes
        if was:
            wrong = lost_or_doubled(values(path, "capabilities", "capability"), said)
            figure.count(code == 0 and not wrong, f"kill {figure.tried}: next {code} {wrong}")
    return figure


def beginnings(allowed: Budget, folder: Path) -> Figure:
    """A process that begins a ledger and installs its hooks."""
    figure = Figure("kills of a process that begins a ledger", floor=3)
    dice = allowed.dice("init")
    sample = fresh(folder, "sample")
    takes = length(lambda: run(["-C", str(sample), "init"]))
    while allowed.more(figure, FULL["init"], 0.65):
        path = fresh(folder, "begun")
        was, _ = killed(lambda _pipe, path=path: run(["-C", str(path), "init"]),  # type: ignore[misc]
                        dice.uniform(0, takes))  # fmt: skip
        codes = [verb(path, "init"), verb(path, "hooks", "install")]
        codes += [verb(path, "append", "capabilities", "capability=a", "name=x")]
        codes += [verb(path, "verify"), verb(path, "hooks", "uninstall")]
        roots = git(path, "rev-list", "--max-parents=0", "--count", "gitledger/main")
        right = codes == [0] * 5 and roots == "1"
        takes *= 1.05 if was else 0.8  # what else runs here changes how long the work takes
        if was:
            figure.count(right, f"kill {figure.tried}: then {codes}, roots {roots}")
    return figure


def drains(allowed: Budget, folder: Path) -> Figure:
    """A process that records what hooks left and the reflog tells."""
    figure = Figure("kills of a process that records commits", floor=3)
    dice = allowed.dice("hooks")
    source = fresh(folder, "worked")
    verb(source, "init")
    tree = git(source, "rev-parse", "HEAD^{tree}")
    made = []
    for number in range(COMMITS):
        made.append(git(source, "commit-tree", "-m", f"c{number}", "-p", "HEAD", tree))
        git(source, "update-ref", "-m", "commit: c", "HEAD", made[-1])
        line = f"commit\t{made[-1]}\tcommit\trefs/heads/trunk\t\tmain\n"
        (source / ".git/gitledger/spool" / f"{made[-1]}.1").write_text(line)
    takes = length(lambda: run(["-C", str(fresh(folder, "drained", "worked")), "hooks", "run"]))
    while allowed.more(figure, FULL["hooks"]):
        path = fresh(folder, "drained", "worked")

        def work(_pipe: int, path: Path = path) -> int:
            return run(["-C", str(path), "hooks", "run"])

        was, _ = killed(work, dice.uniform(0, takes))
        code = verb(path, "hooks", "run")
        wrong = lost_or_doubled(values(path, "commits", "sha"), set(made))
        takes *= 1.05 if was else 0.8  # what else runs here changes how long the work takes
        if was:
            figure.count(code == 0 and not wrong, f"kill {figure.tried}: next {code} {wrong}")
    return figure


if __name__ == "__main__":
    sys.exit(attack(kills))
