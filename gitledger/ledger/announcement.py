"""What a commit of the ledger says of the rows it adds: written so, and held to it. Pure.

The trailers name each row (of a batch the first eight, how many there are, and a digest of all ids)
and the agent. A commit that announces is held to it. One that says nothing was made by hand, or by
a forge that pressed commits into one under a message of its own: whence its rows came is not told,
and nothing more is wrong.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from gitledger.errors import Problem
from gitledger.ledger import codec
from gitledger.ledger.row import Row

if TYPE_CHECKING:
    from gitledger.ledger.appendonly import AddedRow

NAMED_ROWS = 8
SMUGGLED = "row-smuggled"
UNANNOUNCED = "rows-unannounced"
REQUIRED = "required"  # what `announced` in the configuration may ask
ANEW = "if the fact is true, void this row and record it with gitledger"
SQUASHED = "its rows came by a squash merge: their own commits are not in this history"
BY_GITLEDGER = "record rows with gitledger"


class Announcement(NamedTuple):
    """What a message says: rows named, counts and digests of batches, agents, whether squashed."""

    rows: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    agents: tuple[str, ...] = ()
    squashed: bool = False
    digests: tuple[str, ...] = ()

    @property
    def announces(self) -> bool:
        """Whether the message speaks of rows at all."""
        return bool(self.rows or self.counts or self.digests or self.agents)


def digest(ids: Iterable[str]) -> str:
    """The SHA-256 (64 hex digits) of some row ids: sorted, each once and with a line end."""
    return sha256("".join(f"{one}\n" for one in sorted({*ids})).encode()).hexdigest()


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
        yield f"Ledger-Digest: {digest(row.id for row in rows)}"
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


def tells_all(said: Announcement, added: "Collection[AddedRow]") -> bool:
    """Whether a message speaks for every row that its commit adds: by name, or by number."""
    ids = {row.place.id for row in added}
    return ids <= {*said.rows} or sum(said.counts) >= len(ids)


def contradictions(
    said: Announcement,
    added: "Collection[AddedRow]",
    stood: Callable[[str], bool],
    *,
    merge: bool = False,
) -> Iterator[Problem]:
    """Where names, counts and digests of a message are not those of the rows its commit adds.

    A message that speaks of no row contradicts nothing, and neither does one that was pressed
    together from several. A merge may repeat what it joins: only rows that it adds itself are
    asked for. `stood` tells whether a row is there already: a forge that rebases a commit onto
    its own rows leaves the message as it was.
    """
    if said.squashed or not said.announces:
        return
    ids = {row.place.id for row in added}
    absent = [row_id for row_id in dict.fromkeys(said.rows) if row_id not in ids]
    again = not merge and bool(absent) and all(map(stood, absent))
    count = sum(said.counts) - (len(absent) if again else 0)
    if again and not ids:
        return
    if said.counts and not merge and count != len(ids):
        what = f"says that it adds {sum(said.counts)} rows, and adds {len(ids)}"
        yield Problem("", what, BY_GITLEDGER, SMUGGLED)
    elif said.digests and not merge and not again and [*said.digests] != [digest(ids)]:
        what = "its Ledger-Digest is not that of the rows it adds: one was put in another's place"
        yield Problem("", what, BY_GITLEDGER, SMUGGLED)
    yield from _unnamed(said, added, count)
    for row_id in absent if not merge and not again else ():
        what = f"names row {row_id}, which it does not add"
        yield Problem("", what, BY_GITLEDGER, SMUGGLED)


def _unnamed(said: Announcement, added: "Collection[AddedRow]", count: int) -> Iterator[Problem]:
    """Rows beyond those that a message names; of a batch the first ones are named."""
    named = {row.place.id for row in added} & {*said.rows}
    if count == len(added) and len(named) >= min(NAMED_ROWS, count):
        return
    what = "the commit that adds this row names others and not this one"
    for row in added:
        if row.place.id not in named:
            yield Problem(row.path, what, ANEW, SMUGGLED)


def other_agent(said: Announcement, row: Row, path: str) -> Problem | None:
    """Why the agent of a row is not the one that its commit names, if that is so."""
    if said.agents == (row.agent,):
        return None
    agent = one_line(row.agent)
    if said.squashed or said.agents == (agent,) or not (said.rows or said.counts):
        return None  # pressed together, or silent: what it says of rows is told once
    named = f"says that {said.agents[0]!r} did" if said.agents else "names no agent"
    what = f"{agent!r} recorded this row, and its commit {named}"
    return Problem(path, what, ANEW, SMUGGLED)
