"""Corrections of an opened ledger: the row that is meant, the reason, the row in its place."""

from collections.abc import Mapping
from typing import Any

from gitledger.book.book import Book
from gitledger.book.world import TOOL
from gitledger.errors import InvalidData, UsageError
from gitledger.git.branch.draft import Draft
from gitledger.git.branch.rows import find_row, read_row
from gitledger.ledger import codec, corrections
from gitledger.ledger.redaction import label
from gitledger.ledger.row import Row
from gitledger.ledger.values import recording_time


def stated_reason(reason: str) -> str:
    """The reason given. Raises UsageError for a blank one: it is all that explains the change."""
    if not reason.strip():
        raise UsageError("a correction needs a reason", 'say why: -m "counted twice"')
    return reason


def live_row(book: Book, prefix: str) -> Row:
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


def replacement(book: Book, row: Row, draft: Draft, reason: str, agent: str) -> Draft:
    """The correction that names the new row; its id is known before it is written."""
    # just as `record` will write it: the id is that of these very bytes
    moment = recording_time(book.world.now)
    named, _ = codec.encode(
        Row(row.ledger, moment, label(agent) or book.world.agent, TOOL, draft.values)
    )
    values = {"target": row.id, "kind": "amend", "reason": reason, "replacement": named.id}
    return book.draft(corrections.LEDGER, values)


def recorded_anew(book: Book, held: Row, values: Mapping[str, Any], reason: str, agent: str) -> Row:
    """A fact under the key of a row that says otherwise: it replaces that row, with the reason."""
    draft = book.draft(held.ledger, values, again=True)
    return book.record([draft, replacement(book, held, draft, reason, agent)], agent=agent)[0].row
