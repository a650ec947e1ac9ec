"""`compare`: GLM against the baseline, request by request, in tokens and list-price dollars."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from gitledger.book.case import rows_at, rules_of
from gitledger.book.opening import open_book
from gitledger.book.references import known_window
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_UNDECIDED, EXIT_YES
from gitledger.measure.telemetry import event_of_row, unknown_kinds
from gitledger.measure.tokens import TokenComparison, compare_tokens
from gitledger.meters.prices import Tokens, price_of, price_source
from gitledger.windows.snapshot import text_of

SCHEMA = "gitledger.compare/1"


def compare(world: World, *, window: str = "", least: int = 1, top: int = 0) -> Result:
    """Join completions on the request id; exit 4 with fewer than `least` matched requests.

    `top` limits the rows shown, never the totals. Raises UnknownWindow.
    """
    book = open_book(world)
    rows = rows_at(book, ("telemetry",)).get("telemetry", ())
    chosen = [row for row in rows if not window or text_of(row.values, "window") == window]
    if window and not chosen:
        known_window(book, window)
    events, healthy = [event_of_row(row) for row in chosen], rules_of(book).healthy
    made = compare_tokens(events, list_price, healthy)
    enough = len(made.rows) >= least
    payload: dict[str, Any] = {
        "window": window or None,
        "events": len(chosen),
        "verdict": verdict(made) if enough else "too few",
        "min": least,
        **made.payload(top or None),
        "unknown_kinds": [{"kind": k, "count": n} for k, n in unknown_kinds(events, healthy)],
        "prices": price_source(),
    }

    def text(screen: Screen) -> str:
        from gitledger.report.compare_text import compare_text  # noqa: PLC0415  loads rich

        return compare_text(payload, width=screen.width, colour=screen.colour).rstrip("\n")

    return Result(SCHEMA, payload, text, exit_code=EXIT_YES if enough else EXIT_UNDECIDED)


def list_price(model: str, told: int, said: int, cached: int, at: datetime) -> Decimal | None:
    """USD at list price, None for a model without one."""
    found = price_of(model, Tokens(fresh=told, output=said, cache_read=cached), at=at)
    return None if found is None else found.usd


def verdict(made: TokenComparison) -> str:
    """Which side cost less over the priced requests; unknown without any."""
    differences = [row.delta_usd for row in made.rows if row.delta_usd is not None]
    if not differences:
        return "unknown: no request has a price on both sides"
    total = sum(differences, Decimal(0))
    if total == 0:
        return "equal"
    return "glm cheaper" if total < 0 else "glm dearer"
