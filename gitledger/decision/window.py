"""The window card's gates, in order; the first that matches decides.

Depends on `decision.facts`, `rules` and `verdict`.
INVALID, GO, SOFT GO, NO-GO, HOLD, INSUFFICIENT. A gate returns None when it does not match.
"""

from collections.abc import Callable
from dataclasses import replace

from gitledger.decision.churn_gate import churn_excesses, gone_words, lacks_churn
from gitledger.decision.facts import WindowFacts
from gitledger.decision.rules import Rules, WindowRules
from gitledger.decision.ruling import Ruling
from gitledger.errors import with_noun
from gitledger.measure.estimate import short_percent
from gitledger.windows.audit.findings import SOUND, Finding

Gate = Callable[[WindowFacts, WindowRules], Ruling | None]
AGAIN = "the work merged again, in a window of its own; {}'s lines that are gone stay gone"
TELLS_CLOSED = frozenset({"GO", "SOFT GO", "HOLD", "INVALID"})
RESERVE_STAYS = "a window that ends outside the reserve of the week"
FIX = {
    "churn": "measure churn: gitledger churn",
    "evidence": "add a passing test run: gitledger evidence run",
    "tier2": "a Tier-2 vote go: gitledger vote --tier 2",
}


def judge_window(facts: WindowFacts, rules: Rules) -> Ruling:
    """The ruling on one window."""
    for gate in GATES:
        ruling = gate(facts, rules.window)
        if ruling is not None:
            more = closed_failures(facts) if ruling.verdict in TELLS_CLOSED else ()
            return replace(ruling, reasons=(*ruling.reasons, *more))
    message = "no gate matched"
    raise AssertionError(message)


def invalid(facts: WindowFacts, rules: WindowRules) -> Ruling | None:
    """Integrity failed, or the audit found an error, or the facts contradict themselves."""
    reasons = [*facts.integrity, *map(sentence, errors_in(facts, rules))]
    reasons += contradictions(facts)
    if not reasons:
        return None
    step = "fix the errors listed by: gitledger audit"
    return Ruling("INVALID", "window.invalid", tuple(dict.fromkeys(reasons)), (step,))


def errors_in(facts: WindowFacts, rules: WindowRules) -> list[Finding]:
    """Findings whose severity makes a card invalid; work that was reverted is recorded soundly."""
    return [
        found
        for found in facts.findings
        if found.severity in rules.invalid_severities and found.code not in SOUND
    ]


def contradictions(facts: WindowFacts) -> list[str]:
    """What can never be a GO, whatever the audit said: no severity may be argued down."""
    reasons = []
    # an error of the audit stands among the reasons already, in its own words
    if "non-monotonic" in facts.states and "non-monotonic" not in codes(facts):
        reasons.append("non-monotonic: a meter fell under one reset time")
    empty = [start for start, end in facts.ranges if start and start == end]
    if facts.features > 0 and empty and "empty-range" not in codes(facts):
        many = with_noun(facts.features, "feature")
        reasons.append(f"empty-range: {many} from {empty[0][:12]} to itself")
    return reasons


def codes(facts: WindowFacts) -> set[str]:
    """Codes that the audit reported as errors already."""
    return {found.code for found in facts.findings if found.severity == "error"}


def lacks(facts: WindowFacts, rules: WindowRules) -> dict[str, str]:
    """What a GO asks for and is not there: name -> reason."""
    found = {}
    churn = lacks_churn(facts, rules)
    if churn:
        found["churn"] = churn
    if len(facts.passed) < rules.min_evidence_pass:
        found["evidence"] = "evidence has no pass" if facts.evidence else "evidence missing"
    # a load that nobody knows is above no limit
    if facts.cls is not None and facts.cls > rules.tier2_above_cls and not facts.signed_by_tier_2:
        found["tier2"] = f"cls {facts.cls:g} asks for a Tier-2 sign-off"
    return found


def sound(facts: WindowFacts, rules: WindowRules) -> bool:
    """What GO and SOFT GO share: finalised well, few anomalies, no failed evidence."""
    return (
        facts.finalised
        and facts.outcome in rules.go_outcomes
        and len(facts.anomalies) <= rules.max_anomalies
        and not failed_runs(facts, rules)
        and not churn_excesses(facts, rules)
    )


def closed_failures(facts: WindowFacts) -> tuple[str, ...]:
    """The failed runs that a later pass closed, each as a reason."""
    return tuple(f"evidence {run.run}: {run.repaired}" for run in facts.evidence if run.repaired)


def failed_runs(facts: WindowFacts, rules: WindowRules) -> list[str]:
    """Evidence runs whose result stops the window and that no later pass closes."""
    return [
        run.run for run in facts.evidence if run.result in rules.no_go_evidence and not run.repaired
    ]


def go(facts: WindowFacts, rules: WindowRules) -> Ruling | None:
    """Finalised, passed or partial, measured churn, passing evidence, no anomaly."""
    if not sound(facts, rules) or lacks(facts, rules) or breach(facts, rules):
        return None
    evidence = with_noun(len(facts.evidence), "evidence row passes", "evidence rows pass")
    reasons = (
        f"outcome {facts.outcome}",
        f"churn measured: {'; '.join(dict.fromkeys(map(gone_words, facts.lines)))}",
        f"{len(facts.passed)} of {evidence}",
    )
    most = short_percent(rules.max_churn_14d)
    flips = (
        f"more than {most} of the merged lines gone",
        "a failing evidence row",
        "a finding of severity error",
        "outcome fail by an amend",
    )
    return Ruling("GO", "window.go", reasons, flips)


def soft_go(facts: WindowFacts, rules: WindowRules) -> Ruling | None:
    """As GO, but churn, evidence or a sign-off is missing."""
    missing, breached = lacks(facts, rules), breach(facts, rules)
    if not sound(facts, rules) or set(missing) - set(rules.may_miss):
        return None
    if not missing and not breached:
        return None
    flips = [fix(name, reason, facts, rules) for name, reason in missing.items()]
    flips += [RESERVE_STAYS] if breached else []
    return Ruling("SOFT GO", "window.soft_go", (*missing.values(), *breached), tuple(flips))


def fix(name: str, reason: str, facts: WindowFacts, rules: WindowRules) -> str:
    """The step that brings what is missing."""
    if name != "churn" or not reason.startswith("churn open"):
        return FIX[name]
    # the sentence is that of `lacks_churn`: the day in it is when measuring anew helps
    until, most = reason.removeprefix("churn open until ").partition(":")[0], rules.max_churn_14d
    again = f"gitledger churn --window {facts.window}"
    return f"at most {short_percent(most)} gone when it is measured from {until} on: {again}"


def breach(facts: WindowFacts, rules: WindowRules) -> tuple[str, ...]:
    """The breaches of the week's reserve, where the rules take the GO for them."""
    return tuple(f"reserve: {what}" for what in facts.reserve) if rules.reserve_blocks else ()


def no_go(facts: WindowFacts, rules: WindowRules) -> Ruling | None:
    """Finalised with outcome fail, failed evidence, or more lines gone than may be."""
    failed, gone = failed_runs(facts, rules), churn_excesses(facts, rules)
    reasons = [*gone, *(f"evidence failed: {run}" for run in failed)]
    if facts.finalised and facts.outcome in rules.no_go_outcomes:
        reasons.insert(0, f"outcome {facts.outcome}")
    if not reasons:
        return None
    flips = (
        ["a later pass of the same capability and runner: gitledger evidence run"] if failed else []
    )
    flips += [AGAIN.format(facts.window)] if gone else []
    # another outcome helps only where the outcome alone stopped it
    flips += ["gitledger complete --amend with another outcome"] if not failed and not gone else []
    return Ruling("NO-GO", "window.no_go", tuple(reasons), tuple(flips))


def hold(facts: WindowFacts, rules: WindowRules) -> Ruling | None:
    """Finalised with an outcome, and yet neither go nor no-go."""
    if not facts.finalised or not facts.outcome:
        return None
    reasons = [sentence(found) for found in facts.anomalies]
    if len(facts.anomalies) <= rules.max_anomalies:
        reasons = list(lacks(facts, rules).values())
        if facts.outcome not in rules.go_outcomes:
            reasons.insert(0, f"outcome {facts.outcome} is not GO")
    flips = ("the findings fixed, or voided with a reason",) if facts.anomalies else ()
    return Ruling("HOLD", "window.hold", tuple(reasons) or ("no gate matched",), flips)


def insufficient(facts: WindowFacts, rules: WindowRules) -> Ruling | None:
    """Not finalised, finalised without outcome, or nothing recorded."""
    del rules
    if not facts.recorded:
        reason = "nothing is recorded"
    else:
        reason = "no outcome was stated" if facts.finalised else "not completed"
    return Ruling(
        "INSUFFICIENT", "window.insufficient", (reason,), ("gitledger complete --outcome ...",)
    )


def sentence(found: Finding) -> str:
    """A finding as a reason."""
    return f"{found.code}: {found.what}"


# of a record that contradicts itself nothing else is asked
GATES: tuple[Gate, ...] = (invalid, go, soft_go, no_go, hold, insufficient)
