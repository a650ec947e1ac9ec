"""The world bootstrap on simulated logs whose truth is known: coverage and signs.

    python tests/benchmarks/bench_bootstrap.py [--quick | --full]

Each simulated log holds n windows for each provider. The truth is what the same strategy and
baseline, planning from that log, earn in the world that the log was drawn from. Exits 1 when the
interval covers the truth too rarely, or excludes 0 on the wrong side in more than 5 % of logs.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np

from gitledger.routing.board import Board, lay_out
from gitledger.routing.bootstrap import Effort, stream
from gitledger.routing.engine import Luck, Prior, cumulative, one_of_each, play
from gitledger.routing.log import Budgets, LoggedWindow, instance_of
from gitledger.routing.policies import POLICIES
from gitledger.routing.replay import Question, replay

LOGS = 25 if "--quick" in sys.argv else 200 if "--full" in sys.argv else 100
ROUNDS = 20
TRUE_WINDOWS, TRUE_RUNS = 1500, 5_000
BASELINES = ("greedy-ratio", "greedy-reward")


@dataclass(frozen=True)
class Provider:
    """Means of one window: features, weekly points, API dollars."""

    name: str
    features: float
    points: float
    dollars: float


@dataclass(frozen=True)
class World:
    """A truth to draw logs from, and the least coverage asked of the interval."""

    name: str
    providers: tuple[Provider, ...]
    windows: int
    coverage: float


GAIN = (Provider("a", 3, 12, 2.0), Provider("b", 2, 6, 0.2), Provider("c", 2.5, 8, 1.0))
SAME = tuple(Provider(name, 2.5, 8, 1.0) for name in "abc")
WORLDS = (
    World("a real gain, 20 windows", GAIN, 20, 0.85),
    World("a real gain, 60 windows", GAIN, 60, 0.90),
    World("two equal providers, 20 windows", SAME[:2], 20, 0.85),
    World("three equal providers, 20 windows", SAME, 20, 0.85),
)


def simulated(world: World, windows: int, noise: np.random.Generator) -> list[LoggedWindow]:
    """A log: Poisson features x quality .7-1, lognormal costs, points as whole numbers."""
    found = []
    for provider in world.providers:
        for i in range(windows):
            reward = float(noise.poisson(provider.features) * noise.uniform(0.7, 1))
            points = float(max(1, round(provider.points * noise.lognormal(-0.08, 0.4))))
            dollars = float(provider.dollars * noise.lognormal(-0.08, 0.4))
            found.append(LoggedWindow(f"W-{i}", provider.name, reward, points, dollars))
    return found


@dataclass(frozen=True)
class Truth:
    """The true world as a board of many outcomes, and luck to play in it."""

    board: Board
    luck: Luck

    def gains(self, known: Board) -> list[float]:
        """True percent gain of bwk over each greedy when both plan from the `known` log."""
        log = one_of_each(known)
        prior = Prior(log.seen, log.reward, log.cost, np.zeros(self.board.chance.shape))
        bwk, *greedy = (
            play(self.board, POLICIES[n], self.luck, noise=stream(0), prior=prior).reward.mean()
            for n in ("bwk", *BASELINES)
        )
        return [100 * (bwk / g - 1) for g in greedy]


def truth_of(world: World, budgets: Budgets) -> Truth:
    """The world behind the logs."""
    noise = stream(99)
    board = lay_out(instance_of(simulated(world, TRUE_WINDOWS, noise), budgets, ROUNDS))
    return Truth(board, Luck(noise.random((ROUNDS, TRUE_RUNS)), cumulative(board.chance)[None]))


def examine(world: World) -> bool:
    """Print coverage and signs of one world; True when all reach their goals."""
    start = time.process_time()
    budgets = Budgets({p.name: 90.0 for p in world.providers}, dollars=20.0)
    truth = truth_of(world, budgets)
    covered, wrong, gains, claims = (np.zeros((LOGS, len(BASELINES))) for _ in range(4))
    for i in range(LOGS):
        log = simulated(world, world.windows, stream(1000, i))
        found = replay(log, budgets, Question(rounds=ROUNDS), Effort(100, 100, i))
        gains[i] = truth.gains(found.board)
        for k, comparison in enumerate(found.comparisons):
            low, high = comparison.low or 0.0, comparison.high or 0.0
            covered[i, k] = low <= gains[i, k] <= high
            claims[i, k] = high < 0 or low > 0
            wrong[i, k] = high < 0 <= gains[i, k] or low > 0 >= gains[i, k]
    least = world.coverage
    good = bool(covered.mean(axis=0).min() >= least and wrong.mean(axis=0).max() <= 0.05)
    print(f"{'ok  ' if good else 'MISS'} {world.name} ({LOGS} logs, {ROUNDS} rounds)")
    for k, name in enumerate(BASELINES):
        print(
            f"       bwk over {name:14} true gain {gains[:, k].mean():6.2f} %"
            f"   coverage {covered[:, k].mean():.3f}   excludes 0 {claims[:, k].mean():.3f}"
            f"   wrong sign {wrong[:, k].mean():.3f}"
        )
    print(f"       goal: coverage >= {least}, wrong sign <= 0.05")
    print(f"       {time.process_time() - start:.0f} s", flush=True)
    return good


def main() -> int:
    """Examine every world; 1 when a goal was missed."""
    results = [examine(world) for world in WORLDS]
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main())
