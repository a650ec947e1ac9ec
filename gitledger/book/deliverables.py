"""The deliverables of a week, each done or with the command that does it."""

from collections.abc import Sequence
from typing import Any

from gitledger.book.book import Book
from gitledger.book.case import read_ledger
from gitledger.book.subject import refuse_no_week
from gitledger.decision.checklist import Item, checklist
from gitledger.decision.scope import Scope

SCHEMA = "gitledger.checklist/1"
BESIDE = ("capabilities", "features", "tokens", "experiments")
WEEK0 = "WEEK0"


def deliverables(book: Book, week: str = "") -> dict[str, Any]:
    """The list of a week, the first one where none is named. Raises UsageError for what is none."""
    items = items_of(book, week or WEEK0)
    return {
        "week": (week or WEEK0).upper(),
        "complete": all(item.done for item in items),
        "done": sum(item.done for item in items),
        "of": len(items),
        "items": [item.payload() for item in items],
    }


def items_of(book: Book, week: str) -> Sequence[Item]:
    """The items of a week, the branch proven on the way. Raises UsageError for what is none."""
    refuse_no_week("--week", week)
    ledger = read_ledger(book, prove=True)
    least = ledger.rules.statistics.week0
    beside = {name: book.rows_if_any(name) for name in BESIDE}
    return checklist(ledger, Scope(week.upper()), beside, least)
