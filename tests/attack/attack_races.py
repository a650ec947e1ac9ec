"""Writers that begin a ledger together, and writers that append together.

A round: several processes wait for one moment, then each makes the ledger and appends. Right: all
of them succeed, the branch has one root, every row acknowledged is there, once. `--full`: 1,000
rounds of each.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from figures import Budget, Figure, attack
from trials import ended, forked, fresh, git, lost_or_doubled, place, run, values, verb

FULL = 1000
RACERS = 3
ROWS = 3


def together(jobs: int, job: Callable[[int], int]) -> list[int]:
    """Run a job in several processes that start at one moment; their exit codes."""
    reading, writing = os.pipe()

    def waiting(number: int) -> int:
        os.close(writing)
        os.read(reading, 1)
        return job(number)

    children = [forked(lambda n=number: waiting(n)) for number in range(jobs)]
    os.close(writing)
    codes = [ended(child) for child in children]
    os.close(reading)
    return codes


def append(path: Path, name: str) -> int:
    """One row of its own name."""
    return run(["-C", str(path), "append", "capabilities", f"capability={name}", f"name={name}"])


def first_commits(allowed: Budget) -> Iterator[Figure]:
    """Nobody has begun the ledger yet: all begin it."""
    figure = Figure("rounds of racing first commits", floor=5)
    with place() as folder:
        while allowed.more(figure, FULL, 0.55):
            path = fresh(folder, "round")

            def race(number: int, path: Path = path) -> int:
                made = run(["-C", str(path), "init", "--no-hooks"])
                return made or append(path, f"r{number}")

            codes = together(RACERS, race)
            wrong = lost_or_doubled(
                values(path, "capabilities", "capability"), {f"r{n}" for n in range(RACERS)}
            )
            roots = git(path, "rev-list", "--max-parents=0", "--count", "gitledger/main")
            right = codes == [0] * RACERS and not wrong and roots == "1"
            figure.count(right, f"round {figure.tried}: codes {codes} roots {roots} {wrong}")
        yield figure
        yield from appends(allowed, folder)


def appends(allowed: Budget, folder: Path) -> Iterator[Figure]:
    """All append to one ledger: rows of their own, and one fact that all of them state."""
    figure = Figure("rounds of racing appends", floor=5)
    path = fresh(folder, "appends")
    verb(path, "init", "--no-hooks")
    while allowed.more(figure, FULL):
        round_ = figure.tried

        def race(number: int, round_: int = round_) -> int:
            codes = [append(path, f"{round_}-{number}-{n}") for n in range(ROWS)]
            return max(*codes, append(path, f"{round_}-shared"))

        codes = together(RACERS, race)
        own = {f"{round_}-{number}-{n}" for number in range(RACERS) for n in range(ROWS)}
        wrong = lost_or_doubled(
            values(path, "capabilities", "capability"), own | {f"{round_}-shared"}
        )
        figure.count(not any(codes) and not wrong, f"round {round_}: codes {codes} {wrong}")
    yield figure


if __name__ == "__main__":
    sys.exit(attack(first_commits))
