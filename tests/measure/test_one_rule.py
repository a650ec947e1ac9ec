"""Figures under two rules stand in no ratio: every measure says so, and what it would have been."""

from datetime import date

import pytest

from gitledger.decision.guardrails import mean_quality
from gitledger.measure.comparison import compare
from gitledger.measure.complexity import Interaction, impf
from gitledger.measure.efficiency import VARIANTS, efficiency
from gitledger.measure.lasting import lasting
from gitledger.measure.outcome import WindowOutcome

RULES = ("trailers", "typed", "trailers")


def outcomes(*rules: str, provider: str = "codex") -> list[WindowOutcome]:
    """Windows of three features and ten points each, counted by these rules."""
    return [
        WindowOutcome(f"W{n}", provider, 3, 10.0, quality=0.5, outcome="pass", rule=rule)
        for n, rule in enumerate(rules)
    ]


@pytest.mark.parametrize("name", VARIANTS)
def test_no_efficiency_is_made_of_two_rules(name: str) -> None:
    """No number, no sum, and the windows of each rule."""
    made = efficiency(outcomes(*RULES), "codex", name=name)
    if not made.used:
        return  # what lasts of these windows is not known either way
    assert (made.estimate.value, made.estimate.low, made.features) == (None, None, None)
    assert "trailers (W0, W2)" in made.estimate.reason


def test_two_arms_under_two_rules_are_not_compared() -> None:
    """Each has a figure of its own."""
    a, b = (
        efficiency(outcomes(rule, rule, rule, provider=name), name)
        for name, rule in (("codex", "trailers"), ("glm", "typed"))
    )
    found = compare(("codex", a.sample), ("glm", b.sample))
    assert (a.estimate.known, b.estimate.known, found.ratio.value) == (True, True, None)
    assert "several rules" in found.ratio.reason


def test_windows_in_which_no_rule_found_any_join_those_that_were_counted() -> None:
    """Zero is zero under each of them."""
    assert efficiency(outcomes("trailers", "none", "trailers"), "codex").estimate.known


def test_sums_and_means_of_features_are_made_of_one_rule() -> None:
    """Lasting features, quality by features, human minutes a feature."""
    mixed = outcomes(*RULES)
    spent = [
        Interaction(date(2026, 11, 2), {"guidance": 5.0}, 1.0, f"W{n}", rule)
        for n, rule in enumerate(RULES)
    ]
    found = (lasting(mixed, "codex").count, lasting(mixed, "codex").total)
    every = (*found, mean_quality(mixed), impf(spent))
    assert [(one.value, "several rules" in one.reason) for one in every] == [(None, True)] * 4
