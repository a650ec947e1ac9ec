"""Every policy on one public instance: rewards against the fluid ceiling and the exact optimum.

Depends on the rest of the room.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gitledger.routing.board import Board, lay_out
from gitledger.routing.bootstrap import Progress, stream
from gitledger.routing.engine import Luck, cumulative, play
from gitledger.routing.fluid import FluidPlan, fluid_plan
from gitledger.routing.instance import Instance
from gitledger.routing.optimum import can_be_exact, exact_value
from gitledger.routing.policies import POLICIES
from gitledger.routing.policy import Policy

RUNS_AT_ONCE = 2_000
DRAWS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Score:
    """One policy's mean reward over runs, its standard error, and its share of the ceiling.

    `pct_of_lp` is None where the ceiling is 0; `skipped` is mean rounds without an arm.
    """

    name: str
    reward_mean: float
    reward_se: float
    pct_of_lp: float | None
    skipped: float


@dataclass(frozen=True, slots=True)
class Trial:
    """All scores on `instance`; `exact` is the best any policy can expect, where enumerable."""

    instance: Instance
    board: Board
    fluid: FluidPlan
    exact: float | None
    scores: tuple[Score, ...]
    runs: int
    seed: int


def try_out(
    instance: Instance,
    *,
    runs: int = 200,
    seed: int = 0,
    policies: Sequence[Policy] = tuple(POLICIES.values()),
    progress: Progress | None = None,
) -> Trial:
    """Run each policy `runs` times on `instance`, all against the same luck."""
    board = lay_out(instance)
    fluid = fluid_plan(board)
    scores = []
    for at, policy in enumerate(policies):
        scores.append(_score(board, policy, runs, seed, fluid.total))
        if progress:
            progress(at + 1, len(policies))
    exact = exact_value(board) if can_be_exact(board) else None
    return Trial(instance, board, fluid, exact, tuple(scores), runs, seed)


def _score(board: Board, policy: Policy, runs: int, seed: int, ceiling: float) -> Score:
    rewards: list[float] = []
    skipped = 0
    chances = cumulative(board.chance)[None]
    step = max(1, min(RUNS_AT_ONCE, DRAWS_AT_ONCE // max(1, board.horizon)))
    for part, start in enumerate(range(0, runs, step)):
        size = min(step, runs - start)
        luck = Luck(stream(seed, part).random((board.horizon, size)), chances)
        done = play(board, policy, luck, noise=stream(seed, part, *policy.name.encode()))
        rewards += done.reward.tolist()
        skipped += int(done.skipped.sum())
    mean = math.fsum(rewards) / runs
    spread = math.fsum((r - mean) ** 2 for r in rewards) / max(1, runs - 1)
    share = 100 * mean / ceiling if ceiling > 0 else None
    return Score(policy.name, mean, math.sqrt(spread / runs), share, skipped / runs)
