"""Rows that came under a message which does not name them, told once the whole is known.

A forge that squashes writes a message of its own, so silence accuses nobody: it is a note, and a
finding only where the configuration says `announced: required`. May import errors and ledger
only.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from gitledger.errors import Problem, with_noun
from gitledger.ledger.announcement import UNANNOUNCED
from gitledger.ledger.appendonly import AddedRow

RESTORED = "row-restored"


class Silent(NamedTuple):
    """A commit (20 bytes) whose message does not speak for the rows that it adds.

    `required`: the policy in force before it asks for announcements. `again` are the paths of rows
    that an earlier commit had added.
    """

    commit: bytes
    rows: tuple[AddedRow, ...]
    required: bool
    again: frozenset[str] = frozenset()


def unannounced_problems(
    silent: Sequence[Silent], announced: Collection[str], back: Collection[str]
) -> Iterator[tuple[bytes, Problem]]:
    """What is told of each silent commit: rows that it puts back, and rows that nobody named.

    `announced` are ids that some commit of the same history names, `back` paths of rows that had
    been taken out and stand at the tip again.
    """
    for one in silent:
        put_back = {row.path for row in one.rows if row.path in back and row.path in one.again}
        for row in one.rows:
            if row.path in put_back:
                what = "the row had been taken out, and this commit puts it back"
                yield one.commit, Problem(row.path, what, "", RESTORED, "note")
        rest = [row for row in one.rows if row.path not in put_back]
        if rest:
            yield one.commit, _told(one, rest, announced)


def _told(one: Silent, rows: Sequence[AddedRow], announced: Collection[str]) -> Problem:
    where = rows[0].path if len(rows) == 1 else ""
    what = f"adds {with_noun(len(rows), 'row')} that its message does not name"
    if one.required and not all(row.place.id in announced for row in rows):
        hint = "the policy asks for announced rows: record them with gitledger, merge unsquashed"
        return Problem(where, what, hint, UNANNOUNCED)
    return Problem(where, what, "", UNANNOUNCED, "note")
