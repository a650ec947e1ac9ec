"""The engine: budgets, idling, order, cuts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_boards import luck_for, small_board, three_providers

from gitledger.routing.board import Board, Whole, lay_out
from gitledger.routing.engine import Luck, Play, cumulative, one_of_each, play
from gitledger.routing.fluid import fluid_plan
from gitledger.routing.instance import Arm, Instance, Outcome, Resource
from gitledger.routing.policies import POLICIES, as_logged
from gitledger.routing.policy import IDLE, Choice, Policy, Round

NAMES = tuple(POLICIES)


def played(name: str, seed: int = 0, horizon: int = 12, runs: int = 50) -> Play:
    """One policy on a small random board."""
    board = small_board(horizon, seed)
    noise = np.random.default_rng(5)
    return play(board, POLICIES[name], luck_for(board, runs), noise=noise)


def one_arm(reward: float, cost: float, budget: float, basis: str = "total") -> Instance:
    """One arm of one certain outcome."""
    resource = Resource("r", budget, "cap" if basis == "cap" else "total")
    return Instance("one", (Arm("a", (Outcome(1.0, reward, (("r", cost),)),)),), (resource,), 10)


def reward_of(instance: Instance, name: str = "greedy-ratio") -> float:
    """What one run of a certain instance earns."""
    board = lay_out(instance)
    done = play(board, POLICIES[name], luck_for(board, 1), noise=np.random.default_rng(0))
    return float(done.reward[0])


@settings(max_examples=50, deadline=None)
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 10_000), horizon=st.integers(0, 15))
def test_budgets_are_never_overspent(name: str, seed: int, horizon: int) -> None:
    """Whatever the instance, what is left lies between 0 and the budget."""
    done = played(name, seed, horizon, runs=8)
    budget = small_board(horizon, seed).budget[:, None]
    assert (done.left >= 0).all()
    assert (done.left <= budget + 1e-9).all()


@settings(max_examples=50, deadline=None)
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 10_000), horizon=st.integers(0, 15))
def test_every_round_is_played_or_skipped(name: str, seed: int, horizon: int) -> None:
    """Pulls and skipped rounds add up to the horizon in every replicate."""
    done = played(name, seed, horizon, runs=8)
    assert (done.pulls.sum(axis=0) + done.skipped == horizon).all()


@pytest.mark.parametrize("name", NAMES)
def test_no_policy_passes_the_fluid_ceiling(name: str) -> None:
    """Mean reward stays below the fluid optimum, four standard errors allowed."""
    for seed in range(5):
        done = played(name, seed, horizon=30, runs=400)
        error = done.reward.std() / 20
        assert done.reward.mean() - 4 * error <= fluid_plan(small_board(30, seed)).total


@pytest.mark.parametrize("name", ["bwk", "greedy-ratio", "greedy-reward", "best-fixed"])
def test_replicates_do_not_see_each_other(name: str) -> None:
    """With luck of its own, a replicate earns the same alone as among others."""
    board = small_board()
    luck = luck_for(board, 6)
    together = play(board, POLICIES[name], luck, noise=np.random.default_rng(0))
    alone = Luck(luck.uniform[:, 2:3], luck.cumulative)
    single = play(board, POLICIES[name], alone, noise=np.random.default_rng(0))
    assert together.reward[2] == single.reward[0]


@pytest.mark.parametrize("name", ["bwk", "greedy-ratio", "greedy-reward"])
def test_arm_order_changes_no_reward(name: str) -> None:
    """Arms listed the other way round earn the same: nothing hangs on their order."""
    instance = three_providers(3, 20, shared=2)
    back = replace(instance, arms=instance.arms[::-1])
    board, mirrored = lay_out(instance), lay_out(back)
    earned = [
        play(
            b,
            POLICIES[name],
            luck_for(b, 40),
            noise=np.random.default_rng(0),
            prior=one_of_each(b),
        ).reward
        for b in (board, mirrored)
    ]
    np.testing.assert_allclose(earned[0], earned[1])


def test_the_last_outcome_is_cut_to_what_is_left() -> None:
    """Cheaper outcomes fit, a dearer one earns the share that its budget pays for."""
    arm = Arm("a", (Outcome(0.5, 1.0, (("r", 1.0),)), Outcome(0.5, 4.0, (("r", 4.0),))))
    board = lay_out(Instance("cut", (arm,), (Resource("r", 2.0),), 1))
    luck = Luck(np.array([[0.9]]), cumulative(board.chance)[None])
    done = play(board, POLICIES["greedy-ratio"], luck, noise=np.random.default_rng(0))
    assert done.reward.tolist() == [2.0]
    assert done.left.tolist() == [[0.0]]


def test_an_arm_is_not_begun_below_its_smallest_cost() -> None:
    """A budget of 2.5 pays for two windows of 1, not for half a window more."""
    assert reward_of(one_arm(1.0, 1.0, 2.5)) == 2.0


def test_a_refilling_meter_cuts_a_round_and_not_the_run() -> None:
    """A round that would use twice the cap earns half, in every round."""
    assert reward_of(one_arm(2.0, 20.0, 10.0, basis="cap")) == 10.0


@pytest.mark.parametrize("name", NAMES)
def test_a_window_that_costs_nothing_is_always_open(name: str) -> None:
    """An arm without cost plays every round, whatever budget is spent."""
    assert reward_of(one_arm(1.0, 0.0, 0.0), name) == 10.0


@pytest.mark.parametrize("name", NAMES)
def test_spent_budgets_earn_nothing(name: str) -> None:
    """Nothing left: every round is skipped."""
    assert reward_of(one_arm(1.0, 1.0, 0.0), name) == 0.0


@pytest.mark.parametrize("name", NAMES)
def test_all_rewards_zero(name: str) -> None:
    """No reward anywhere is no division by zero."""
    assert reward_of(one_arm(0.0, 1.0, 5.0), name) == 0.0


@pytest.mark.parametrize("name", NAMES)
def test_no_rounds(name: str) -> None:
    """A horizon of 0 earns 0 and leaves every budget as it was."""
    done = played(name, horizon=0)
    assert done.reward.sum() == 0
    assert (done.left == small_board(0).budget[:, None]).all()


def test_actual_follows_the_log_and_starts_again() -> None:
    """Arms come in the log's order, from the start when it ends."""
    board = replace(small_board(5), budget=np.full(5, 1e6))
    done = play(board, as_logged([2, 2, 0]), luck_for(board, 1), noise=np.random.default_rng(0))
    assert done.pulls[:, 0].tolist() == [1, 0, 4]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), points=st.floats(0, 60), name=st.sampled_from(NAMES))
def test_without_a_choice_every_policy_plays_alike(seed: int, points: float, name: str) -> None:
    """A single arm is begun whenever it can be begun, by whatever policy."""
    whole = three_providers(seed, 12, shared=1, points_left=(points, points + 1))
    board = lay_out(replace(whole, arms=whole.arms[:1]))
    luck, known = luck_for(board, 20), one_of_each(board)
    plays = [
        play(board, policy, luck, noise=np.random.default_rng(0), prior=known)
        for policy in (POLICIES[name], as_logged([0]))
    ]
    for field in ("reward", "left", "pulls", "earned_by_round", "spent_by_round"):
        np.testing.assert_array_equal(*(getattr(done, field) for done in plays))


def test_no_policy_is_asked_once_every_budget_is_spent() -> None:
    """Nothing is ever paid back: the rounds that are left are skipped, the curve stays level."""
    asked = []

    def prepare(board: Board, noise: np.random.Generator, size: int) -> Choice:
        del board, noise

        def choose(now: Round) -> Whole:
            asked.append(now.number)
            return np.where(now.may[0], np.zeros(size, dtype=np.int64), IDLE)

        return choose

    board = lay_out(one_arm(2.0, 1.0, 4.0))
    luck, noise = luck_for(board, 3), np.random.default_rng(0)
    done = play(board, Policy("counted", prepare), luck, noise=noise)
    assert asked == [0, 1, 2, 3]
    assert done.skipped.tolist() == [6, 6, 6]
    assert done.earned_by_round.tolist() == [2, 4, 6, 8, 8, 8, 8, 8, 8, 8]
    assert done.spent_by_round.tolist() == [0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1]
    broke = play(lay_out(one_arm(2.0, 1.0, 0.0)), POLICIES["bwk"], luck, noise=noise)
    assert (broke.earned_by_round.any(), broke.spent_by_round.tolist()) == (False, [1.0] * 10)


def test_reserve_is_not_spent() -> None:
    """The last points of a budget stay."""
    instance = one_arm(1.0, 1.0, 5.0)
    kept = replace(instance, resources=(replace(instance.resources[0], reserve=3.0),))
    assert reward_of(kept) == 2.0
