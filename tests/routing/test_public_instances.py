"""Known figures of public instances."""

import numpy as np
import pytest
from routing_boards import luck_for, three_providers

from gitledger.errors import InvalidData
from gitledger.routing.board import lay_out, single
from gitledger.routing.engine import one_of_each, play
from gitledger.routing.fluid import fluid_plan
from gitledger.routing.optimum import exact_value
from gitledger.routing.policies import POLICIES
from gitledger.routing.public import NAMED, ferreira, two_arms
from gitledger.routing.trial import Trial, try_out


@pytest.fixture(scope="module", params=[80, pytest.param(200, marks=pytest.mark.slow)])
def trials(request: pytest.FixtureRequest) -> dict[float, Trial]:
    """Both Ferreira instances over 1000 rounds, so many runs."""
    return {alpha: try_out(ferreira(alpha), runs=request.param) for alpha in (0.25, 0.5)}


def percent(trial: Trial, policy: str) -> float:
    """A policy's share of the fluid ceiling."""
    return next(s.pct_of_lp or 0.0 for s in trial.scores if s.name == policy)


@pytest.mark.parametrize(
    ("alpha", "value", "mix"),
    [(0.25, 10.10, (0, 0, 3 / 4, 1 / 4)), (0.5, 17.95, (0, 2 / 3, 1 / 3, 0))],
)
def test_ferreira_fluid_optimum(alpha: float, value: float, mix: tuple[float, ...]) -> None:
    """The published optimum of a period and the shares of the four prices."""
    plan = fluid_plan(lay_out(ferreira(alpha)))
    assert plan.per_round == pytest.approx(value)
    assert plan.mix == pytest.approx(mix, abs=1e-9)


@pytest.mark.parametrize(
    ("alpha", "rounds", "value"),
    [
        (0.25, 20, 193.9489),
        (0.25, 1000, 10093.5041),
        (0.5, 20, 347.9780),
        (0.5, 1000, 17939.7678),
    ],
)
def test_ferreira_exact_optimum(alpha: float, rounds: int, value: float) -> None:
    """Backward induction reproduces the exact expected optimum."""
    assert exact_value(lay_out(ferreira(alpha, rounds))) == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize("alpha", [0.25, 0.5])
def test_thompson_sampling_nears_the_ceiling(trials: dict[float, Trial], alpha: float) -> None:
    """bwk-ts earns 98 % of the fluid optimum over 1000 rounds."""
    assert percent(trials[alpha], "bwk-ts") >= 98


@pytest.mark.parametrize(("alpha", "expected"), [(0.25, 82.9), (0.5, 77.7)])
def test_greedy_ratio_stays_behind(
    trials: dict[float, Trial], alpha: float, expected: float
) -> None:
    """greedy-ratio earns about 83 and 78 %, at least 12 points less than bwk-ts."""
    greedy = percent(trials[alpha], "greedy-ratio")
    assert greedy == pytest.approx(expected, abs=3)
    assert percent(trials[alpha], "bwk-ts") - greedy >= 12


@pytest.mark.parametrize("alpha", [0.25, 0.5])
def test_no_policy_passes_the_exact_optimum(trials: dict[float, Trial], alpha: float) -> None:
    """Mean rewards stay below the dynamic programme, four standard errors allowed."""
    trial = trials[alpha]
    assert trial.exact is not None
    assert [s.name for s in trial.scores if s.reward_mean - 4 * s.reward_se > trial.exact] == []


def test_two_arms_need_both() -> None:
    """The best fixed arm earns half, every replanning policy all."""
    trial = try_out(two_arms(), runs=20)
    assert percent(trial, "best-fixed") == pytest.approx(50)
    assert [percent(trial, name) for name in ("bwk", "bwk-ts", "bwk-ucb")] == pytest.approx(
        [100] * 3
    )


def test_best_single_arm_in_the_fluid_limit() -> None:
    """The second price alone sells 500 units of .5 T: 17450 of 17950."""
    board = lay_out(ferreira(0.5))
    assert max(single(board, i) for i in range(4)) == pytest.approx(500 * 34.9)


@pytest.mark.parametrize("rounds", [20, 42])
def test_bwk_gains_over_greedy_with_a_shared_cap(rounds: int) -> None:
    """Over random three-provider instances with one dollar cap the mean gain is not negative."""
    assert np.mean([_gain(seed, rounds, shared=1) for seed in range(30)]) >= 0


@pytest.mark.parametrize("rounds", [20, 42])
def test_private_caps_leave_little_to_gain(rounds: int) -> None:
    """With private caps that run out before the rounds do, bwk stays within 2 % of greedy."""
    gains = [_gain(seed, rounds, shared=0, points_left=(25, 60)) for seed in range(30)]
    assert abs(np.mean(gains)) <= 2


def _gain(
    seed: int, rounds: int, *, shared: int, points_left: tuple[float, float] = (40, 100)
) -> float:
    board = lay_out(three_providers(seed, rounds, shared=shared, points_left=points_left))
    luck, known = luck_for(board, 200), one_of_each(board)
    bwk, greedy = (
        play(board, POLICIES[n], luck, noise=np.random.default_rng(2), prior=known).reward.mean()
        for n in ("bwk", "greedy-ratio")
    )
    return float(100 * (bwk / greedy - 1))


def test_names_of_the_public_instances() -> None:
    """Each stands under its own name."""
    assert list(NAMED) == ["ferreira-0.25", "ferreira-0.5", "two-arms-two-resources"]
    assert all(name == instance.name for name, instance in NAMED.items())


def test_exact_optimum_refuses_two_resources() -> None:
    """More than one resource is refused with advice."""
    with pytest.raises(InvalidData, match="one resource"):
        exact_value(lay_out(two_arms(4)))
