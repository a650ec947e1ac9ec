"""The policies by name, and the simple ones among them.

Depends on numpy, the board and `replanning.py`. No policy is told a mean: each knows what its log
or its own play has shown, the budgets and the rounds to go.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from gitledger.errors import UsageError
from gitledger.routing.board import Board, Whole, single
from gitledger.routing.policy import IDLE, Choice, Policy, Round, best, untried_first
from gitledger.routing.replanning import bwk, bwk_ts, bwk_ucb

TINY = 1e-12


def greedy_ratio(board: Board, noise: np.random.Generator, size: int) -> Choice:
    """Most reward for the scarcest budget's share:  argmax r_i / max_j(c_ij / B_j)."""
    del noise, size
    # of an empty budget any cost is beyond every share
    whole = np.where(board.budget > 0, board.budget, TINY)

    def choose(now: Round) -> Whole:
        share = np.full(now.beliefs.reward.shape, TINY)
        for j, budget in enumerate(whole):
            np.maximum(share, now.beliefs.cost[:, j] / budget, out=share)
        return best(now.beliefs.reward / share, now.may)

    return untried_first(choose)


def greedy_reward(board: Board, noise: np.random.Generator, size: int) -> Choice:
    """The best mean reward until its budget is gone, then the next."""
    del board, noise, size
    return untried_first(lambda now: best(now.beliefs.reward, now.may))


def at_random(board: Board, noise: np.random.Generator, size: int) -> Choice:
    """Any arm that can be begun, all alike."""

    def choose(now: Round) -> Whole:
        return best(noise.random((len(board.arms), size)), now.may)

    return choose


def best_fixed(board: Board, noise: np.random.Generator, size: int) -> Choice:
    """The one arm that earns most alone by the true means, and nothing after it: a yardstick."""
    del noise
    # without arms nothing may be begun, whichever is named
    arm = max(range(len(board.arms)), key=lambda i: single(board, i)) if board.arms else 0
    return lambda now: np.where(now.may[arm], np.full(size, arm), IDLE)


def as_logged(order: Sequence[int]) -> Policy:
    """`actual`: the arms in the log's own order (not empty), from its start when it ends."""

    def prepare(board: Board, noise: np.random.Generator, size: int) -> Choice:
        del board, noise

        def choose(now: Round) -> Whole:
            arm = order[now.number % len(order)]
            return np.where(now.may[arm], np.full(size, arm), IDLE)

        return choose

    return Policy("actual", prepare)


POLICIES: Mapping[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy("bwk", bwk, bayesian=True),
        Policy("bwk-ts", bwk_ts, bayesian=True, tallies=True),
        Policy("bwk-ucb", bwk_ucb),
        Policy("greedy-ratio", greedy_ratio),
        Policy("greedy-reward", greedy_reward),
        Policy("random", at_random),
        Policy("best-fixed", best_fixed),
    )
}
GREEDY = ("greedy-ratio", "greedy-reward")


def policies_named(name: str, order: Sequence[int] | None = None) -> tuple[Policy, ...]:
    """The policies a word stands for: `greedy` is both greedies, `actual` needs a log's order."""
    if name == "greedy":
        return tuple(POLICIES[n] for n in GREEDY)
    if name == "actual" and order is not None:
        return (as_logged(order),)
    if name in POLICIES:
        return (POLICIES[name],)
    known = ", ".join([*POLICIES, "greedy"] + (["actual"] if order is not None else []))
    raise UsageError(f"no policy is named {name!r} here", f"one of: {known}")
