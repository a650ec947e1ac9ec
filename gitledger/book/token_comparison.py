"""GLM against the baseline, request by request, in tokens and list-price dollars."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from gitledger.book.book import Book
from gitledger.book.case import rules_of
from gitledger.book.outside import facts_of
from gitledger.book.references import known_window
from gitledger.book.windows import fold_book
from gitledger.decision.rules import judging
from gitledger.measure.lasting import lasting_of_each
from gitledger.measure.telemetry import event_of_row, unknown_kinds
from gitledger.measure.tokens import TokenComparison, compare_tokens
from gitledger.measure.windowed import outcomes_of
from gitledger.meters.prices import Tokens, price_of, price_source
from gitledger.windows.snapshot import text_of
from gitledger.windows.standing import standing

SCHEMA = "gitledger.compare/1"
TOO_FEW = "too few"


def token_comparison(
    book: Book, *, window: str = "", least: int = 1, top: int = 0
) -> dict[str, Any]:
    """Completions joined on the request id; "too few" with fewer than `least` matched requests.

    `top` limits the rows shown, never the totals. Raises UnknownWindow.
    """
    rows = book.rows_if_any("telemetry")
    chosen = [row for row in rows if not window or text_of(row.values, "window") == window]
    if window and not chosen:
        known_window(book, window)
    events, healthy = [event_of_row(row) for row in chosen], rules_of(book).healthy
    made = compare_tokens(events, list_price, healthy)
    return {
        "window": window or None,
        "events": len(chosen),
        "verdict": verdict(made) if len(made.rows) >= least else TOO_FEW,
        "min": least,
        **made.payload(top or None),
        "unknown_kinds": [{"kind": k, "count": n} for k, n in unknown_kinds(events, healthy)],
        "prices": price_source(),
        "lasting": lasting_beside(book, {text_of(row.values, "window") for row in chosen} - {""}),
    }


def lasting_beside(book: Book, names: Collection[str]) -> list[Mapping[str, object]]:
    """What lasts of the windows that the events are of: tokens alone say nothing about it."""
    if not names:
        return []
    folded = fold_book(book)
    asked = [window for window in folded.windows if window.id in names]
    facts, terms = facts_of(book, asked), judging(folded.terms, rules_of(book))
    return lasting_of_each(outcomes_of(standing(asked, facts.taken), terms, facts.reverted))


def list_price(model: str, told: int, said: int, cached: int, at: datetime) -> Decimal | None:
    """USD at list price, None for a model without one."""
    return price_of(model, Tokens(fresh=told, output=said, cache_read=cached), at=at)


def verdict(made: TokenComparison) -> str:
    """Which side cost less over the priced requests; unknown without any."""
    differences = [row.delta_usd for row in made.rows if row.delta_usd is not None]
    if not differences:
        return "unknown: no request has a price on both sides"
    total = sum(differences, Decimal(0))
    if total == 0:
        return "equal"
    return "glm cheaper" if total < 0 else "glm dearer"
