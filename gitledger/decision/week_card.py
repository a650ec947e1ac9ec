"""The card of a week or any other set of windows: arms compared, guarded, judged and told.

Depends on `decision.case`, `week`, `guardrails`, `card`, on `windows` and `measure`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gitledger.decision.card import Card
from gitledger.decision.case import Ledger, anomalies_of, finding_payload, vote_payload
from gitledger.decision.facts import WeekFacts
from gitledger.decision.guardrails import (
    CardArm,
    guard_alone,
    guard_arm,
    mean_quality,
    pass_rate,
    peak_use,
)
from gitledger.decision.pairs import every_pair
from gitledger.decision.scope import Scope, left_out, windows_in
from gitledger.decision.week import any_look, judge_week
from gitledger.decision.week_estimates import week_estimates
from gitledger.decision.window_card import rows_of
from gitledger.ledger.values import canonical_time
from gitledger.measure.churnpool import pooled_churn
from gitledger.measure.cost import COST, LASTING_COST, Prices, dollars, per_dollar
from gitledger.measure.coverage import Coverage, coverage
from gitledger.measure.efficiency import LASTING_PER_PP, efficiency
from gitledger.measure.lasting import lasting
from gitledger.measure.outcome import WindowOutcome, by_methodology, mixed_rules
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.audit.findings import severities
from gitledger.windows.window import Window
from gitledger.windows.worktime import worked_at

LISTED = 40


def week_card(ledger: Ledger, scope: Scope, *, shown: bool = False) -> Card:
    """The card of a scope: every arm, every pair, the guardrails of every challenger.

    A card that is only `shown` counts no look and is judged as one that anybody may look at.
    """
    windows = windows_in(ledger, scope)
    outcomes = outcomes_in(ledger, scope, windows)
    facts, seen = week_facts(ledger, scope, windows, outcomes)
    if shown:
        facts = replace(facts, looks=facts.looks - 1, shown=True)
    needed = [arm.efficiency.needed for arm in facts.arms if arm.efficiency.needed is not None]
    rows = [row for window in windows for row in rows_of(window)]
    votes = ledger.votes_on(scope.label)
    return Card(
        subject=scope.label,
        kind="week",
        ruling=judge_week(facts, ledger.rules),
        source=ledger.source,
        completeness=tuple(completeness(seen)),
        arms=tuple(arm_payload(arm) for arm in facts.arms),
        estimates=week_estimates(ledger, outcomes, windows),
        comparisons=tuple(c.payload() for c in facts.comparisons),
        guardrails=tuple(g.payload() for g in facts.guardrails),
        anomalies=tuple(finding_payload(found) for found in facts.anomalies[:LISTED]),
        findings=severities(facts.findings),
        defaulted=ledger.rules.assumed,
        assumed=ledger.terms.assumed,
        votes=tuple(map(vote_payload, votes)),
        coverage=short_coverage(seen),
        scope={**scope.payload(), **outside(ledger, scope)},
        world=ledger.world,
        rows=tuple(dict.fromkeys([*rows, *(vote.row for vote in votes)])),
        looks=facts.looks,
        judged_by="anytime" if any_look(facts, ledger.rules.week) else "fixed",
        terms=ledger.constants,
        windows_needed=max(needed, default=None),
    )


def outside(ledger: Ledger, scope: Scope) -> Mapping[str, object]:
    """The windows of the week's name that were worked too late for it, where there are some."""
    late = [
        {"window": w.id, "worked": canonical_time(at) if at else None}
        for w in left_out(ledger, scope)
        for at in (worked_at(w),)
    ]
    return {"left_out": late} if late else {}


def outcomes_in(
    ledger: Ledger, scope: Scope, windows: Sequence[Window]
) -> tuple[WindowOutcome, ...]:
    """The outcomes of a scope's windows, under the names of its arms."""
    outcomes = outcomes_of(windows, ledger.terms, ledger.reverted)
    if scope.provider:
        outcomes = tuple(o for o in outcomes if o.provider == scope.provider)
    return by_methodology(outcomes) if scope.methodology else outcomes


def week_facts(
    ledger: Ledger, scope: Scope, windows: Sequence[Window], outcomes: Sequence[WindowOutcome]
) -> tuple[WeekFacts, Coverage]:
    """What the gates look at, and the coverage of all arms together."""
    arms = arms_of(ledger, outcomes, scope)
    findings = ledger.findings_of([w.id for w in windows])
    guards = ledger.rules.guardrails
    rails = [g for arm in arms[:1] if arm.peak.known for g in guard_alone(arm, guards)]
    rails += [g for arm in arms[1:] for g in guard_arm(arm, arms[0], guards)]
    facts = WeekFacts(
        subject=scope.label,
        arms=arms,
        comparisons=every_pair(arms, ledger.rules.statistics),
        guardrails=tuple(rails),
        integrity=ledger.integrity,
        findings=findings,
        anomalies=anomalies_of(findings),
        used=tuple(name for arm in arms for name in arm.efficiency.used),
        looks=len(ledger.issued(scope.label)) + 1,
        mixed=mixed_rules([o for o in outcomes if not o.unusable]),
    )
    return facts, coverage([arm.efficiency for arm in arms])


def arm_order(ledger: Ledger, scope: Scope, outcomes: Sequence[WindowOutcome]) -> tuple[str, ...]:
    """Names of the arms: the asked baseline first, then the configured order, then by name."""
    names = sorted({o.side for o in outcomes})
    known = [name for name in ledger.order if name in names]
    known += [name for name in names if name not in known]
    first = [scope.baseline] if scope.baseline in known else []
    return tuple(dict.fromkeys([*first, *known]))


def arms_of(ledger: Ledger, outcomes: Sequence[WindowOutcome], scope: Scope) -> tuple[CardArm, ...]:
    """Each arm with its efficiency and what its guardrails need."""
    asked = scope.baseline
    arms = [
        arm_of(ledger, name, [o for o in outcomes if o.side == name])
        for name in arm_order(ledger, scope, outcomes)
    ]
    # an arm without usable windows can be nobody's baseline, unless it was asked for
    return tuple(sorted(arms, key=lambda arm: not arm.efficiency.used and arm.name != asked))


def arm_of(ledger: Ledger, name: str, own: Sequence[WindowOutcome]) -> CardArm:
    """One arm of its own outcomes."""
    stats, prices = ledger.rules.statistics, Prices(ledger.plans)
    finished = [o for o in own if not o.unfinished]  # these facts need no meter
    return CardArm(
        name=name,
        efficiency=efficiency(own, name, stats=stats),
        quality=mean_quality(finished),
        pass_rate=pass_rate(finished, stats),
        churn=pooled_churn(own),
        cost=dollars(per_dollar(own, name, prices, stats=stats), COST),
        peak=peak_use(own),
        lasting=lasting(own, name),
        lasting_per_pp=efficiency(own, name, name=LASTING_PER_PP, stats=stats).estimate,
        per_dollar=per_dollar(own, name, prices, name=LASTING_PER_PP, stats=stats),
    )


def arm_payload(arm: CardArm) -> Mapping[str, object]:
    """An arm in a card: its efficiency as in a preview, and the guardrails' values."""
    values = {
        "quality": arm.quality,
        "pass_rate": arm.pass_rate,
        "cost_per_feature": arm.cost,
        "peak_pct": arm.peak,
        LASTING_COST: dollars(arm.per_dollar, LASTING_COST),
    }
    return {
        "name": arm.name,
        **arm.efficiency.payload(),
        **{name: estimate.payload() for name, estimate in values.items()},
        "churn_14d": arm.churn.payload(),
        "lasting": arm.lasting.payload(),
        "lasting_per_pp": arm.lasting_per_pp.payload(),
    }


def completeness(seen: Coverage) -> list[tuple[str, bool]]:
    """Each (window, arm) and whether it is usable; the usable ones without names."""
    usable = [("", True)] * seen.usable
    return usable + [(f"{e.window} ({e.reason})", False) for e in seen.excluded]


def short_coverage(seen: Coverage) -> Mapping[str, object]:
    """The coverage with at most forty windows listed; the numbers stay whole."""
    return replace(seen, excluded=seen.excluded[:LISTED]).payload()
