"""Policies for bandits with knapsacks that plan again before every round.

Depends on numpy, the board and the batched simplex. Each solves, in every replicate, the fluid
programme of what is left:  max r.x : C x <= left / rounds to go, sum x <= 1, x >= 0.
"""

import math

import numpy as np

from gitledger.routing.board import Board, Floats, Whole
from gitledger.routing.policy import IDLE, Choice, Round, best, untried_first
from gitledger.routing.simplex import solve

STEADY = 0.2
"""Share of rounds from which `bwk` plays an arm rather than idle; below, one window is too much."""
CONFIDENCE = 0.1
"""Scale of the confidence radius of `bwk-ucb`; the proof asks for more, practice for less."""


def bwk(board: Board, noise: np.random.Generator, size: int) -> Choice:
    """Plug-in means, and shares turned into arms by the largest deficit, idling as an arm.

    Rather than idle it plays an arm that the plan gives a `STEADY` share: idling now or at the end
    costs the plan the same, and an early round leaves time to spend what turns out to be left.
    Given no log it plugs in the means of the posterior that `bwk_ts` draws from.
    """
    del noise
    owed = np.zeros((len(board.arms) + 1, size))
    every = np.arange(size)

    def choose(now: Round) -> Whole:
        share = _plan(now, now.beliefs.reward, now.beliefs.cost, now.left)
        np.add(owed[:-1], share, out=owed[:-1])
        owed[-1] += np.maximum(1.0 - share.sum(axis=0), 0.0)
        ready = np.where(now.may, owed[:-1], -np.inf)
        first = ready.argmax(axis=0)
        wish = np.where(ready[first, every] >= owed[-1] - 1e-9, first, IDLE)
        steady = best(owed[:-1], now.may & (share >= STEADY))
        wish = np.where((wish == IDLE) | ~now.may.any(axis=0), steady, wish)
        choice = _not_idle_for_nothing(board, now, wish, owed[:-1])
        owed[choice, every] -= 1.0
        return choice

    return untried_first(choose)


def bwk_ts(board: Board, noise: np.random.Generator, size: int) -> Choice:
    """Thompson sampling: means from a Dirichlet posterior over each arm's outcomes.

    Ferreira, Simchi-Levi and Wang 2018, algorithm 2 (inventory constraint updated). Every outcome
    that can come, or every window of the log, starts with a weight of 1.
    """

    def choose(now: Round) -> Whole:
        drawn = noise.standard_gamma(now.beliefs.tally)
        drawn /= np.maximum(drawn.sum(axis=1, keepdims=True), 1e-300)
        reward = np.einsum("akr,ak->ar", drawn, board.reward)
        cost = np.einsum("akr,akj->ajr", drawn, board.cost)
        wish = _by_chance(_plan(now, reward, cost, now.left), now, noise.random(size))
        return _not_idle_for_nothing(board, now, wish, reward)

    return choose


def bwk_ucb(board: Board, noise: np.random.Generator, size: int) -> Choice:
    """Optimism: upper bounds of rewards, lower bounds of costs (Agrawal and Devanur 2014).

    The budget for each round is the first one's, B/T, as in their algorithm 1, with
    rad(v, n) = sqrt(g v / n) + g / n on values scaled to [0, 1] and g = CONFIDENCE ln(A J T).
    """
    arms, resources = len(board.arms), len(board.resources)
    log_term = math.log(max(2.0, arms * max(1, resources) * max(1, board.horizon)))
    top_reward = max(float(board.reward.max(initial=0.0)), 1e-12)
    top_cost = np.maximum(board.cost.max(axis=(0, 1), initial=0.0), 1e-12)[None, :, None]
    pace = board.budget[:, None] / max(1, board.horizon) * np.ones(size)

    def choose(now: Round) -> Whole:
        seen = np.maximum(now.beliefs.seen, 1.0)
        reward = _bound(now.beliefs.reward / top_reward, seen, CONFIDENCE * log_term, up=True)
        cost = _bound(now.beliefs.cost / top_cost, seen[:, None], CONFIDENCE * log_term, up=False)
        share = _plan(now, reward * top_reward, cost * top_cost, pace * now.to_go)
        wish = _by_chance(share, now, noise.random(size))
        return _not_idle_for_nothing(board, now, wish, reward)

    return untried_first(choose)


def _bound(mean: Floats, seen: Floats, scale: float, *, up: bool) -> Floats:
    radius = np.sqrt(scale * mean / seen) + scale / seen
    return np.minimum(mean + radius, 1.0) if up else np.maximum(mean - radius, 0.0)


def _plan(now: Round, reward: Floats, cost: Floats, budget: Floats) -> Floats:
    """Shares (A, R) of the fluid optimum; an arm that cannot be begun has none."""
    open_reward = np.where(now.may, reward, -1.0)
    live = np.flatnonzero(now.may.any(axis=0))
    if live.size == now.may.shape[1]:
        return solve(open_reward, cost, budget / now.to_go).share
    share = np.zeros_like(reward)
    at = (open_reward[:, live], cost[:, :, live], budget[:, live] / now.to_go)
    share[:, live] = solve(*at).share
    return share


def _by_chance(share: Floats, now: Round, uniform: Floats) -> Whole:
    """An arm with its share's chance, idle with the rest; idle if it cannot be begun."""
    arm = (np.cumsum(share, axis=0) <= uniform).sum(axis=0)
    ready = arm < share.shape[0]
    arm = np.where(ready, arm, 0)
    return np.where(ready & now.may[arm, np.arange(uniform.size)], arm, IDLE)


def _not_idle_for_nothing(board: Board, now: Round, wish: Whole, score: Floats) -> Whole:
    """Where a policy would idle, play an arm that shares its resources with none.

    What idling saves of them no other arm could use.
    """
    if not board.alone.any():
        return wish
    return np.where(wish == IDLE, best(score, now.may & board.alone[:, None]), wish)
