"""The card of a window, from rows: every verdict, and the holes of earlier trackers closed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from decision_rows import START, Rows, ledger_of

from gitledger.decision.card import canonical
from gitledger.decision.rules import read_rules
from gitledger.decision.window_card import window_card
from gitledger.windows.audit.facts import WorldFacts


@pytest.fixture
def rows():
    """One complete window, W0-01."""
    made = Rows()
    made.work("W0-01", (10, 22))
    made.churned("W0-01")
    made.proven("W0-01")
    return made


def card(rows, rules, **more):
    """The card of W0-01."""
    ledger = ledger_of(rows, rules, **more)
    return window_card(ledger, ledger.window("W0-01"))


def verdict(rows, rules, **more):
    """Its verdict."""
    return card(rows, rules, **more).ruling.verdict


def test_a_complete_window_goes(rows, rules):
    """All seven parts are there, efficiency is a point."""
    made = card(rows, rules)
    assert made.ruling.verdict == "GO"
    assert made.content()["completeness"] == {"have": 7, "of": 7, "missing": []}
    assert made.estimates[0]["value"] == 0.25


def test_a_skipped_churn_row_does_not_count_as_churn(rows, rules):
    """The hole: any churn row used to do."""
    rows["churn"].clear()
    rows.churned("W0-01", "missing-commit-range")
    made = card(rows, rules)
    assert made.ruling.verdict == "SOFT GO"
    assert made.ruling.reasons == ("churn skipped: missing-commit-range",)
    assert "churn" in made.content()["completeness"]["missing"]


def test_a_failed_evidence_row_does_not_count_as_evidence(rows, rules):
    """The hole: any evidence row used to do; now it stops the window, even beside a pass."""
    rows.proven("W0-01", "fail", "TR-2")
    made = card(rows, rules)
    assert (made.ruling.verdict, made.ruling.reasons) == ("NO-GO", ("evidence failed: TR-2",))


def test_a_failure_that_was_mended_is_shown_and_stops_nothing(rows, rules):
    """The card goes; its Evidence line, its reasons and the run itself tell of the failure."""
    rows.proven("W0-01", "fail", "TR-2")
    rows.proven("W0-01", "pass", "TR-3")
    made = card(rows, rules)
    assert made.ruling.verdict == "GO"
    assert made.ruling.reasons[-1] == "evidence TR-2: failed, then passed in TR-3"
    assert dict(made.facts)["Evidence"] == "2 pass, 1 fail, 0 partial (1 failed, then passed)"
    assert made.evidence[1]["repaired"] == "failed, then passed in TR-3"


def test_a_range_from_a_commit_to_itself_with_features_is_invalid(rows, rules):
    """The hole: HEAD..HEAD with features used to pass."""
    rows["windows"].clear()
    rows.finish("W0-01", commit_start="a" * 40, commit_end="a" * 40)
    assert verdict(rows, rules) == "INVALID"


def test_a_meter_that_fell_can_never_be_a_go(rules):
    """The hole: 20 -> 10 used to be read as a delta."""
    rows = Rows()
    rows.work("W0-01", (20, 10))
    rows.churned("W0-01")
    rows.proven("W0-01")
    made = card(rows, rules)
    assert made.ruling.verdict == "INVALID"
    assert any("non-monotonic" in reason for reason in made.ruling.reasons)


def test_a_second_finalisation_does_not_change_an_issued_card_silently(rows, rules):
    """The hole: the later row used to win unseen. A conflict makes the next card INVALID."""
    before = card(rows, rules)
    rows.finish("W0-01", features=9)
    after = card(rows, rules)
    assert (before.ruling.verdict, after.ruling.verdict) == ("GO", "INVALID")
    assert before.id != after.id


def test_a_repeated_finalisation_is_reported_and_counts_once(rows, rules):
    """The same statement twice: nothing is summed, the verdict stands."""
    rows["windows"].append(rows["windows"][0]._replace(id="f" * 16))
    made = card(rows, rules)
    assert made.ruling.verdict == "GO"
    assert made.estimates[0]["value"] == 0.25


def test_an_artefact_that_changed_is_invalid(rows, rules):
    """The file no longer is what was recorded."""
    rows["evidence"].clear()
    rows.proven("W0-01", artifact="out.txt", artifact_sha256="1" * 64)
    facts = WorldFacts(now=START + timedelta(days=9), artifacts={"out.txt": "2" * 64})
    assert verdict(rows, rules, facts=facts) == "INVALID"
    vanished = WorldFacts(now=START + timedelta(days=9), artifacts={"out.txt": ""})
    assert verdict(rows, rules, facts=vanished) != "INVALID"


def test_a_failed_outcome_is_a_no_go(rows, rules):
    """outcome fail."""
    rows["windows"].clear()
    rows.finish("W0-01", outcome="fail")
    assert verdict(rows, rules) == "NO-GO"


def test_a_missing_after_holds(rules):
    """The capacity meter has no delta: an anomaly, so neither go nor no-go."""
    rows = Rows()
    rows.snap("W0-01", "before", START, 10)
    rows.finish("W0-01")
    rows.churned("W0-01")
    rows.proven("W0-01")
    made = card(rows, rules)
    assert made.ruling.verdict == "HOLD"
    assert made.anomalies[0]["code"] == "missing-after"


def test_an_open_window_is_insufficient(rules):
    """Only a BEFORE."""
    rows = Rows()
    rows.snap("W0-01", "before", START, 10)
    assert verdict(rows, rules) == "INSUFFICIENT"


def test_votes_on_the_window_and_on_its_cards_are_shown(rows, rules):
    """A Tier-2 vote on an earlier card of the window signs its load."""
    rows["windows"].clear()
    rows.finish("W0-01", cls=Decimal("1.5"))
    assert verdict(rows, rules) == "SOFT GO"
    rows.add("decisions", card="beef" * 4, subject="W0-01", verdict="SOFT GO")
    rows.add("votes", card="beef" * 4, voter="ada", vote="go", tier=2)
    made = card(rows, rules)
    assert (made.ruling.verdict, made.votes[0]["voter"], made.looks) == ("GO", "ada", 2)


def test_a_failed_verification_is_invalid(rows, rules):
    """Integrity goes before everything."""
    assert verdict(rows, rules, integrity=("row 3f9a was edited",)) == "INVALID"


def test_the_same_ledger_gives_the_same_bytes(rows, rules):
    """Twice the same card, byte for byte."""
    first, second = (canonical(card(rows, rules).content()) for _ in range(2))
    assert first == second


def test_every_row_used_is_named(rows, rules):
    """Two snapshots, one finalisation, churn, evidence."""
    assert len(card(rows, rules).rows) == 5


def test_a_load_is_computed_of_what_the_ledger_knows(rows, rules):
    """Files of this window against another one's: z = 1, the other terms are missing by name."""
    rows["churn"].clear()
    rows.churned("W0-01", files_changed=9)
    rows.work("W0-02", (22, 30))
    rows.churned("W0-02", files_changed=1)
    load = next(e for e in card(rows, rules).estimates if e["name"] == "cls")
    assert (load["value"], load["stated"], load["terms"]) == (1, False, {"files_touched": 1.0})
    assert "module_spread" in load["missing"]


def test_a_stated_load_is_labelled(rows, rules):
    """--cls wins."""
    rows["windows"].clear()
    rows.finish("W0-01", cls=Decimal("0.7"))
    load = next(e for e in card(rows, rules).estimates if e["name"] == "cls")
    assert (load["value"], load["stated"]) == (0.7, True)


def test_a_breach_of_the_reserve_stands_on_the_card(rules):
    """The week ended at 94 %: shown, counted among the findings, and no GO."""
    rows = Rows()
    rows.work("W0-01", (80, 94))
    rows.churned("W0-01")
    rows.proven("W0-01")
    made = card(rows, rules)
    assert made.ruling.verdict == "SOFT GO"
    assert made.content()["reserve"] == ["codex weekly 94 % used, over 90 %"]
    assert made.content()["findings"] == {"error": 0, "warning": 1, "note": 0}


def test_delivered_and_lasting_stand_side_by_side(rules):
    """A quarter of twelve lines is gone: 2.25 of 3."""
    rows = Rows()
    rows.work("W0-01", (10, 22))
    survival = {"state": "mature", "churn_14d": 0.25, "alive_at_end": 12}
    rows.churned("W0-01", survival=survival)
    found = {e["name"]: e for e in card(rows, rules).estimates}
    assert found["delivered codex"]["value"] == 3
    assert (found["lasting codex"]["value"], found["lasting codex"]["of"]) == (2.25, 1)


def test_a_rule_file_of_before_names_the_defaults_that_stand_for_it(content):
    """The card says which limits were taken, and judges by them."""
    for part, key in (
        ("window", "max_churn_14d"),
        ("window", "reserve"),
        ("week", "max_churn_14d"),
    ):
        del content[part][key]
    old, problems = read_rules(content)
    assert (problems, old.window.max_churn_14d, old.week.max_churn_14d) == ((), 0.5, 0.3)
    rows = Rows()
    rows.work("W0-01", (10, 22))
    assert "window.max_churn_14d: 0.5" in card(rows, old).content()["rules_defaulted"]


def test_every_estimate_has_an_interval_or_says_why_it_has_none(rules):
    """Stated numbers too: a load, a quality and minutes are no samples."""
    rows = Rows()
    rows.work("W0-01", (10, 22), cls=Decimal("1.5"), minutes=Decimal(30))
    book = ledger_of(rows, rules)
    made = window_card(book, book.window("W0-01")).estimates
    assert {"quality", "minutes", "cls"} <= {entry["name"] for entry in made}
    for entry in made:
        whole = entry["value"] is not None and entry["low"] is not None
        assert whole or entry.get("reason"), entry["name"]
