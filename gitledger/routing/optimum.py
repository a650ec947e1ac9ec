"""The exact optimum of a board with one depleting resource spent in whole units.

Depends on numpy and the board. Backward induction over (rounds left, units left) with every mean
known: an upper bound that no policy's expected reward can pass, tighter than the fluid plan.
"""

import numpy as np

from gitledger.errors import InvalidData
from gitledger.routing.board import Board, Floats

MOST_STATES = 20_000_000  # rounds times units of the budget: what is filled in one by one


def exact_value(board: Board) -> float:
    """Expected reward of the best policy; refuses boards it cannot enumerate."""
    if not can_be_exact(board):
        raise InvalidData(
            "the exact optimum needs one resource that is spent in whole units",
            "compare with the fluid optimum instead",
        )
    units = int(board.budget[0] + 1e-9)
    value = np.zeros(units + 1)
    for _ in range(board.horizon):
        value = _one_round(board, value)
    return float(value[-1])


def can_be_exact(board: Board) -> bool:
    """One resource, spent in whole units, and few enough of (rounds left, units left)."""
    if len(board.resources) != 1 or board.horizon * float(board.budget[0]) > MOST_STATES:
        return False
    return bool((board.cost == np.rint(board.cost)).all())


def _one_round(board: Board, value: Floats) -> Floats:
    best = value
    level = np.arange(value.size)
    for arm in range(len(board.arms)):
        expected = np.zeros_like(value)
        for chance, reward, cost in zip(
            board.chance[arm], board.reward[arm], board.cost[arm, :, 0].astype(int), strict=True
        ):
            kept = np.minimum(1.0, level / cost) if cost else np.ones_like(value)
            expected += chance * (reward * kept + value[np.maximum(level - cost, 0)])
        best = np.maximum(best, np.where(level >= board.need[arm, 0], expected, value))
    return best
