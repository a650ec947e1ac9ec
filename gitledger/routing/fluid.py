"""The fluid benchmark: what the best mix of arms earns when every round is its expectation.

Depends on scipy (HiGHS) and the board.  OPT_LP = T * max { r.x : C x <= B/T, sum x <= 1, x >= 0 }.
No policy, not even one that knows every mean, earns more in expectation (Badanidiyuru, Kleinberg
and Slivkins 2013, lemma 3.1). The dual values are shadow prices.
"""

from dataclasses import dataclass

import numpy as np

from gitledger.routing.board import Board, Floats


@dataclass(frozen=True, slots=True)
class FluidPlan:
    """`per_round` and `total` reward, the share of rounds for each arm, and shadow prices.

    `prices` says what one more unit of each budget would earn over the whole horizon;
    `round_price` what one more round would.
    """

    per_round: float
    total: float
    mix: tuple[float, ...]
    prices: tuple[float, ...]
    round_price: float


def fluid_plan(board: Board) -> FluidPlan:
    """The fluid optimum of a board at its own means; all zero over no rounds or no arms."""
    if board.horizon == 0 or not board.arms:
        return FluidPlan(0.0, 0.0, (0.0,) * len(board.arms), (0.0,) * len(board.resources), 0.0)
    return highs(board.mean_reward, board.mean_cost, board.budget / board.horizon, board.horizon)


def highs(reward: Floats, cost: Floats, limit: Floats, horizon: int = 1) -> FluidPlan:
    """One programme by HiGHS: `reward` (A,), `cost` (A, J), per-round `limit` (J,)."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to load, and needed here alone

    rows = np.vstack([cost.T, np.ones((1, reward.size))])
    found = linprog(-reward, A_ub=rows, b_ub=np.append(limit, 1.0), method="highs")
    prices = [max(0.0, -float(m)) for m in found.ineqlin.marginals]
    mix = np.asarray(found.x, dtype=np.float64)
    value = max(0.0, float((reward * mix).sum()))
    shares = tuple(float(x) for x in mix)
    return FluidPlan(value, value * horizon, shares, tuple(prices[:-1]), prices[-1])
