"""Router replay at full size: speed against plain loops, the public table, memory.

    python tests/benchmarks/bench_replay.py [--quick]

Prints every figure with its goal and exits 1 when one is missed.
"""

import resource
import sys
import time
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

sys.path.append(str(Path(__file__).parents[1] / "routing"))
from routing_boards import luck_for, three_providers

from gitledger.routing.board import Board, lay_out
from gitledger.routing.bootstrap import Effort
from gitledger.routing.engine import Luck, one_of_each, play
from gitledger.routing.fluid import highs
from gitledger.routing.log import Budgets, LoggedWindow
from gitledger.routing.policies import POLICIES
from gitledger.routing.public import NAMED
from gitledger.routing.replay import Question, replay
from gitledger.routing.simplex import solve
from gitledger.routing.trial import try_out

QUICK = "--quick" in sys.argv
RUNS = 10_000
MISSED: list[str] = []


def goal(what: str, figure: float, least: float, unit: str = "x") -> None:
    """Print a figure beside its goal."""
    good = figure >= least
    print(f"{'ok  ' if good else 'MISS'} {what}: {figure:.2f} {unit} (goal >= {least:g})")
    if not good:
        MISSED.append(what)


def below(what: str, figure: float, most: float, unit: str) -> None:
    """Print a figure beside its upper goal."""
    good = figure <= most
    print(f"{'ok  ' if good else 'MISS'} {what}: {figure:.3g} {unit} (goal <= {most:g})")
    if not good:
        MISSED.append(what)


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """Median process time of `work`."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def plain_greedy(board: Board, luck: Luck, runs: int) -> list[float]:
    """greedy-ratio by plain Python loops over lists: the yardstick, with the same rules."""
    arms, outcomes = range(len(board.arms)), board.chance.shape[1]
    reward, cost, need = board.reward.tolist(), board.cost.tolist(), board.need.tolist()
    ladder, budget = luck.cumulative[0].tolist(), board.budget.tolist()
    uniform = luck.uniform.T.tolist()
    first_reward, first_cost = board.mean_reward.tolist(), board.mean_cost.tolist()
    earned = []
    for run in range(runs):
        left, total = list(budget), 0.0
        seen = [float(outcomes)] * len(reward)
        mean, spent = list(first_reward), [list(c) for c in first_cost]
        for draw in uniform[run]:
            chosen, top = -1, -1.0
            for i in arms:
                if any(w > x for w, x in zip(need[i], left, strict=True)):
                    continue
                share = max(c / b for c, b in zip(spent[i], budget, strict=True))
                if mean[i] / share > top:
                    chosen, top = i, mean[i] / share
            if chosen < 0:
                continue
            k = bisect_right(ladder[chosen], draw)
            gain, bill = reward[chosen][k], cost[chosen][k]
            seen[chosen] += 1
            mean[chosen] += (gain - mean[chosen]) / seen[chosen]
            old = spent[chosen]
            spent[chosen] = [o + (c - o) / seen[chosen] for o, c in zip(old, bill, strict=True)]
            fits = min([1.0] + [x / c for x, c in zip(left, bill, strict=True) if c > x])
            total += gain * fits
            left = [max(0.0, x - c * fits) for x, c in zip(left, bill, strict=True)]
        earned.append(total)
    return earned


def roomy(horizon: int) -> Board:
    """Three providers and two shared caps, with budgets that last for most rounds."""
    return lay_out(three_providers(0, horizon, shared=2, points_left=(150, 250)))


def greedy_against_plain_loop() -> None:
    """10,000 greedy replays of 60 windows."""
    board = roomy(60)
    luck, known = luck_for(board, RUNS), one_of_each(board)
    some = RUNS // 5

    def ours() -> np.ndarray:
        policy, noise = POLICIES["greedy-ratio"], np.random.default_rng(0)
        return play(board, policy, luck, noise=noise, prior=known).reward

    quick, slow = seconds(ours), seconds(lambda: plain_greedy(board, luck, some), 1) * 5
    np.testing.assert_allclose(ours()[:some], plain_greedy(board, luck, some))
    print(f"greedy-ratio, {RUNS} replays of 60 windows: {quick:.3f} s; plain loop {slow:.1f} s")
    goal("greedy replays against a plain Python loop", slow / quick, 25)


def bwk_against_linprog() -> None:
    """10,000 bwk replays of 42 rounds, three providers, two shared caps."""
    board = roomy(42)
    luck, known = luck_for(board, RUNS), one_of_each(board)
    noise = np.random.default_rng(0)
    quick = seconds(lambda: play(board, POLICIES["bwk"], luck, noise=noise, prior=known))
    rows = np.vstack([board.mean_cost.T, np.ones((1, 3))])
    limits = np.random.default_rng(0).uniform(0, 2, (200, 5)) * board.budget / board.horizon

    def each_round() -> None:
        for limit in limits:
            linprog(-board.mean_reward, A_ub=rows, b_ub=np.append(limit, 1.0), method="highs")

    slow = seconds(each_round, 1) / len(limits) * RUNS * board.horizon
    print(f"bwk, {RUNS} replays of 42 rounds: {quick:.2f} s; linprog each round {slow:.0f} s")
    below("bwk process time", quick, 60, "s")
    goal("bwk against linprog each round", slow / quick, 15)


def simplex_against_highs() -> None:
    """Random small programmes, equal to HiGHS."""
    rng, worst, batches = np.random.default_rng(4), 0.0, 3 if QUICK else 12
    for size in range(batches):
        arms, resources, many = 2 + size % 5, 1 + size % 4, 100
        reward = rng.uniform(0, 5, (arms, many))
        cost = rng.integers(0, 4, (arms, resources, many)).astype(float)
        limit = rng.uniform(0, 2, (resources, many)) * (rng.random((resources, many)) < 0.8)
        found = solve(reward, cost, limit)
        for r in range(many):
            value = highs(reward[:, r], cost[:, :, r], limit[:, r]).per_round
            worst = max(worst, abs(value - found.value[r]))
    below(f"{batches * 100} programmes: largest gap to HiGHS", worst, 1e-7, "reward")


def public_table() -> None:
    """The named instances over 1000 rounds."""
    for instance in NAMED.values():
        trial = try_out(instance, runs=200 if QUICK else 1000)
        mix = " ".join(f"{share:.3f}" for share in trial.fluid.mix)
        print(f"\n{instance.name}: LP per round {trial.fluid.per_round:.2f}, mix {mix}")
        if trial.exact is not None:
            print(f"  exact optimum {trial.exact:.4f}")
            above = max(s.reward_mean - 4 * s.reward_se for s in trial.scores) - trial.exact
            below("  best policy minus exact optimum (4 s.e. off)", above, 0, "reward")
        percent = {s.name: s.pct_of_lp or 0.0 for s in trial.scores}
        for name, share in percent.items():
            print(f"  {name:14} {share:6.2f} % of LP")
        if instance.name.startswith("ferreira"):
            lead = percent["bwk-ts"] - percent["greedy-ratio"]
            goal("  bwk-ts", percent["bwk-ts"], 98, "% of LP")
            goal("  bwk-ts ahead of greedy-ratio", lead, 12, "points")


def gain(seed: int, rounds: int, shared: int, points_left: tuple[float, float]) -> float:
    """Percent that bwk earns over greedy-ratio on one random instance."""
    board = lay_out(three_providers(seed, rounds, shared=shared, points_left=points_left))
    luck, known = luck_for(board, 400), one_of_each(board)
    earned = [
        play(board, POLICIES[n], luck, noise=np.random.default_rng(2), prior=known).reward.mean()
        for n in ("bwk", "greedy-ratio")
    ]
    return float(100 * (earned[0] / earned[1] - 1))


def random_instances() -> None:
    """Mean gain of bwk over greedy-ratio."""
    many = 40 if QUICK else 200
    print()
    for rounds in (20, 42):
        gains = [gain(s, rounds, 1, (40, 100)) for s in range(many)]
        low, high = np.quantile(gains, [0.05, 0.95])
        print(f"T={rounds}, private caps and one dollar cap: 5-95 % of gains {low:.1f}..{high:.1f}")
        goal("  mean gain of bwk over greedy-ratio", float(np.mean(gains)), 0, "%")
        private = [gain(s, rounds, 0, (25, 60)) for s in range(many)]
        below("  private caps only: mean distance", abs(float(np.mean(private))), 2, "%")


def long_log() -> None:
    """A log of 10,000 windows of three providers, at the default effort."""
    rng, windows = np.random.default_rng(3), []
    for number in range(1_000 if QUICK else 10_000):
        name, features, points = (("a", 3, 12), ("b", 2, 6), ("c", 2.5, 8))[number % 3]
        reward = float(rng.poisson(features) * rng.uniform(0.7, 1))
        spent = float(max(1, round(points * rng.lognormal(-0.08, 0.4))))
        windows.append(LoggedWindow(f"W-{number}", name, reward, spent))
    budgets = Budgets(dict.fromkeys("abc", 95.0))
    taken = seconds(lambda: replay(windows, budgets, Question(), Effort()), 1)
    below(f"replay of {len(windows)} windows at its default effort", taken, 20, "s")


def main() -> int:
    """Run everything; 1 when a goal was missed."""
    for bench in (
        greedy_against_plain_loop,
        bwk_against_linprog,
        simplex_against_highs,
        public_table,
        random_instances,
        long_log,
    ):
        bench()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    below("peak memory", peak, 1024, "MB")
    print(f"missed: {', '.join(MISSED) or 'nothing'}")
    return int(bool(MISSED))


if __name__ == "__main__":
    sys.exit(main())
