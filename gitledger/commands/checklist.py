"""`checklist`: the deliverables of a week, each done or with the command that does it."""

from collections.abc import Sequence

from gitledger.book.book import Book
from gitledger.book.case import read_ledger, rows_at
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result
from gitledger.decision.checklist import Item, checklist
from gitledger.decision.scope import Scope, is_week
from gitledger.errors import EXIT_NO, EXIT_YES, UsageError
from gitledger.report.checklist_text import checklist_markdown, checklist_text

SCHEMA = "gitledger.checklist/1"
BESIDE = ("capabilities", "features", "tokens", "experiments")
WEEK0 = "WEEK0"


def deliverables(world: World, week: str = "", *, markdown: bool = False) -> Result:
    """The list of a week; exit 0 when it is complete, 1 when something is missing."""
    book = open_book(world)
    items = items_of(book, week or WEEK0)
    done = all(item.done for item in items)
    payload = {
        "week": (week or WEEK0).upper(),
        "complete": done,
        "done": sum(item.done for item in items),
        "of": len(items),
        "items": [item.payload() for item in items],
    }
    draw = checklist_markdown if markdown else checklist_text
    code = EXIT_YES if done else EXIT_NO
    return Result(SCHEMA, payload, lambda _screen: draw(payload), exit_code=code)


def items_of(book: Book, week: str) -> Sequence[Item]:
    """The items of a week, the branch proven on the way. Raises UsageError for what is none."""
    if not is_week(week):
        raise UsageError(f"--week {week!r} names no week", "--week WEEK0, or --week 2026-W48")
    ledger = read_ledger(book, prove=True)
    least = ledger.rules.statistics.week0
    return checklist(ledger, Scope(week.upper()), rows_at(book, BESIDE), least)
