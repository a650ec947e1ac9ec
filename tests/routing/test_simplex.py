"""The batched simplex against HiGHS."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.routing.fluid import highs
from gitledger.routing.simplex import PATIENCE, Solutions, solve


def random_programmes(kind: str, size: int = 120) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rewards (A, R), costs (A, J, R) and limits (J, R) of one kind."""
    rng = np.random.default_rng(sum(kind.encode()))
    arms, resources = int(rng.integers(2, 6)), int(rng.integers(1, 6))
    reward = rng.uniform(0, 5, (arms, size))
    cost = rng.uniform(0, 4, (arms, resources, size))
    limit = rng.uniform(0, 2, (resources, size))
    if kind == "whole":
        reward, cost, limit = np.rint(reward), np.rint(cost), np.rint(limit)
    elif kind == "sparse":
        cost *= rng.random(cost.shape) < 0.4
    elif kind == "spent":
        limit *= rng.random(limit.shape) < 0.5
    elif kind == "twins":
        reward[1], cost[1] = reward[0], cost[0]
        limit[-1] = limit[0]
        cost[:, -1] = cost[:, 0]
    elif kind == "wide":
        cost *= 10.0 ** rng.integers(-3, 4, (1, resources, 1))
        limit *= 10.0 ** rng.integers(-3, 3, (resources, 1))
    return reward, cost, limit


KINDS = ("plain", "whole", "sparse", "spent", "twins", "wide")


def solved(kind: str) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], Solutions]:
    """The programmes of a kind and their solutions."""
    given = random_programmes(kind)
    return given, solve(*given)


@pytest.mark.parametrize("kind", KINDS)
def test_value_equals_highs(kind: str) -> None:
    """On 120 programmes of each kind, degenerate ones among them, the optimum is HiGHS's."""
    (reward, cost, limit), found = solved(kind)
    expected = [
        highs(reward[:, r], cost[:, :, r], limit[:, r]).per_round for r in range(reward.shape[1])
    ]
    np.testing.assert_allclose(found.value, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_shares_are_feasible(kind: str) -> None:
    """Shares are not negative, sum to 1 at most, and stay within every limit."""
    (_, cost, limit), found = solved(kind)
    assert found.share.min() >= 0
    assert found.share.sum(axis=0).max() <= 1 + 1e-9
    used = np.einsum("ajr,ar->jr", cost, found.share)
    assert (used <= limit * (1 + 1e-8) + 1e-9).all()


@pytest.mark.parametrize("kind", KINDS)
def test_prices_prove_the_optimum(kind: str) -> None:
    """Shadow prices are dual feasible and their value is the optimum: both sides are right."""
    (reward, cost, limit), found = solved(kind)
    worth = np.einsum("ajr,jr->ar", cost, found.price) + found.round_price
    assert (worth >= reward - 1e-7).all()
    dual = (limit * found.price).sum(axis=0) + found.round_price
    np.testing.assert_allclose(dual, found.value, rtol=1e-7, atol=1e-8)


def test_bland_finishes_what_dantzig_began(monkeypatch: pytest.MonkeyPatch) -> None:
    """With Bland's rule from the first exchange the optima are the same."""
    assert PATIENCE > 0
    given, quick = solved("twins")
    monkeypatch.setattr("gitledger.routing.simplex.PATIENCE", 0)
    np.testing.assert_allclose(quick.value, solve(*given).value, rtol=1e-9, atol=1e-12)


def test_bland_ends_on_a_cycling_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beale's programme, on which Dantzig's rule can cycle, ends at its optimum 1/20."""
    monkeypatch.setattr("gitledger.routing.simplex.PATIENCE", 0)
    reward = np.array([[0.75], [-150.0], [0.02], [-6.0]])
    cost = np.array([[0.25, 0.5, 0.0], [-60, -90, 0], [-0.04, -0.02, 1], [9, 3, 0]])[:, :, None]
    found = solve(reward, cost, np.array([[0.0], [0.0], [1.0]]))
    assert found.value[0] == pytest.approx(
        highs(reward[:, 0], cost[:, :, 0], np.array([0, 0, 1.0])).per_round
    )


def test_no_resources_leave_the_best_arm() -> None:
    """Without any resource the best arm takes every round."""
    found = solve(np.array([[1.0], [2.0]]), np.zeros((2, 0, 1)), np.zeros((0, 1)))
    assert found.share[:, 0].tolist() == [0.0, 1.0]
    assert found.round_price[0] == 2.0


@settings(max_examples=80, deadline=None)
@given(
    reward=st.lists(st.integers(0, 4), min_size=2, max_size=4),
    limit=st.lists(st.integers(0, 3), min_size=1, max_size=3),
    data=st.data(),
)
def test_small_whole_programmes_equal_highs(
    reward: list[int], limit: list[int], data: st.DataObject
) -> None:
    """Any small programme of whole numbers, ties and zeros included, has HiGHS's optimum."""
    row = st.lists(st.integers(0, 3), min_size=len(limit), max_size=len(limit))
    cost = np.array([data.draw(row) for _ in reward], dtype=float)
    r, b = np.array(reward, dtype=float), np.array(limit, dtype=float)
    found = solve(r[:, None], cost[:, :, None], b[:, None])
    assert found.value[0] == pytest.approx(highs(r, cost, b).per_round, abs=1e-9)
