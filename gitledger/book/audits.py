"""Windows with everything that the audit finds in them, as JSON."""

from collections.abc import Iterable
from typing import Any

from gitledger.book.book import Book
from gitledger.book.outside import facts_of
from gitledger.book.windows import LedgerWindows, fold_book
from gitledger.windows.audit.checks import audit_window
from gitledger.windows.audit.facts import WorldFacts, neighbours_of
from gitledger.windows.payload import window_payload
from gitledger.windows.standing import standing
from gitledger.windows.window import Window


def every_audit(book: Book) -> list[dict[str, Any]]:
    """The audit of each window of an opened ledger."""
    folded = fold_book(book)
    facts = facts_of(book, folded.windows)
    return audit_records(folded, standing(folded.windows, facts.taken), facts)


def audit_records(
    folded: LedgerWindows, windows: Iterable[Window], facts: WorldFacts
) -> list[dict[str, Any]]:
    """Each window's audit as JSON."""
    neighbours = neighbours_of(folded.windows)
    return [
        window_payload(window, audit_window(window, neighbours, terms=folded.terms, facts=facts))
        for window in windows
    ]
