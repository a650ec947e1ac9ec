"""What each provider's capacity bought, over all windows or one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gitledger.book.book import Book
from gitledger.book.case import plans_of, rules_of
from gitledger.book.outside import facts_of
from gitledger.book.windows import LedgerWindows, fold_book
from gitledger.decision.rules import judging
from gitledger.ledger.row import Row
from gitledger.measure.churnpool import pooled_churn
from gitledger.measure.cost import LASTING_COST, Prices, dollars, per_dollar
from gitledger.measure.coverage import coverage
from gitledger.measure.efficiency import LASTING_PER_PP, Efficiency, efficiency, every_provider
from gitledger.measure.human import interactions_of, weekly
from gitledger.measure.lasting import lasting
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.telemetry import event_of_row, summarise
from gitledger.measure.terms import Statistics
from gitledger.measure.usage import usage_sums
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.audit.checks import audit_window
from gitledger.windows.audit.facts import WorldFacts, neighbours_of
from gitledger.windows.audit.findings import Finding, is_anomaly, severities
from gitledger.windows.capacity import meter_changes
from gitledger.windows.churn import newest_churn, remark_of
from gitledger.windows.standing import standing
from gitledger.windows.window import Window

SCHEMA = "gitledger.preview/1"
NO_METHOD = "not stated"


def build_preview(
    book: Book, window: str = "", *, by: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """Efficiency per provider, coverage, churn, telemetry, usage and anomalies; and what to know.

    `by` is "" or "methodology", which splits every provider. Raises UnknownWindow.
    """
    folded, rules = fold_book(book), rules_of(book)
    folded = replace(folded, terms=judging(folded.terms, rules))
    asked = (folded.named(window),) if window else folded.windows
    facts = facts_of(book, asked)
    asked = standing(asked, facts.taken)
    outcomes = outcomes_of(asked, folded.terms, facts.reverted)
    parts = group_outcomes(outcomes, by)
    stats, prices = rules.statistics, Prices(plans_of(book.config))
    measured = [
        (label, entry, many) for label, many in parts for entry in every_provider(many, stats=stats)
    ]
    changes = meter_changes(folded.windows, folded.chosen)
    found = audit_asked(folded, asked, facts)
    payload = {
        "window": window or None,
        "by": by or None,
        "providers": [provider_payload(*each, stats=stats, prices=prices) for each in measured],
        "coverage": coverage([entry for _, entry, _ in measured]).payload(),
        "findings": severities(found),
        "anomalies": sum(map(is_anomaly, found)),
        "windows": [window_payload(each) for each in asked],
        "meter_changes": [change._asdict() for change in changes],
        "telemetry": telemetry(book, window),
        "usage": usage(book, window),
        "impf": weekly(interactions_of(outcomes)),
        "churn": [
            churn_payload(each, row) for each in asked for row in newest_churn(each).values()
        ],
    }
    return payload, [*folded.notes, *(change.sentence for change in changes)]


def group_outcomes(
    outcomes: Sequence[WindowOutcome], by: str
) -> Sequence[tuple[str, Sequence[WindowOutcome]]]:
    """The outcomes as one group, or one for each methodology in alphabetical order."""
    if not by:
        return [("", outcomes)]
    names = sorted({outcome.methodology for outcome in outcomes})
    return [(name or NO_METHOD, [o for o in outcomes if o.methodology == name]) for name in names]


def provider_payload(
    label: str,
    entry: Efficiency,
    outcomes: Sequence[WindowOutcome],
    *,
    stats: Statistics,
    prices: Prices,
) -> dict[str, Any]:
    """One provider: delivered and lasting beside its efficiency, and what a lasting feature costs.

    `label` is its methodology where windows are parted by it.
    """
    spent = per_dollar(outcomes, entry.arm, prices, name=LASTING_PER_PP, stats=stats)
    lasts = lasting(outcomes, entry.arm)
    rate = efficiency(outcomes, entry.arm, name=LASTING_PER_PP, stats=stats).estimate
    churn = pooled_churn([o for o in outcomes if o.side == entry.arm])
    told = dict(entry.payload()) | {
        "delivered": lasts.delivered,
        "lasting": lasts.payload(),
        "lasting_per_pp": rate.payload(),
        "churn_14d": churn.payload(),
        LASTING_COST: dollars(spent, LASTING_COST).payload(),
    }
    if label:
        told |= {"methodology": label, "label": f"{entry.provider} {label}"}
    return told


def audit_asked(
    folded: LedgerWindows, asked: Sequence[Window], facts: WorldFacts
) -> tuple[Finding, ...]:
    """Every finding of the windows asked for: what `audit` tells."""
    neighbours = neighbours_of(folded.windows)
    return tuple(
        found
        for window in asked
        for found in audit_window(window, neighbours, terms=folded.terms, facts=facts)
    )


def window_payload(window: Window) -> dict[str, Any]:
    """One window in a line: what was stated of it, and the states of its deltas."""
    final = window.final
    return {
        "window": window.id,
        "finalised": final is not None,
        "features": final.features if final else None,
        "quality": final.quality if final else None,
        "outcome": (final.outcome or None) if final else None,
        "methodology": (final.methodology or None) if final else None,
        "deltas": [
            {
                "provider": delta.provider,
                "account": delta.account,
                "meter": delta.meter,
                "delta_pp": delta.value,
                "state": delta.state,
            }
            for delta in window.deltas
        ],
    }


def telemetry(book: Book, window: str) -> Mapping[str, object]:
    """The proxy's events in numbers; without any, every count is 0 and every share unknown."""
    events = [event_of_row(row) for row in _rows(book, "telemetry", window)]
    return summarise(events, rules_of(book).healthy if events else ()).payload()


def usage(book: Book, window: str) -> Mapping[str, Mapping[str, object]]:
    """Tokens and cost as counters reported them, by source and scope, each period once."""
    return {found.label: found.payload() for found in usage_sums(_rows(book, "usage", window))}


def churn_payload(window: Window, row: Row) -> dict[str, Any]:
    """The figures of a churn row that a preview tells, and what to know of them."""
    names = (
        *("window", "provider", "methodology", "decision", "files_changed", "insertions"),
        *("deletions", "net", "normalized_churn", "survival"),
    )
    told = {name: row.values[name] for name in names if name in row.values}
    return told | {"remark": remark_of(window, row) or None}


def _rows(book: Book, ledger: str, window: str) -> tuple[Row, ...]:
    rows = book.rows_if_any(ledger)
    return tuple(r for r in rows if r.values.get("window") == window) if window else rows
