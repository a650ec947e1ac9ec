"""The product-limit curve against the data every textbook uses, at its edges, and its interval."""

import pytest

from gitledger.measure.lifetimes import Cohort, lifetimes

# Freireich et al. (1963), Blood 21: weeks of remission under 6-MP; Kalbfleisch & Prentice,
# table 1.1; the curve as in Collett, Modelling Survival Data, and R's survival::survfit
REMISSION = [6, 6, 6, 7, 10, 13, 16, 22, 23]
WATCHED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
CURVE = {
    6: (21, 0.857),
    7: (17, 0.807),
    10: (15, 0.753),
    13: (12, 0.690),
    16: (11, 0.627),
    22: (7, 0.538),
    23: (6, 0.448),
}


def test_freireich() -> None:
    """At risk and the share left at each of the seven times; between them nothing changes."""
    ended = [Cohort("a", 1, week, (*[0] * (week - 1), 1)) for week in REMISSION]
    seen = [Cohort("a", 1, week) for week in WATCHED]
    steps = lifetimes([*ended, *seen], days=40, resamples=0)
    assert [step.time for step in steps] == list(range(1, 36))
    found = {step.time: (step.at_risk, step.share) for step in steps if step.deaths}
    assert found.keys() == CURVE.keys()
    for time, (at_risk, share) in CURVE.items():
        assert found[time] == (at_risk, pytest.approx(share, abs=6e-4))
    assert steps[14].share == steps[12].share


def test_without_an_early_end_it_is_the_plain_share() -> None:
    """Nobody is lost from sight: 1 of 4 dies on day 1, 2 more on day 2."""
    steps = lifetimes([Cohort("a", 4, 3, (1, 2))], days=14, resamples=0)
    assert [step.share for step in steps] == [0.75, pytest.approx(0.25), pytest.approx(0.25)]


def test_a_death_in_a_day_that_was_not_watched_whole_does_not_count() -> None:
    """Who was watched for one day says nothing of the second."""
    steps = lifetimes([Cohort("a", 4, 1, (1, 3))], resamples=0)
    assert [(step.time, step.deaths) for step in steps] == [(1, 1)]


def test_nothing_is_no_step() -> None:
    """Of nothing, and of what was not watched for a day."""
    assert lifetimes([]) == lifetimes([Cohort("a", 3, 0, (3,))]) == ()


def test_the_interval_draws_commits_within_windows() -> None:
    """Two windows of one commit each leave nothing to draw; two commits of one window do."""
    alive, gone = Cohort("a", 10, 14), Cohort("b", 10, 14, (10,))
    apart = lifetimes([alive, gone])
    assert {(step.share, step.low, step.high) for step in apart} == {(0.5, None, None)}
    together = lifetimes([alive, Cohort("a", 10, 14, (10,))])
    assert (together[-1].low, together[-1].high) == (0.0, 1.0)
    assert together == lifetimes([alive, Cohort("a", 10, 14, (10,))])
