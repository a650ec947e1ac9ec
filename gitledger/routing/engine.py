"""One engine that plays any policy over many replicates at once.

Depends on numpy, the board and `policy.py`. Arrays hold replicates in their last axis. Outcomes
come from one uniform number for each (round, replicate), handed in, so that all policies meet the
same luck (common random numbers). An outcome that would overdraw a budget is cut in proportion,
reward and costs alike, so that no budget is ever overspent.
"""

from dataclasses import dataclass

import numpy as np

from gitledger.routing.board import Board, Bools, Floats, Whole
from gitledger.routing.policy import IDLE, Beliefs, Policy, Round


@dataclass(frozen=True, slots=True)
class Luck:
    """What chance deals: `uniform` (T, R), and the `cumulative` chances (W, A, K) of W worlds.

    Replicate r lives in world r // (R // W).
    """

    uniform: Floats
    cumulative: Floats


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known before the first round: windows seen, mean reward and mean cost by arm.

    `seen` (A,), `reward` (A,), `cost` (A, J); `tally` (A, K) is the weight of each outcome.
    """

    seen: Floats
    reward: Floats
    cost: Floats
    tally: Floats


@dataclass(frozen=True, slots=True)
class Play:
    """What a policy did in each replicate, and by round on average.

    `reward` (R,), `skipped` rounds (R,), budget `left` (J, R), `pulls` (A, R); cumulative means
    over replicates of reward earned (T,) and of the share of the budgets spent (T,), where the
    share is averaged over the resources.
    """

    reward: Floats
    skipped: Whole
    left: Floats
    pulls: Whole
    earned_by_round: Floats
    spent_by_round: Floats


def cumulative(chance: Floats) -> Floats:
    """Chances (..., K) summed up along K, the last one exactly 1 (or 0 for an arm without any)."""
    summed = np.cumsum(chance, axis=-1)
    return np.asarray(summed / np.where(summed[..., -1:] > 0, summed[..., -1:], 1.0))


def ignorance(board: Board) -> Prior:
    """Nothing seen yet, nothing assumed but which outcomes can come."""
    arms, resources = len(board.arms), len(board.resources)
    possible = (board.chance > 0).astype(np.float64)
    return Prior(np.zeros(arms), np.zeros(arms), np.zeros((arms, resources)), possible)


def one_of_each(board: Board) -> Prior:
    """Every outcome that can come, or window of a log, seen once: a Dirichlet(1..1) posterior."""
    possible = (board.chance > 0).astype(np.float64)
    seen = possible.sum(axis=1)
    weight = possible / np.maximum(seen, 1.0)[:, None]
    cost = (weight[:, :, None] * board.cost).sum(axis=1)
    return Prior(seen, (weight * board.reward).sum(axis=1), cost, possible)


def play(
    board: Board,
    policy: Policy,
    luck: Luck,
    *,
    noise: np.random.Generator,
    prior: Prior | None = None,
) -> Play:
    """Play `policy` to the horizon in every replicate; `noise` is the policy's own randomness.

    Without a `prior` a policy starts as it says itself: from nothing, or from one of each outcome.
    """
    if prior is None:
        prior = one_of_each(board) if policy.bayesian else ignorance(board)
    size = luck.uniform.shape[1]
    beliefs = _first_beliefs(prior, size, tallied=policy.tallies)
    left = np.repeat(board.budget[:, None], size, axis=1)
    reward, pulls = np.zeros(size), np.zeros((len(board.arms), size), dtype=np.int64)
    earned, spent = np.zeros(board.horizon), np.zeros(board.horizon)
    choose = policy.prepare(board, noise, size)
    draw = _Draw(board, luck)
    whole = np.where(board.budget > 0, board.budget, 1.0)
    for number in range(board.horizon if board.arms else 0):
        may = _affordable(board, left)
        if not may.any():  # nothing is ever paid back: no later round is played either
            earned[number:], spent[number:] = reward.mean(), _share_spent(left, whole)
            break
        choice = choose(Round(number, board.horizon - number, left, may, beliefs))
        played = np.flatnonzero(choice != IDLE)
        arm = choice[played]
        outcome = draw.outcome(number, played, arm)
        gain, cost = board.reward[arm, outcome], board.cost[arm, outcome].T
        beliefs.learn(played, arm, outcome, gain, cost)
        share = _share_that_fits(left[:, played], cost)
        reward[played] += gain * share
        left[:, played] = np.maximum(left[:, played] - cost * share, 0.0)
        pulls[arm, played] += 1
        earned[number] = reward.mean()
        spent[number] = _share_spent(left, whole)
    skipped = board.horizon - pulls.sum(axis=0)
    return Play(reward, skipped, left, pulls, earned, spent)


class _Draw:
    """Looks up outcomes: one sorted table of all worlds and arms, shifted by whole numbers."""

    def __init__(self, board: Board, luck: Luck) -> None:
        worlds, arms, self._outcomes = luck.cumulative.shape
        block = np.arange(worlds * arms).reshape(worlds, arms, 1)
        self._table = (luck.cumulative + block).ravel()
        self._uniform = luck.uniform
        self._block = np.arange(luck.uniform.shape[1]) // max(1, luck.uniform.shape[1] // worlds)
        self._arms = len(board.arms)

    def outcome(self, number: int, played: Whole, arm: Whole) -> Whole:
        """The outcome (index in K) that round `number` deals to each playing replicate."""
        block = self._block[played] * self._arms + arm
        at = np.searchsorted(self._table, self._uniform[number, played] + block, side="right")
        return np.asarray(np.minimum(at - block * self._outcomes, self._outcomes - 1))


def _affordable(board: Board, left: Floats) -> Bools:
    """Arms (A, R) whose smallest outcome still fits; an arm that costs nothing always does."""
    may = np.ones((len(board.arms), left.shape[1]), dtype=np.bool_)
    for arm, resource in np.argwhere(board.need > 0):
        need = board.need[arm, resource]
        may[arm] &= left[resource] >= need - 1e-9 * need
    return may


def _share_that_fits(left: Floats, cost: Floats) -> Floats:
    share = np.ones(cost.shape[1])
    over = np.flatnonzero((cost > left).any(axis=0))
    if over.size:
        asked = cost[:, over]
        fits = np.divide(left[:, over], asked, out=np.ones_like(asked), where=asked > 0)
        share[over] = np.minimum(1.0, fits.min(axis=0))
    return share


def _share_spent(left: Floats, whole: Floats) -> float:
    return float(1.0 - (left.mean(axis=1) / whole).mean()) if left.size else 0.0


def _first_beliefs(prior: Prior, size: int, *, tallied: bool) -> Beliefs:
    def spread(figures: Floats) -> Floats:
        return np.repeat(figures[..., None], size, axis=-1)

    tally = spread(prior.tally) if tallied else np.zeros((0, 0, 0))
    return Beliefs(spread(prior.seen), spread(prior.reward), spread(prior.cost), tally)
