"""The window card's gates: each verdict, each reason, each clash of order."""

from dataclasses import replace

import pytest

from gitledger.decision.facts import EvidenceRun, Vote, WindowFacts
from gitledger.decision.rules import read_rules
from gitledger.decision.window import judge_window
from gitledger.windows.audit.findings import Finding
from gitledger.windows.churn import WindowChurn

ERROR = Finding("W0-01", "non-monotonic", "error", "", "weekly fell from 20 to 10", "")
WARNING = Finding("W0-01", "anchor-moved", "warning", "", "the weekly reset jumped", "")
PASS = EvidenceRun("TR-1", "pass")
FAIL = EvidenceRun("TR-2", "fail")
PARTIAL = EvidenceRun("TR-3", "partial")
LASTS = WindowChurn("r", "codex", "measured", "mature", 12.0, 0.0, 0.0)
GOOD = WindowFacts(
    window="W0-01",
    finalised=True,
    recorded=True,
    outcome="pass",
    features=3,
    churn=("measured",),
    lines=(LASTS,),
    evidence=(PASS,),
    states=("valid",),
    ranges=(("a" * 40, "b" * 40),),
)


def verdict(rules, **changed):
    """Verdict and rule of the good window with some facts changed."""
    made = judge_window(replace(GOOD, **changed), rules)
    return made.verdict, made.rule


def test_everything_there_is_a_go(rules):
    """Finalised, passed, churn measured, evidence passes, no anomaly."""
    assert verdict(rules) == ("GO", "window.go")


def test_a_partial_outcome_may_go(rules):
    """The rule file lists pass and partial."""
    assert verdict(rules, outcome="partial") == ("GO", "window.go")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"churn": ()}, "churn missing"),
        ({"churn": ("missing-commit-range",)}, "churn skipped: missing-commit-range"),
        ({"churn": ("unlanded",)}, "churn skipped: unlanded"),
        ({"evidence": ()}, "evidence missing"),
        ({"evidence": (PARTIAL,)}, "evidence has no pass"),
        ({"cls": 1.3}, "cls 1.3 asks for a Tier-2 sign-off"),
        ({"cls": 1.3, "votes": (Vote("v", "go", 1),)}, "cls 1.3 asks for a Tier-2 sign-off"),
        (
            {"cls": 1.3, "votes": (Vote("v", "go", 2), Vote("w", "no-go", 2))},
            "cls 1.3 asks for a Tier-2 sign-off",
        ),
    ],
)
def test_what_is_missing_makes_it_soft(rules, changed, reason):
    """A skipped churn row is no churn row; no pass is no evidence; one step is named each."""
    made = judge_window(replace(GOOD, **changed), rules)
    assert (made.verdict, made.reasons) == ("SOFT GO", (reason,))
    assert len(made.would_flip) == 1


def test_a_tier_2_vote_signs_a_heavy_window(rules):
    """cls above 1.2 with a Tier-2 go is a GO again."""
    assert verdict(rules, cls=1.3, votes=(Vote("v", "go", 2),)) == ("GO", "window.go")


def test_a_light_window_needs_no_sign_off(rules):
    """1.2 itself is not above 1.2."""
    assert verdict(rules, cls=1.2) == ("GO", "window.go")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"outcome": "fail"}, "outcome fail"),
        ({"evidence": (FAIL,)}, "evidence failed: TR-2"),
        ({"evidence": (FAIL, PASS)}, "evidence failed: TR-2"),
        ({"finalised": False, "outcome": "", "evidence": (FAIL,)}, "evidence failed: TR-2"),
    ],
)
def test_failure_is_a_no_go(rules, changed, reason):
    """A pass beside a failure that nothing closes hides it not."""
    made = judge_window(replace(GOOD, **changed), rules)
    assert (made.verdict, made.reasons[0]) == ("NO-GO", reason)


def test_a_later_pass_closes_a_failure(rules):
    """The closed failure stops nothing, and the reasons tell of it."""
    closed = replace(FAIL, repaired="failed, then passed in TR-1")
    made = judge_window(replace(GOOD, evidence=(closed, PASS)), rules)
    assert (made.verdict, made.rule) == ("GO", "window.go")
    assert made.reasons[-1] == "evidence TR-2: failed, then passed in TR-1"


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"churn": (), "lines": ()}, "SOFT GO"),
        ({"anomalies": (WARNING,), "findings": (WARNING,)}, "HOLD"),
        ({"findings": (ERROR,)}, "INVALID"),
    ],
)
def test_a_closed_failure_is_told_whatever_the_verdict(rules, changed, verdict):
    """Who reads why it is no GO reads of the repaired run too."""
    closed = replace(FAIL, repaired="failed, then passed in TR-1")
    made = judge_window(replace(GOOD, evidence=(closed, PASS), **changed), rules)
    assert made.verdict == verdict
    assert made.reasons[-1] == "evidence TR-2: failed, then passed in TR-1"


def test_an_anomaly_holds_a_good_window(rules):
    """Neither go nor no-go: the anomaly is the reason."""
    made = judge_window(replace(GOOD, anomalies=(WARNING,), findings=(WARNING,)), rules)
    assert (made.verdict, made.rule) == ("HOLD", "window.hold")
    assert made.reasons == ("anchor-moved: the weekly reset jumped",)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"finalised": False, "outcome": ""}, "not completed"),
        ({"finalised": False, "outcome": "", "recorded": False}, "nothing is recorded"),
        ({"outcome": ""}, "no outcome was stated"),
    ],
)
def test_an_unfinished_window_is_insufficient(rules, changed, reason):
    """Missing facts are no failure."""
    made = judge_window(replace(GOOD, **changed), rules)
    assert (made.verdict, made.reasons) == ("INSUFFICIENT", (reason,))


@pytest.mark.parametrize(
    "changed",
    [
        {"findings": (ERROR,)},
        {"states": ("valid", "non-monotonic")},
        {"ranges": (("a" * 40, "a" * 40),)},
        {"integrity": ("row 3f9a was edited in 77aa",)},
        {
            "findings": (
                Finding("W0-01", "evidence-artifact-changed", "error", "", "hash differs", ""),
            )
        },
        {
            "findings": (
                Finding("W0-01", "conflicting-finalise", "error", "", "3 and 5 features", ""),
            )
        },
    ],
)
def test_invalid_comes_before_go(rules, changed):
    """Integrity, an error finding, a meter that fell, and start == end with features."""
    assert verdict(rules, **changed) == ("INVALID", "window.invalid")


def test_invalid_comes_before_no_go(rules):
    """A failed window with a broken meter is INVALID first."""
    assert verdict(rules, outcome="fail", findings=(ERROR,))[0] == "INVALID"


def test_invalid_comes_before_insufficient(rules):
    """An open window with a broken meter is INVALID."""
    assert verdict(rules, finalised=False, outcome="", findings=(ERROR,))[0] == "INVALID"


def test_an_empty_range_without_features_is_not_invalid(rules):
    """start == end is wrong only where features are claimed."""
    assert verdict(rules, features=0, ranges=(("a" * 40, "a" * 40),))[0] == "GO"


def test_no_rule_file_can_argue_a_fallen_meter_into_a_go(content):
    """Even with no severity listed, a non-monotonic meter stays INVALID."""
    content["window"]["invalid"]["severities"] = []
    spoiled, _ = read_rules(content)
    assert verdict(spoiled, states=("non-monotonic",))[0] == "INVALID"


def test_a_rule_change_changes_the_verdict(content):
    """The same facts under a rule file that asks for two passes."""
    content["window"]["go"]["min_evidence_pass"] = 2
    stricter, _ = read_rules(content)
    assert verdict(stricter)[0] == "SOFT GO"


def test_what_may_not_be_missed_holds(content):
    """Without churn in may_miss, a missing churn row is a HOLD."""
    content["window"]["soft_go"]["may_miss"] = ["evidence", "tier2"]
    strict, _ = read_rules(content)
    assert verdict(strict, churn=())[0] == "HOLD"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, 0),
        ({"churn": ()}, 4),
        ({"outcome": "fail"}, 1),
        ({"findings": (ERROR,)}, 1),
        ({"finalised": False, "outcome": ""}, 4),
        ({"anomalies": (WARNING,)}, 4),
    ],
)
def test_exit_codes_follow_the_verdict(rules, changed, code):
    """0 GO, 1 NO-GO or INVALID, 4 undecided."""
    assert judge_window(replace(GOOD, **changed), rules).exit_code == code


def test_one_of_a_kind_is_told_in_the_singular(rules):
    """One evidence row passes; one feature came from a range without a commit."""
    assert "1 of 1 evidence row passes" in judge_window(GOOD, rules).reasons
    empty = replace(GOOD, features=1, ranges=(("a" * 40, "a" * 40),))
    assert "1 feature from" in judge_window(empty, rules).reasons[0]


def lines(so_far, upper=None, **more):
    """Churn that is final, or open until 7 December; +12 lines net."""
    state = "mature" if upper is None else "open"
    ends = (so_far, so_far if upper is None else upper)
    made = WindowChurn("r", "codex", "measured", state, 12.0, *ends, "2026-12-07", net=12.0)
    return made._replace(**more)


@pytest.mark.parametrize(
    ("churn", "verdict"),
    [
        (lines(0.5), "GO"),
        (lines(0.51), "NO-GO"),
        (lines(0.2, 0.5), "GO"),
        (lines(0.2, 0.9), "SOFT GO"),
        (lines(0.6, 0.9), "NO-GO"),
        (lines(0.0, undone=True, reverted_by="f" * 40), "NO-GO"),
    ],
)
def test_the_churn_rule_takes_both_bounds(rules, churn, verdict):
    """NO-GO as soon as more than half is gone, GO only when no more can be."""
    assert judge_window(replace(GOOD, lines=(churn,)), rules).verdict == verdict


def test_what_is_gone_is_said_with_the_lines_before_and_after(rules):
    """Net of a range without deletions, and what would change it."""
    made = judge_window(replace(GOOD, lines=(lines(1.0),)), rules)
    assert made.reasons == ("churn: 100 % gone, net +12 -> 0; more than 50 % of the merged lines",)
    assert made.would_flip == (
        "the work merged again, in a window of its own; W0-01's lines that are gone stay gone",
    )


def test_open_churn_names_the_day_and_the_step(rules):
    """Both bounds, the day, and what would have to be measured then."""
    made = judge_window(replace(GOOD, lines=(lines(0.25, 1.0),)), rules)
    assert made.reasons == (
        "churn open until 2026-12-07: 25 % gone so far, at most 100 % on 2026-12-07",
    )
    assert made.would_flip == (
        "at most 50 % gone when it is measured from 2026-12-07 on: gitledger churn --window W0-01",
    )


def test_a_range_of_which_no_line_landed_has_no_churn(rules):
    """Measured, and yet nothing to say whether the work lasts."""
    none = WindowChurn("r", "codex", "measured", "no-lines")
    made = judge_window(replace(GOOD, lines=(none,)), rules)
    assert (made.verdict, made.reasons) == ("SOFT GO", ("churn unknown: no line was merged",))


def test_a_revert_is_no_fault_of_the_record(rules):
    """The audit's error stops the window by its churn, never as INVALID."""
    found = Finding("W0-01", "reverted", "error", "", "taken back in fff", "")
    undone = lines(0.0, undone=True, reverted_by="f" * 40)
    made = judge_window(replace(GOOD, findings=(found,), lines=(undone,)), rules)
    assert (made.verdict, made.rule) == ("NO-GO", "window.no_go")
    assert "100 % gone, net +12 -> 0, reverted in ffffffffffff" in made.reasons[0]


def test_a_breach_of_the_reserve_costs_the_go(content, rules):
    """Unless the rule file says no."""
    broken = replace(GOOD, reserve=("codex weekly 94 % used, over 90 %",))
    made = judge_window(broken, rules)
    assert (made.verdict, made.reasons) == (
        "SOFT GO",
        ("reserve: codex weekly 94 % used, over 90 %",),
    )
    content["window"]["reserve"] = "no"
    assert judge_window(broken, read_rules(content)[0]).verdict == "GO"
