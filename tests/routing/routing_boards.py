"""Routing problems that several test modules play."""

import numpy as np

from gitledger.routing.board import Board, lay_out
from gitledger.routing.engine import Luck, cumulative
from gitledger.routing.instance import Arm, Instance, Resource, evenly
from gitledger.routing.log import LoggedWindow


def three_providers(
    seed: int,
    horizon: int,
    *,
    shared: int,
    outcomes: int = 20,
    points_left: tuple[float, float] = (40, 100),
) -> Instance:
    """Three arms with private points, and `shared` shared caps (dollars, then slots)."""
    rng = np.random.default_rng(seed)
    mean, points, usd = (rng.uniform(lo, hi, 3) for lo, hi in ((0.5, 4), (3, 15), (0, 3)))
    arms, resources = [], []
    for i, name in enumerate(("p0", "p1", "p2")):
        seen = []
        for _ in range(outcomes):
            costs = [(f"weekly {name}", max(1.0, round(points[i] * rng.lognormal(0, 0.4))))]
            costs += [("dollars", float(usd[i] * rng.lognormal(0, 0.4))), ("slots", 1.0)][:shared]
            seen.append((float(rng.poisson(mean[i]) * rng.uniform(0.6, 1)), tuple(costs)))
        arms.append(Arm(name, evenly(seen)))
        left = float(rng.uniform(*points_left))
        resources.append(Resource(f"weekly {name}", left, reserve=10, arm=name))
    dollars = float(horizon * usd.mean() * rng.uniform(0.3, 0.9))
    resources += [Resource("dollars", dollars), Resource("slots", 0.9 * horizon)][:shared]
    return Instance("random", tuple(arms), tuple(resources), horizon)


def luck_for(board: Board, runs: int, seed: int = 1) -> Luck:
    """Uniform luck in the one true world of a board."""
    draws = np.random.default_rng(seed).random((board.horizon, runs))
    return Luck(draws, cumulative(board.chance)[None])


def small_board(horizon: int = 12, seed: int = 0) -> Board:
    """A random board of three providers and two shared caps."""
    return lay_out(three_providers(seed, horizon, shared=2, outcomes=5))


def a_log(
    provider: str, windows: int = 6, *, features: int = 3, pp: float = 8.0
) -> list[LoggedWindow]:
    """`windows` windows of one provider that differ a little."""
    return [
        LoggedWindow(f"W-{i:02}", provider, float(features + i % 3), pp + i % 2, 0.5 + i % 2)
        for i in range(windows)
    ]
