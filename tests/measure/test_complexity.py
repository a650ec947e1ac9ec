"""Cognitive load from range facts and stated values; human minutes per feature by week."""

from datetime import date

import pytest

from gitledger.measure.complexity import (
    CLS_WEIGHTS,
    FeatureFacts,
    Interaction,
    cognitive_load,
    impf,
    impf_by_week,
    impf_trend,
)

DAY = date(2026, 11, 20)


def facts(on=DAY, **terms):
    """Facts of a feature on a day."""
    return FeatureFacts(on, {name: float(value) for name, value in terms.items()})


def test_the_seven_weights_add_up_to_one():
    """The formula's weights are shares."""
    assert sum(CLS_WEIGHTS.values()) == pytest.approx(1)


def test_a_stated_value_wins_and_is_labelled():
    """Typed --cls is not computed over."""
    made = cognitive_load(facts(files_touched=9), [facts(files_touched=1)], stated=1.4)
    assert (made.estimate.value, made.stated, made.estimate.method) == (1.4, True, "stated")


def test_missing_terms_give_their_weight_to_the_others():
    """Two known terms of .25 and .20: z of +1 and -1 make (.25 - .20) / .45."""
    made = cognitive_load(
        facts(files_touched=3, module_spread=1), [facts(files_touched=1, module_spread=3)]
    )
    assert made.estimate.value == pytest.approx(0.05 / 0.45)
    assert [name for name, _ in made.terms] == ["files_touched", "module_spread"]
    assert "dependency_depth" in made.missing


def test_features_older_than_thirty_days_are_not_in_the_group():
    """Day 30 is in, day 31 is out, the future is out."""
    inside, outside = (
        facts(date(2026, 10, 21), files_touched=1),
        facts(date(2026, 10, 20), files_touched=1),
    )
    later = facts(date(2026, 11, 21), files_touched=1)
    assert cognitive_load(facts(files_touched=3), [inside, outside, later]).estimate.n == 2


def test_a_first_feature_has_no_load():
    """One feature has no spread to stand in: unknown with a reason."""
    made = cognitive_load(facts(files_touched=3), [])
    assert made.estimate.value is None
    assert made.estimate.reason


def test_equal_features_have_load_zero():
    """No spread among known features: z is 0, not a division by zero."""
    made = cognitive_load(facts(files_touched=3), [facts(files_touched=3)])
    assert made.estimate.value == 0


def minutes(on, features, **by):
    """Minutes spent on features on a day."""
    return Interaction(on, {k: float(v) for k, v in by.items()}, features)


def test_impf_is_a_ratio_of_sums():
    """30 minutes over 4 features, not the mean of 10 and 20/3."""
    made = impf([minutes(DAY, 1, guidance=10), minutes(DAY, 3, guidance=15, validation=5)])
    assert (made.value, made.n) == (7.5, 2)


def test_impf_of_a_category_uses_those_that_know_it():
    """Validation minutes over the features they were kept for."""
    rows = [minutes(DAY, 1, guidance=10), minutes(DAY, 3, guidance=15, validation=6)]
    assert impf(rows, "validation").value == 2


def test_impf_without_features_is_unknown():
    """Minutes without a feature are no rate."""
    assert impf([minutes(DAY, 0, guidance=10)]).value is None


def test_impf_is_kept_by_iso_week():
    """A week begins on Monday; the year is the week's own."""
    rows = [minutes(date(2027, 1, 3), 1, guidance=9), minutes(date(2027, 1, 4), 1, guidance=4)]
    assert [(w.week, w.estimate.value) for w in impf_by_week(rows)] == [
        ("2026-W53", 9),
        ("2027-W01", 4),
    ]


def test_the_trend_is_minutes_per_feature_a_week():
    """12, 10, 8 over three weeks: -2 a week, also across the end of a year."""
    days = [date(2026, 12, 21), date(2026, 12, 28), date(2027, 1, 4)]
    rows = [minutes(d, 1, guidance=m) for d, m in zip(days, (12, 10, 8), strict=True)]
    assert impf_trend(impf_by_week(rows)).value == pytest.approx(-2)


def test_one_week_has_no_trend():
    """Unknown, not flat."""
    assert impf_trend(impf_by_week([minutes(DAY, 1, guidance=3)])).reason == "fewer than two weeks"
