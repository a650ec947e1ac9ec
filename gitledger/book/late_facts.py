"""Facts that came after the row of a commit and complete it: its agent, its window.

Any command may read the reflog between git's move of the branch and git's start of the hook. The
row it records then knows no agent. When the hook's fact arrives, the row is replaced by one with
the agent's windows, or without those of another agent; a second such fact finds nothing to add.

So may the window: a session is recorded late where what should have recorded it was ended, and one
that was silent for so long that it counted as crashed may prove that it worked all the while.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gitledger.book.book import Book
from gitledger.book.commit_rows import owners, stretches_of, windows_of_fact
from gitledger.git.code.rewrites import Look, MadeCommit
from gitledger.git.code.spool import draining
from gitledger.ledger import corrections
from gitledger.ledger.row import Row, texts

REFLOG = "reflog"
COMMITS, REWRITES = "commits", "rewrites"
WHY = "the hook's fact came after the reflog's: it knows the agent"
WINDOW_CAME_LATE = "its session was recorded after it"


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
    written = _written(book)
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


def _written(book: Book) -> frozenset[object]:
    """The rows that stand in the place of another."""
    return frozenset(row.values.get("replacement") for row in book.rows(corrections.LEDGER))


def give_windows(book: Book, windows: Collection[str]) -> int:
    """Give commits that have none those of some windows that were open then; how many.

    What a rewrite made is left alone: it is followed from the commit that it replaces. Nothing is
    done while another process drains: it may be about to complete the same rows.
    """
    if not windows or not {COMMITS, REWRITES} <= set(book.ledgers) or not _bare(book, windows):
        return 0
    with draining(book.repository) as alone:
        if not alone:
            return 0
        book.renew()
        bare = _bare(book, windows)
        for late in bare:
            complete_finalisation(book, late, WINDOW_CAME_LATE)
        return len(bare)


def _bare(book: Book, windows: Collection[str]) -> tuple[Late, ...]:
    """The rows without a window that lie in one of these, as they are to be."""
    from gitledger.windows.attribution import open_at  # noqa: PLC0415 - a drain is counted in ms

    known = stretches_of(book)
    begun = min((one.start for one in known if one.window in windows), default=None)
    if begun is None:
        return ()
    written, rewritten = _written(book), {row.values.get("new") for row in book.rows(REWRITES)}
    found = []
    for row in book.rows(COMMITS):
        told = row.values
        if texts(told.get("windows")) or row.id in written or told["sha"] in rewritten:
            continue
        when = datetime.fromisoformat(str(told["committed_at"]))
        agent = None if told.get("seen_by") == REFLOG else row.agent
        there = open_at(known, when, agent).windows if when >= begun else ()
        if there and set(there) <= set(windows):
            kept = {name: value for name, value in told.items() if name != "notes"}
            found.append(Late(row, row.agent, kept | {"windows": list(there)}))
    return tuple(found)


def complete_finalisation(book: Book, late: Late, why: str = WHY) -> str:
    """Record the replacement and the correction that names it; the new row's id."""
    from gitledger.book.corrections import replacement  # noqa: PLC0415 - seldom needed

    draft = book.draft(late.row.ledger, late.values, again=True)
    correction = replacement(book, late.row, draft, why, late.agent)
    return book.record([draft, correction], agent=late.agent)[0].row.id
