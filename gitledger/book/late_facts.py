"""A hook's fact that came after the reflog's: it knows the agent, and completes the row.

Any command may read the reflog between git's move of the branch and git's start of the hook. The
row it records then knows no agent. When the hook's fact arrives, the row is replaced by one with
the agent's windows, or without those of another agent; a second such fact finds nothing to add.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.book import Book
from gitledger.book.commit_rows import owners, texts, windows_of_fact
from gitledger.git.code.rewrites import Look, MadeCommit
from gitledger.ledger import corrections
from gitledger.ledger.row import Row

REFLOG = "reflog"
WHY = "the hook's fact came after the reflog's: it knows the agent"


@dataclass(frozen=True, slots=True)
class Late:
    """A row that a hook's fact completes: the agent, and the columns as they are to be."""

    row: Row
    agent: str
    values: Mapping[str, Any]


def late_facts(
    book: Book, known: Sequence[MadeCommit], rows: Sequence[Row], *, look: Look
) -> tuple[Late, ...]:
    """The rows that facts of hooks complete: those that only the reflog had seen.

    A row that a person replaced stays as that person wrote it.
    """
    told = {fact.sha: fact for fact in known if fact.seen_by != REFLOG and fact.agent is not None}
    if not told:
        return ()
    written = {row.values.get("replacement") for row in book.rows(corrections.LEDGER)}
    return tuple(
        late
        for row in rows
        if row.values.get("seen_by") == REFLOG and row.id not in written
        if (fact := told.get(str(row.values["sha"]))) and look(fact.sha) is not None
        for late in _completing(book, row, fact)
    )


def _completing(book: Book, row: Row, fact: MadeCommit) -> Iterator[Late]:
    windows, why = windows_of_fact(book, fact)
    held = texts(row.values.get("windows"))
    if windows == held or fact.how != "commit":
        return
    if not windows and fact.agent in owners(book, held):
        return  # the hook came after the window's end: what the reflog's time said stands
    values = {name: value for name, value in row.values.items() if name != "notes"}
    values |= {"windows": list(windows), "seen_by": fact.seen_by}
    yield Late(row, fact.agent or book.world.agent, values | ({"notes": why} if why else {}))


def completed(book: Book, late: Late) -> str:
    """Record the replacement and the correction that names it; the new row's id."""
    from gitledger.book.corrections import replacement  # noqa: PLC0415 - seldom needed

    draft = book.draft(late.row.ledger, late.values, again=True)
    correction = replacement(book, late.row, draft, WHY, late.agent)
    return book.record([draft, correction], agent=late.agent)[0].row.id
