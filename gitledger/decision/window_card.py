"""The card of one window: its facts gathered from the folded window, judged, and told.

Depends on `decision.case`, `gate`, `card`, on `windows` and `measure`.
"""

from collections.abc import Iterator, Mapping, Sequence

from gitledger.decision.card import Card
from gitledger.decision.case import Ledger, anomalies_of, finding_payload, vote_payload
from gitledger.decision.churn_gate import gone_words
from gitledger.decision.facts import EvidenceRun, WindowFacts
from gitledger.decision.ruling import Ruling
from gitledger.decision.week_estimates import window_load
from gitledger.decision.window import judge_window
from gitledger.ledger.row import Row
from gitledger.measure.amounts import number
from gitledger.measure.coverage import coverage
from gitledger.measure.efficiency import Efficiency, efficiency
from gitledger.measure.estimate import Estimate, plain, stated_once
from gitledger.measure.lasting import Lasting, lasting
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.audit.facts import ranges_of
from gitledger.windows.audit.findings import severities
from gitledger.windows.churn import MEASURED, WindowChurn, churns_of
from gitledger.windows.evidence import REPAIRED, repair_words, repairs
from gitledger.windows.snapshot import text_of
from gitledger.windows.window import AFTER, BEFORE, Window

UNMEASURED = "not measured"
BREACHED = "buffer-breached"


def window_card(ledger: Ledger, window: Window, *, shown: bool = False) -> Card:
    """The card of a window that the ledger names; one that is only `shown` counts no look."""
    facts = window_facts(ledger, window)
    ruling = judge_window(facts, ledger.rules)
    providers = dict.fromkeys(provider for provider, _ in window.holders)
    outcomes = outcomes_of([window], ledger.terms, ledger.reverted)
    stats = ledger.rules.statistics
    measured = [efficiency(outcomes, provider, stats=stats) for provider in providers]
    last = [lasting(outcomes, provider) for provider in providers]
    return Card(
        subject=window.id,
        kind="window",
        ruling=ruling,
        source=ledger.source,
        completeness=facts.parts,
        facts=tuple(fields(facts, ruling)),
        estimates=(*estimates(window, measured, last), load_payload(ledger, window)),
        anomalies=tuple(finding_payload(found) for found in facts.anomalies),
        findings=severities(facts.findings),
        reserve=facts.reserve,
        defaulted=ledger.rules.assumed,
        assumed=ledger.terms.assumed,
        evidence=tuple(evidence_payload(run) for run in facts.evidence),
        churn=tuple(map(churn_payload, facts.lines)),
        votes=tuple(vote_payload(vote) for vote in facts.votes),
        coverage=coverage(measured).payload(),
        world=ledger.world,
        rows=(*rows_of(window), *(vote.row for vote in facts.votes)),
        looks=len(ledger.issued(window.id)) + (not shown),
        terms=ledger.constants,
    )


def window_facts(ledger: Ledger, window: Window) -> WindowFacts:
    """What the gates look at."""
    findings = ledger.findings_of([window.id])
    final = window.final
    return WindowFacts(
        window=window.id,
        finalised=final is not None,
        recorded=bool(window.captures or final),
        outcome=final.outcome if final else "",
        features=final.features if final else 0,
        cls=number(final.cls) if final else None,
        integrity=ledger.integrity,
        findings=findings,
        anomalies=anomalies_of(findings),
        churn=tuple(text_of(row.values, "decision", MEASURED) for row in window.churn),
        lines=churns_of(window, ledger.reverted.get(window.id, "")),
        reserve=tuple(f"{f.where} {f.what}" for f in findings if f.code == BREACHED),
        states=tuple(delta.state for delta in window.deltas),
        ranges=ranges_of(window),
        evidence=runs_of_window(window, ledger.rules.window.no_go_evidence),
        votes=ledger.votes_on(window.id),
        parts=tuple(parts_of(window, ledger.rules.window.churn_decisions)),
    )


def parts_of(window: Window, measured: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """What a complete window has, in order, and whether it is there."""
    several = len(window.holders) > 1
    for provider, account in window.holders:
        owner = f" {provider}" if several else ""
        for phase in (BEFORE, AFTER):
            yield f"{phase}{owner}", window.capture(provider, account, phase) is not None
    if not window.holders:
        yield from ((BEFORE, False), (AFTER, False))
    final = window.final
    yield "finalised", final is not None
    yield "outcome", bool(final and final.outcome)
    yield "commit range", bool(ranges_of(window))
    decisions = {text_of(row.values, "decision", MEASURED) for row in window.churn}
    yield "churn", bool(decisions & set(measured))
    yield "evidence", any(row.values.get("result") == "pass" for row in window.evidence)


def runs_of_window(window: Window, failures: tuple[str, ...]) -> tuple[EvidenceRun, ...]:
    """A window's evidence; a result among `failures` that a later pass closes says so."""
    closing = repairs(window.evidence, failures)
    return tuple(map(evidence_of, window.evidence, closing))


def evidence_of(row: Row, passed: Row | None = None) -> EvidenceRun:
    """An `evidence` row as a value, with the later pass that closes it."""
    return EvidenceRun(
        run=text_of(row.values, "test_run_id"),
        result=text_of(row.values, "result"),
        capability=text_of(row.values, "capability"),
        runner=text_of(row.values, "runner"),
        row=row.id,
        repaired=repair_words(row, passed) if passed else "",
    )


def fields(facts: WindowFacts, ruling: Ruling) -> Iterator[tuple[str, object]]:
    """The fields that one-window cards of the earlier tracker have, under its names."""
    results = [run.result for run in facts.evidence]
    counts = (f"{results.count(word)} {word}" for word in ("pass", "fail", "partial"))
    closed = sum(bool(run.repaired) for run in facts.evidence)
    mended = f" ({closed} {REPAIRED})" if closed else ""
    have = sum(there for _, there in facts.parts)
    yield "Window", facts.window
    yield "Status", ruling.verdict
    yield "Anoms", str(len(facts.anomalies))
    yield "Finalized", "yes" if facts.finalised else "no"
    yield "Outcome", facts.outcome or "unknown"
    yield "Evidence", ", ".join(counts) + mended if results else "none"
    yield "Churn", ", ".join(dict.fromkeys(facts.churn)) or "none"
    yield "Completeness", f"{have}/{len(facts.parts)}"


def estimates(
    window: Window, measured: Sequence[Efficiency], last: Sequence[Lasting]
) -> Iterator[Mapping[str, object]]:
    """Efficiency, features and those that last of each provider here, and what was stated."""
    for made in measured:
        name = f"{made.name} {made.provider}"
        reason = f" ({made.excluded[0].reason})" if made.excluded else ""
        estimate = made.estimate
        if reason and not estimate.known:
            estimate = Estimate(None, n=0, method=estimate.method, reason=made.excluded[0].reason)
        yield {"name": name, **estimate.payload()}
    for made, kept in zip(measured, last, strict=True):
        if kept.delivered is not None:
            yield {"name": f"delivered {made.provider}", **kept.count.payload()}
            yield {"name": f"lasting {made.provider}", **kept.payload()}
    final = window.final
    names = ("quality", "impf", "minutes")
    stated = [(name, getattr(final, name)) for name in names] if final else []
    stated += [(f"impf_{name}", part) for name, part in final.impf_parts] if final else []
    stated += [(f"minutes_{name}", part) for name, part in final.minutes_parts] if final else []
    for name, value in stated:
        known = number(value)
        if known is not None:
            yield {"name": name, **stated_once(known).payload()}


def load_payload(ledger: Ledger, window: Window) -> Mapping[str, object]:
    """CLS with its terms: stated, or computed from what the ledger knows."""
    load = window_load(window, ledger.windows)
    terms = {} if load.stated else {"terms": dict(load.terms), "missing": list(load.missing)}
    return {"name": "cls", **load.estimate.payload(), "stated": load.stated, **terms}


def evidence_payload(run: EvidenceRun) -> Mapping[str, object]:
    """An evidence row in a card."""
    more = {"capability": run.capability, "runner": run.runner, "repaired": run.repaired}
    return {"run": run.run, "result": run.result, **{k: v for k, v in more.items() if v}}


def churn_payload(lines: WindowChurn) -> Mapping[str, object]:
    """A provider's churn in a card: its lines, the share that is gone or its bounds, in words."""
    return {
        "row": lines.row or None,
        "provider": lines.provider,
        "decision": lines.decision or UNMEASURED,
        "net": plain(lines.net),
        "merged_lines": plain(lines.merged),
        "churn_14d": plain(lines.churn_14d),
        "churn_so_far": plain(lines.so_far),
        "upper": plain(lines.upper),
        "until": lines.until or None,
        "reverted_by": lines.reverted_by or None,
        "gone": gone_words(lines),
        "remark": lines.remark or None,
    }


def rows_of(window: Window) -> tuple[str, ...]:
    """Ids of the rows that tell of the window, each once, in order."""
    found = [capture.canonical.row for capture in window.captures]
    found += [window.finalised.canonical.row] if window.finalised else []
    found += [row.id for row in (*window.churn, *window.evidence, *window.commits)]
    return tuple(dict.fromkeys(found))
