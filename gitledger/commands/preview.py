"""`preview`: what each provider's capacity bought, over all windows or one."""

import gc
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gitledger.commands.book import Book
from gitledger.commands.folded import Folded, fold_book
from gitledger.commands.judged import rules_of
from gitledger.commands.opened import open_book
from gitledger.commands.result import Result, Screen
from gitledger.commands.world import World
from gitledger.ledger.row import Outline, Row
from gitledger.measure.coverage import coverage
from gitledger.measure.efficiency import Efficiency, every_provider
from gitledger.measure.human import interactions_of, weekly
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.telemetry import event_of_row, summarise
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.audit import anomalies_of
from gitledger.windows.churn import remark_of
from gitledger.windows.facts import neighbours_of
from gitledger.windows.snapshot import number_of, text_of
from gitledger.windows.window import Window

NO_METHOD = "not stated"


def preview(world: World, window: str = "", *, by: str = "") -> Result:
    """Efficiency per provider, coverage, churn, telemetry, usage and the number of anomalies.

    `by` is "" or "methodology", which splits every provider. Raises UnknownWindow.
    """
    gc.disable()  # a short life full of values that all stay: collecting them costs a tenth of it
    book = open_book(world)
    folded = fold_book(book)
    asked = (folded.named(window),) if window else folded.windows
    outcomes = outcomes_of(asked, folded.terms)
    parts = grouped(outcomes, by)
    stats = rules_of(book).statistics
    measured = [
        (label, entry) for label, many in parts for entry in every_provider(many, stats=stats)
    ]
    payload = {
        "window": window or None,
        "by": by or None,
        "providers": [provider_payload(label, entry) for label, entry in measured],
        "coverage": coverage([entry for _, entry in measured]).payload(),
        "anomalies": anomalies(folded, asked),
        "windows": [window_payload(found) for found in asked],
        "telemetry": telemetry(book, window),
        "usage": usage(book, window),
        "impf": weekly(interactions_of(outcomes)),
        "churn": [churn_payload(found, row) for found in asked for row in found.churn],
    }

    def text(screen: Screen) -> str:
        from gitledger.report.preview_text import preview_text  # noqa: PLC0415 - rich is heavy

        return preview_text(payload, width=screen.width, colour=screen.colour)

    return Result("gitledger.preview/1", payload, text, notes=folded.notes)


def grouped(
    outcomes: Sequence[WindowOutcome], by: str
) -> Sequence[tuple[str, Sequence[WindowOutcome]]]:
    """The outcomes as one group, or one for each methodology in alphabetical order."""
    if not by:
        return [("", outcomes)]
    names = sorted({outcome.methodology for outcome in outcomes})
    return [(name or NO_METHOD, [o for o in outcomes if o.methodology == name]) for name in names]


def provider_payload(label: str, entry: Efficiency) -> dict[str, Any]:
    """One provider's entry; with a methodology when they are told apart."""
    told = dict(entry.payload())
    if label:
        told |= {"methodology": label, "label": f"{entry.provider} {label}"}
    return told


def anomalies(folded: Folded, asked: Iterable[Window]) -> int:
    """How many findings make figures of these windows doubtful."""
    neighbours = neighbours_of(folded.windows)
    found = (anomalies_of(window, neighbours, terms=folded.terms) for window in asked)
    return sum(map(len, found))


def window_payload(window: Window) -> dict[str, Any]:
    """One window in a line: what was stated of it, and the states of its deltas."""
    final = window.finalised.canonical if window.finalised else None
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


def usage(book: Book, window: str) -> dict[str, Any]:
    """Tokens and cost as counters reported them, by source; unknown numbers stay out."""
    found: dict[str, dict[str, Any]] = {}
    for row in _rows(book, "usage", window):
        scope = " ".join(filter(None, (text_of(row.values, k) for k in ("source", "scope"))))
        part = found.setdefault(scope, {"reports": 0})
        part["reports"] += 1
        for name in ("total_tokens", "cost_usd"):
            amount = number_of(row.values, name)
            if amount is not None:
                part[name] = part.get(name, Decimal(0)) + amount
    return found


def churn_payload(window: Window, row: Row) -> dict[str, Any]:
    """The figures of a churn row that a preview tells, and what to know of them."""
    names = (
        *("window", "provider", "methodology", "decision", "files_changed", "insertions"),
        *("deletions", "net", "normalized_churn", "survival"),
    )
    told = {name: row.values[name] for name in names if name in row.values}
    return told | {"remark": remark_of(window, row) or None}


def _rows(book: Book, ledger: str, window: str) -> tuple[Outline, ...]:
    if ledger not in book.ledgers:
        return ()
    rows = book.outlines(ledger)
    return tuple(r for r in rows if r.values.get("window") == window) if window else rows
