"""Kaplan-Meier against the data every textbook uses, and at its edges."""

import pytest

from gitledger.measure.lifetimes import kaplan_meier

# Freireich et al. (1963), Blood 21: weeks of remission under 6-MP; Kalbfleisch & Prentice,
# table 1.1; curve and errors as in Collett, Modelling Survival Data, and R's survival::survfit
REMISSION = [6, 6, 6, 7, 10, 13, 16, 22, 23]
WATCHED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
CURVE = {
    6: (21, 0.857, 0.0764),
    7: (17, 0.807, 0.0869),
    10: (15, 0.753, 0.0963),
    13: (12, 0.690, 0.1068),
    16: (11, 0.627, 0.1141),
    22: (7, 0.538, 0.1282),
    23: (6, 0.448, 0.1346),
}


def test_freireich() -> None:
    """At risk, survival and Greenwood's error at each of the seven times."""
    died = [True] * len(REMISSION) + [False] * len(WATCHED)
    steps = kaplan_meier([*REMISSION, *WATCHED], died)
    found = {step.time: (step.at_risk, step.survival, step.error) for step in steps}
    assert found.keys() == CURVE.keys()
    for time, (at_risk, survival, error) in CURVE.items():
        assert found[time][0] == at_risk
        assert found[time][1:] == pytest.approx((survival, error), abs=6e-4)


def test_without_an_early_end_it_is_the_plain_share() -> None:
    """Nobody is lost from sight: 3 of 4 outlive 1, 1 of 4 outlives 2."""
    assert [s.survival for s in kaplan_meier([1, 2, 2, 9], [True, True, True, False])] == [
        0.75,
        0.25,
    ]


def test_when_all_die_nothing_is_left() -> None:
    """0 with error 0, not a division by zero."""
    last = kaplan_meier([1, 2], [True, True])[-1]
    assert (last.survival, last.error) == (0, 0)


def test_no_death_is_no_step() -> None:
    """Also of nothing at all."""
    assert kaplan_meier([3, 4], [False, False]) == kaplan_meier([], []) == ()
