"""Limits from the configuration."""

from datetime import timedelta
from decimal import Decimal

from gitledger.windows.thresholds import SHIPPED_CAPACITY, Terms, read_terms


def test_absent_limits_have_their_defaults() -> None:
    """An empty configuration gives the shipped limits and capacity meters."""
    assert (Terms(), ()) == read_terms({})


def test_stated_limits_win() -> None:
    """A configuration overrides single limits and meters and may hold other keys."""
    terms, _ = read_terms(
        {"thresholds": {"reset_tolerance_minutes": 3, "other": 1}, "capacity": {"glm": "weekly"}}
    )
    found = (terms.thresholds.reset_tolerance, terms.capacity_meter("glm"))
    assert (timedelta(minutes=3), "weekly") == found
    assert terms.thresholds.buffer_pp == Decimal(10)


def test_the_block_that_was_shipped_is_no_choice() -> None:
    """0.1.0 wrote it into every ledger; one that differs was chosen."""
    shipped = {"codex": "weekly", "claude": "weekly", "glm": "5h"}
    assert read_terms({"capacity": shipped})[0].capacity == {}
    assert read_terms({"capacity": shipped | {"glm": "weekly"}})[0].capacity["codex"] == "weekly"


def test_plans_that_sell_more_are_named_by_provider_or_account() -> None:
    """`overage: [codex, glm/b]`."""
    terms, _ = read_terms({"overage": ["codex", "glm/b"]})
    asked = (("codex", "a"), ("glm", "a"), ("glm", "b"))
    assert [terms.sells_more(*each) for each in asked] == [True, False, True]


def test_a_limit_that_is_no_number_is_told() -> None:
    """A wrong limit is named and its default stays in force."""
    terms, problems = read_terms({"thresholds": {"buffer_pp": "ten", "late_after_hours": -1}})
    assert Terms() == terms
    assert [p.where.split(".")[-1] for p in problems] == ["buffer_pp", "late_after_hours"]


def test_keys_that_a_configuration_lacks_are_told_with_their_defaults() -> None:
    """Of an older file; a capacity that 0.1.0 shipped counts as not chosen, and is told."""
    limits = dict.fromkeys(("buffer_pp", "after_delay_minutes", "late_after_hours"), 5)
    terms, _ = read_terms({"capacity": dict(SHIPPED_CAPACITY), "thresholds": limits})
    assert terms.assumed == (
        "capacity: {} (the block that 0.1.0 shipped counts as not chosen)",
        "overage: []",
        "thresholds.reset_tolerance_minutes: 2",
    )
    whole = {**limits, "reset_tolerance_minutes": 3}
    stated = {"capacity": {"codex": "5h"}, "overage": [], "thresholds": whole}
    assert read_terms(stated)[0].assumed == ()
