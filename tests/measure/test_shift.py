"""Whether a rate changed: what the sequential test claims, how large, what it could not show."""

import numpy as np
import pytest

from gitledger.measure.sequence import held_interval
from gitledger.measure.shift import (
    Weeks,
    alarms,
    detectable,
    log_evidence,
    log_threshold,
    one_series,
    side_by_side,
    step_estimate,
)

FLAT = [0.0, 0.02, -0.01, 0.01, -0.02, 0.015, 0.0, -0.01]


def test_the_evidence_is_the_formula() -> None:
    """One split, one step, by hand: ((c + Q)/(c + Q'))^((4 + n - 1)/2)."""
    weeks = one_series([0.0, 0.1, 0.0, 0.5], [1, 1, 1, 1])
    values = np.array([0.0, 0.1, 0.0, 0.5])
    moved = values - np.array([0, 0, 0, 0.4])
    squares = [float(((v - v.mean()) ** 2).sum()) for v in (values, moved)]
    by_hand = 3.5 * np.log((4 * 0.0064 + squares[0]) / (4 * 0.0064 + squares[1]))
    assert weeks.log_ratios(4, np.array([3]), np.array([0.4]))[0, 0, 0] == pytest.approx(by_hand)


def test_a_week_of_no_weight_says_nothing() -> None:
    """A week that a series lacks changes no number, whatever value stands in its place."""
    with_gap = one_series([0.0, 9.0, 0.1, 0.0, 0.5], [1, 0, 1, 1, 1])
    without = one_series([0.0, 0.1, 0.0, 0.5], [1, 1, 1, 1])
    cuts, steps = np.array([4]), np.array([0.4])
    assert with_gap.log_ratios(5, cuts, steps) == pytest.approx(
        without.log_ratios(4, cuts - 1, steps)
    )


def test_a_step_is_found_where_it_was() -> None:
    """x .7 after eight quiet weeks: found within three, dated right, its size in the interval."""
    values = [*FLAT, -0.36, -0.35, -0.37, -0.35]
    weeks = one_series(values, [1.0] * len(values))
    (found,) = alarms(weeks, [0.0075] * len(values))
    assert (found.after, found.look) == (8, 10)
    step = step_estimate(weeks, (7, 9), len(values), 0, 0.03)
    assert step.low < -0.357 < step.high
    assert (step.earliest, step.latest) == (8, 8)


def test_two_steps_are_two_changes() -> None:
    """Down, and up again: the test begins anew after the first."""
    values = [*FLAT, *(v - 0.5 for v in FLAT), *FLAT]
    found = alarms(one_series(values, [1.0] * len(values)), [0.0075] * len(values))
    assert [alarm.after for alarm in found] == [8, 16]


def test_quiet_weeks_claim_nothing() -> None:
    """Nothing to see is not seen; the smallest step it would have shown is told."""
    values = FLAT * 3
    weeks = one_series(values, [1.0] * len(values))
    assert alarms(weeks, [0.05] * len(values)) == ()
    least = detectable(weeks, 0.0075)
    assert least is not None
    assert 0.75 < least < 0.95


def test_few_weeks_could_show_nothing() -> None:
    """Five weeks have no three before and three after a change."""
    assert detectable(one_series(FLAT[:5], [1.0] * 5), 0.05) is None


def test_two_rates_together_show_what_one_cannot() -> None:
    """Weeks too unlike for one rate alone: both fell, and together they say so."""
    generator = np.random.default_rng(4)
    values = generator.normal(0, 0.15, (2, 12))
    values[:, 8:] += np.log(0.65)
    ones = np.ones(12)
    alone = [log_evidence(one_series(v, ones), 12)[0] for v in values]
    both = log_evidence(side_by_side(values, [ones, ones]), 12)[0]
    assert both > max(alone) + 2


def share_of_alarms(*, series: int, weeks: int, spread: float, step: float, alpha: float) -> float:
    """How many of 400 ledgers with a step after the eighth week show one at any weekly look."""
    generator = np.random.default_rng(11)
    values = generator.normal(0, spread, (series, 400, weeks))
    values[:, :, 8:] += np.log(step)
    made = Weeks(values, np.ones_like(values))
    most = np.max([log_evidence(made, look) for look in range(4, weeks + 1)], axis=0)
    return float((most >= log_threshold(alpha)).mean())


def test_a_year_without_change_rarely_shows_one() -> None:
    """At most 5 % of years at a week's CV of .15: two rates together and one alone."""
    spread = float(np.sqrt(np.log1p(0.15**2)))
    assert share_of_alarms(series=1, weeks=52, spread=spread, step=1, alpha=0.05) <= 0.05
    assert share_of_alarms(series=2, weeks=52, spread=spread, step=1, alpha=0.03) <= 0.035


def test_a_step_of_seven_tenths_is_found_in_three_weeks() -> None:
    """Both rates together at a week's CV of .15 after eight weeks."""
    spread = float(np.sqrt(np.log1p(0.15**2)))
    assert share_of_alarms(series=2, weeks=11, spread=spread, step=0.7, alpha=0.03) >= 0.75


def test_the_interval_of_a_level_holds_at_every_look() -> None:
    """Over 40 looks of 300 series the true level is outside at any look in at most 5 %."""
    generator = np.random.default_rng(3)
    outside = 0
    for _ in range(300):
        values = list(generator.normal(0, 0.15, 40))
        ends = [held_interval(values[:n], [1.0] * n, 0.05)[1:] for n in range(1, 41)]
        outside += any(not low <= 0 <= high for low, high in ends)
    assert outside / 300 <= 0.05


def test_one_week_has_no_interval() -> None:
    """A single week cannot bound its level."""
    mean, low, high = held_interval([0.3], [1.0], 0.05)
    assert mean == pytest.approx(0.3)
    assert low == -np.inf or low < -1
    assert high == np.inf or high > 1.5
