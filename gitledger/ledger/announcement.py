"""What a commit of the ledger says of the rows it adds: written so, and held to it. Pure.

The trailers name each row (the first eight of a batch, and how many there are) and the agent. What
a commit adds without saying so was made by hand, or by a forge that pressed commits into one.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gitledger.errors import Problem
from gitledger.ledger import codec
from gitledger.ledger.row import Row

if TYPE_CHECKING:
    from gitledger.ledger.appendonly import AddedRow

NAMED_ROWS = 8
SMUGGLED = "row-smuggled"
ANEW = "if the fact is true, void this row and record it with gitledger"
SQUASHED = "its rows came by a squash merge: their own commits are not in this history"


class Announcement(NamedTuple):
    """What a message says: rows named, the counts of batches, agents, whether it was squashed."""

    rows: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    agents: tuple[str, ...] = ()
    squashed: bool = False


def message(rows: Sequence[Row]) -> str:
    """The message of the commit that adds some rows of one agent."""
    first = rows[0]
    if len(rows) == 1:
        subject = f"{first.ledger}: {codec.summary(first.values)}".rstrip(": ")
    else:
        kinds = sorted({row.ledger for row in rows})
        subject = f"{', '.join(kinds)}: {len(rows)} rows"
    return f"{subject}\n\n" + "\n".join(_trailers(rows)) + "\n"


def _trailers(rows: Sequence[Row]) -> Iterator[str]:
    yield from (f"Ledger-Row: {row.id}" for row in rows[:NAMED_ROWS])
    if len(rows) > NAMED_ROWS:
        yield f"Ledger-Rows: {len(rows)}"
    yield f"Ledger-Agent: {one_line(rows[0].agent)}"
    windows = {str(row.values["window"]) for row in rows if "window" in row.values}
    if len(windows) == 1:
        yield f"Ledger-Window: {one_line(windows.pop())}"


def one_line(text: str) -> str:
    """A text as a trailer holds it."""
    return " ".join(text.split())


def is_plain(said: Announcement, added: "Collection[AddedRow]") -> bool:
    """Whether a message names the one row of its commit, as most do, and nothing more."""
    return (
        len(said.rows) == 1 == len(added)
        and not said.counts
        and not said.squashed
        and said.rows[0] == next(iter(added)).place.id
    )


def unannounced(
    said: Announcement, added: "Collection[AddedRow]", *, merge: bool = False
) -> Iterator[Problem]:
    """Where names and counts of a message are not those of the rows that its commit adds.

    A merge may repeat what it joins: only rows that it adds itself are asked for.
    """
    if said.squashed:
        if added:
            yield Problem("", SQUASHED, "", "squash", "note")
        return
    ids = {row.place.id for row in added}
    count = sum(said.counts)
    if count and not merge and count != len(ids):
        what = f"says that it adds {count} rows, and adds {len(ids)}"
        yield Problem("", what, "record rows with gitledger", SMUGGLED)
    named = ids & {*said.rows}
    if not (count == len(ids) and len(named) >= min(NAMED_ROWS, count)):
        what = "the commit that adds this row does not name it: gitledger did not write it"
        for row in added:
            if row.place.id not in named:
                yield Problem(row.path, what, ANEW, SMUGGLED)
    for row_id in dict.fromkeys(said.rows) if not merge else ():
        if row_id not in ids:
            what = f"names row {row_id}, which it does not add"
            yield Problem("", what, "record rows with gitledger", SMUGGLED)


def other_agent(said: Announcement, row: Row, path: str) -> Problem | None:
    """Why the agent of a row is not the one that its commit names, if that is so."""
    if said.agents == (row.agent,):
        return None
    agent = one_line(row.agent)
    if said.squashed or said.agents == (agent,) or not (said.rows or said.counts):
        return None  # a message that says nothing of rows is told once
    named = f"says that {said.agents[0]!r} did" if said.agents else "names no agent"
    what = f"{agent!r} recorded this row, and its commit {named}"
    return Problem(path, what, ANEW, SMUGGLED)
