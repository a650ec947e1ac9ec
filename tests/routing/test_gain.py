"""From deltas to words."""

import numpy as np
import pytest

from gitledger.routing.gain import compare, judge
from gitledger.routing.log import window_reward


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.0, 0.0, "HOLDS"),
        (0.1, 9.0, "HOLDS"),
        (-0.1, 9.0, "NOT WORSE"),
        (-5.0, 0.0, "NOT WORSE"),
        (-5.1, 9.0, "UNDECIDED"),
        (-5.0, -0.1, "FAILS"),
        (-50.0, -20.0, "FAILS"),
    ],
)
def test_word_of_an_interval(low: float, high: float, word: str) -> None:
    """Each border on its own side; an interval below 0 fails however near."""
    assert judge(low, high) == word


def test_value_is_a_ratio_of_sums() -> None:
    """Never a mean of ratios: 6 more over 12 is 50 %."""
    found = compare("b", np.array([10.0, 8.0]), np.array([10.0, 2.0]))
    assert found.value == pytest.approx(50)


def test_share_of_worlds_without_loss() -> None:
    """A world without difference is no loss."""
    assert compare("b", np.array([1.0, 2.0, 0.5, 3.0]), np.ones(4)).p_ge_0 == 0.75


def test_a_baseline_that_earns_nothing_gives_no_percentage() -> None:
    """Something against nothing is unknown in percent, not 0 and not infinite."""
    found = compare("b", np.ones(8), np.zeros(8))
    assert (found.value, found.low, found.high) == (None, None, None)
    assert found.verdict == "HOLDS"


def test_nothing_against_nothing_is_undecided() -> None:
    """No reward on either side says nothing."""
    found = compare("b", np.zeros(8), np.zeros(8))
    assert (found.value, found.verdict) == (0.0, "UNDECIDED")


def test_reward_by_either_rule() -> None:
    """Features x quality, or quality for each point used."""
    assert window_reward(3, 0.5, 9) == 1.5
    assert window_reward(3, 0.5, 9, "features-per-point") == 0.05
