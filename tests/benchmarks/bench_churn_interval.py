"""Coverage of the interval of `churn_14d`: `python tests/benchmarks/bench_churn_interval.py [N]`.

Three worlds, each with commits of very different sizes (log-normal, sigma 1 and 1.4): *clumped*,
where three commits in ten lose a large part and the others a hundredth; *rare*, where one commit in
twenty is taken back whole; *third*, where a third dies, in shares that differ by commit. N seeded
histories (default 1,000) of 5, 8, 12, 20 and 40 commits each. The goal is the truth inside in .93
of them at 8 to 40 commits; one missed makes exit code 1. The width is the median.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gitledger.lines.shares import interval
from gitledger.lines.survival import CommitLines, Survival

COMMITS = (5, 8, 12, 20, 40)
SIGMAS = (1.0, 1.4)
GOAL = 0.93
Shares = NDArray[np.float64]


def clumped(dice: Generator, n: int) -> Shares:
    """Three in ten commits lose a share of 30 % on average, the others 1 %."""
    return np.where(dice.random(n) < 0.3, dice.beta(0.6, 1.4, n), 0.01)


def rare(dice: Generator, n: int) -> Shares:
    """One commit in twenty goes whole."""
    return (dice.random(n) < 0.05).astype(float)


def third(dice: Generator, n: int) -> Shares:
    """A third of the lines, mostly few or many of a commit."""
    return dice.beta(0.5, 1, n)


WORLDS: dict[str, tuple[Callable[[Generator, int], Shares], float]] = {
    "clumped": (clumped, 0.3 * 0.3 + 0.7 * 0.01),
    "rare": (rare, 0.05),
    "third": (third, 1 / 3),
}


def measured(dice: Generator, world: str, sigma: float, n: int) -> Survival:
    """A mature range of `n` commits."""
    sizes = np.maximum(1, np.round(dice.lognormal(2.7, sigma, n))).astype(int)
    dead = dice.binomial(sizes, WORLDS[world][0](dice, n))
    each = (
        CommitLines("c" * 40, int(a), int(a), int(d), int(d), int(a), 0, int(d))
        for a, d in zip(sizes, dead, strict=True)
    )
    return Survival("mature", 10**9, "f" * 40, tuple(each), 0)


def cell(world: str, sigma: float, n: int, runs: int) -> tuple[float, float]:
    """Coverage and median width."""
    dice = np.random.default_rng([list(WORLDS).index(world), round(10 * sigma), n])
    found = [interval(measured(dice, world, sigma, n)) for _ in range(runs)]
    ends = [(one.low or 0.0, 1.0 if one.high is None else one.high) for one in found]
    truth = WORLDS[world][1]
    inside = sum(low <= truth <= high for low, high in ends) / runs
    return inside, median(high - low for low, high in ends)


def main() -> int:
    """All worlds; 0 when the goal is reached in each."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    missed = []
    for world in WORLDS:
        for sigma in SIGMAS:
            told = []
            for n in COMMITS:
                inside, width = cell(world, sigma, n, runs)
                told.append(f"{n}: {inside:.3f} ({width:.2f})")
                if n >= 8 and inside < GOAL:
                    missed.append(f"{world} sigma {sigma} n {n}")
            print(f"{world:8} sigma {sigma}  {'  '.join(told)}", flush=True)
    print("missed: " + "; ".join(missed) if missed else "every goal reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
