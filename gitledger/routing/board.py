"""An instance as arrays, the form in which it is played.

Depends on numpy and `instance.py`. Shapes: A arms, K outcomes (padded with chance 0), J resources
that deplete. A meter that refills is no resource here: an outcome that would use more than its
cap is cut in proportion before play, reward and costs alike, because the meter stops the work.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gitledger.routing.instance import Instance, Outcome

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Board:
    """Arrays of one instance.

    `chance` and `reward` are (A, K), `cost` is (A, K, J), `budget` is (J,) without reserves.
    `need` (A, J) is the smallest positive cost of an arm: below it the arm is not begun (0 where
    the arm never uses the resource). `alone` (A,) marks arms whose resources no other arm uses.
    """

    arms: tuple[str, ...]
    resources: tuple[str, ...]
    horizon: int
    chance: Floats
    reward: Floats
    cost: Floats
    budget: Floats
    need: Floats
    alone: Bools

    @property
    def mean_reward(self) -> Floats:
        """Expected reward of a round of each arm, (A,)."""
        return np.asarray((self.chance * self.reward).sum(axis=1), dtype=np.float64)

    @property
    def mean_cost(self) -> Floats:
        """Expected cost of a round of each arm in each resource, (A, J)."""
        return np.asarray((self.chance[:, :, None] * self.cost).sum(axis=1), dtype=np.float64)


def lay_out(instance: Instance) -> Board:
    """The arrays of `instance`, arms and resources in its own order."""
    resources = [r for r in instance.resources if r.basis != "cap"]
    names = tuple(r.name for r in resources)
    caps = {r.name: max(0.0, r.amount - r.reserve) for r in instance.resources if r.basis == "cap"}
    shape = (len(instance.arms), max((len(a.outcomes) for a in instance.arms), default=0))
    chance, reward, cost = np.zeros(shape), np.zeros(shape), np.zeros((*shape, len(names)))
    for i, arm in enumerate(instance.arms):
        for k, outcome in enumerate(arm.outcomes):
            share = _share_before_cap(outcome, caps)
            spent = dict(outcome.costs)
            chance[i, k] = outcome.chance
            reward[i, k] = outcome.reward * share
            cost[i, k] = [spent.get(name, 0.0) * share for name in names]
    budget = np.array([r.spendable(instance.horizon) for r in resources], dtype=np.float64)
    need = _smallest_cost(cost, chance)
    lone = (need > 0).sum(axis=0) <= 1
    alone = np.asarray(((need == 0) | lone[None, :]).all(axis=1))
    arms = tuple(a.name for a in instance.arms)
    return Board(arms, names, instance.horizon, chance, reward, cost, budget, need, alone)


def single(board: Board, arm: int) -> float:
    """What one arm alone earns in the fluid limit: its reward until the first budget is gone."""
    cost = board.mean_cost[arm]
    rounds = min(
        [float(board.horizon)]
        + [float(b / c) for b, c in zip(board.budget, cost, strict=True) if c > 0]
    )
    return float(board.mean_reward[arm]) * rounds


def _share_before_cap(outcome: Outcome, caps: dict[str, float]) -> float:
    return min(
        [1.0] + [caps[n] / spent for n, spent in outcome.costs if n in caps and spent > caps[n]]
    )


def _smallest_cost(cost: Floats, chance: Floats) -> Floats:
    positive = np.where((cost > 0) & (chance[:, :, None] > 0), cost, np.inf)
    least = positive.min(axis=1, initial=np.inf)
    return np.asarray(np.where(np.isinf(least), 0.0, least), dtype=np.float64)
