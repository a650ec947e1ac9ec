"""Events of a kind that nobody knows: recorded as they are, counted as nothing, named at once."""

from collections.abc import Iterable, Sequence

from gitledger.book.book import Book
from gitledger.book.case import rules_of
from gitledger.errors import Problem
from gitledger.git.branch.draft import Draft
from gitledger.measure.telemetry import ProxyEvent, unknown_kinds
from gitledger.meters.problems import doubt

LEDGER = "telemetry"


def strange_events(book: Book, drafts: Iterable[Draft]) -> tuple[Problem, ...]:
    """One warning that names the unknown kinds among rows of telemetry, with their counts."""
    events = [
        ProxyEvent(event=str(row.get("event", "")), status=str(row.get("status", "")))
        for row in (draft.values for draft in drafts if draft.ledger == LEDGER)
    ]
    return strange_kinds(events, rules_of(book).healthy) if events else ()


def strange_kinds(events: Sequence[ProxyEvent], healthy: Sequence[str]) -> tuple[Problem, ...]:
    """The same of events that were read."""
    kinds = unknown_kinds(events, healthy)
    if not kinds:
        return ()
    named = ", ".join(f"{kind} ({count})" for kind, count in kinds)
    what = f"events of an unknown kind: {named}; recorded, but counted as nothing"
    hint = "a status that means success goes into `measures.healthy`: gitledger rules show"
    return (doubt("unknown-kind", what, hint=hint),)
