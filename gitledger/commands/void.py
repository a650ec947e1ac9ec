"""`void`: a row is taken back by adding a correction; nothing is edited."""

from gitledger.book.corrections import live_row, stated_reason
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, wrap_lines
from gitledger.ledger import corrections
from gitledger.report.row_text import voided_lines


def void(world: World, prefix: str, *, reason: str, agent: str = "") -> Result:
    """Take a row back. Raises UnknownRow, UsageError, or InvalidData when it no longer counts."""
    reason = stated_reason(reason)
    book = open_book(world)
    row = live_row(book, prefix)
    values = {"target": row.id, "kind": "void", "reason": reason}
    done = book.record([book.draft(corrections.LEDGER, values)], agent=agent)[0]
    payload = {"row": done.row.id, "already": False, "target": row.id, "ledger": row.ledger}
    return Result("gitledger.void/1", payload, wrap_lines(*voided_lines(payload)))
