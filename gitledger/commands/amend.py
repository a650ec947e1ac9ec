"""`amend`: a row is replaced by adding another and the correction that names it."""

from collections.abc import Mapping, Sequence

from gitledger.book.corrections import live_row, replacement, stated_reason
from gitledger.book.opening import open_book
from gitledger.book.strange_events import strange_events
from gitledger.book.world import World
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import UsageError
from gitledger.ledger.row import Value
from gitledger.ledger.rowinput import pairs_to_values
from gitledger.report.row_text import amended_lines


def amend(
    world: World, prefix: str, pairs: Sequence[str], *, reason: str, agent: str = ""
) -> Result:
    """Replace a row by one with some columns changed (`key=` empties an optional one).

    Raises UnknownRow, UsageError, or InvalidData with every problem of the new row.
    """
    reason = stated_reason(reason)
    book = open_book(world)
    row = live_row(book, prefix)
    if not pairs:
        raise UsageError("nothing to amend", "give column=value pairs")
    given = pairs_to_values(pairs, book.schema(row.ledger))
    values: Mapping[str, Value | None] = {
        **row.values,
        **{name: None if value == "" else value for name, value in given.items()},
    }
    draft = book.draft(row.ledger, {n: v for n, v in values.items() if v is not None}, again=True)
    if dict(draft.values) == dict(row.values):
        raise UsageError(f"{row.id} says that already", "nothing was recorded")
    done = book.record([draft, replacement(book, row, draft, reason, agent)], agent=agent)
    payload = {
        "row": done[0].row.id,
        "already": False,
        "target": row.id,
        "correction": done[1].row.id,
        "ledger": row.ledger,
    }
    notes = [f"{odd.severity}: {odd}" for odd in strange_events(book, [draft])]
    return Result("gitledger.amend/1", payload, wrap_lines(*amended_lines(payload)), notes)
