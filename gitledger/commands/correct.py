"""`void` and `amend`: a row taken back or replaced by adding rows; nothing is edited."""

from collections.abc import Mapping, Sequence

from gitledger.book.book import Book
from gitledger.book.once import replacement
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import InvalidData, UsageError
from gitledger.git.branch.rows import find_row, read_row
from gitledger.ledger import corrections
from gitledger.ledger.row import Row, Value
from gitledger.ledger.written import pairs_to_values


def void(world: World, prefix: str, *, reason: str, agent: str = "") -> Result:
    """Take a row back. Raises UnknownRow, UsageError, or InvalidData when it no longer counts."""
    reason = _why(reason)
    book = open_book(world)
    row = _target(book, prefix)
    values = {"target": row.id, "kind": "void", "reason": reason}
    done = book.record([book.draft(corrections.LEDGER, values)], agent=agent)[0]
    payload = {"row": done.row.id, "already": False, "target": row.id, "ledger": row.ledger}
    text = f"Voided {row.id} in {row.ledger}; recorded as {done.row.id}."
    return Result("gitledger.void/1", payload, lines(text))


def amend(
    world: World, prefix: str, pairs: Sequence[str], *, reason: str, agent: str = ""
) -> Result:
    """Replace a row by one with some columns changed (`key=` empties an optional one).

    Raises UnknownRow, UsageError, or InvalidData with every problem of the new row.
    """
    reason = _why(reason)
    book = open_book(world)
    row = _target(book, prefix)
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
    text = f"Replaced {row.id} in {row.ledger} by {done[0].row.id}."
    return Result("gitledger.amend/1", payload, lines(text))


def _why(reason: str) -> str:
    """The reason given. Raises UsageError for a blank one: it is all that explains the change."""
    if not reason.strip():
        raise UsageError("a correction needs a reason", 'say why: -m "counted twice"')
    return reason


def _target(book: Book, prefix: str) -> Row:
    """The live row of a prefix. Raises UnknownRow, or InvalidData with what to do instead."""
    place = find_row(book.tip, prefix, book.ledgers)
    row = read_row(book.tip, place)
    if row.ledger == corrections.LEDGER:
        raise InvalidData(
            f"{row.id} is a correction, and corrections cannot be voided",
            f"record the fact of {row.values['target']} again with `gitledger append`",
        )
    gone = book.superseded().get(row.id)
    if gone is not None:
        by = gone.values.get("replacement")
        hint = f"amend its replacement {by}" if by else "record the fact again if it holds"
        raise InvalidData(f"{row.id} was {gone.values['kind']}ed already by {gone.id}", hint)
    return row
