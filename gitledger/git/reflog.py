"""A ref's log, as git keeps it: which commit came when, and why. A help, never a truth.

The one reader of its lines, for the proof of the branch and for what HEAD did. May import nothing
but the standard library.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

ZERO = b"0" * 40
SECONDS = re.compile(rb"-?\d{1,20}")
IDS = 82  # two ids and the blanks behind them


class LoggedMove(NamedTuple):
    """One line: the ids in hex, Unix seconds, git's own words, where the line begins.

    `when` is None where no time can be read, or the line was cut short: somebody is writing it.
    """

    old: str
    new: str
    when: int | None
    words: bytes
    at: int


def logged_moves(lines: Iterable[bytes], at: int = 0) -> Iterator[LoggedMove]:
    """The moves that lines tell (`old new person <email> seconds zone`, a tab, words).

    Each line has its end; the first one begins at `at`. What is no such line is passed over.
    """
    for line in lines:
        head, _, words = line.rstrip(b"\n").partition(b"\t")
        ids = head[: IDS - 1].split(b" ")
        if len(ids) == 2 and len(ids[0]) == len(ids[1]) == 40:
            who = head[IDS:].rsplit(b" ", 2)
            timed = len(who) == 3 and SECONDS.fullmatch(who[1]) and line.endswith(b"\n")
            when = int(who[1]) if timed else None
            old, new = (name.decode("ascii", "replace") for name in ids)
            yield LoggedMove(old, new, when, words, at)
        at += len(line)


def moves_of(common: Path, ref: str) -> tuple[LoggedMove, ...]:
    """The moves of a ref that git remembers, oldest first; none where it keeps no log."""
    try:
        text = (common / "logs" / ref).read_bytes()
    except OSError:
        return ()
    # a file's lines end at \n alone: a reason may hold the \r of a hook's message
    return tuple(logged_moves(BytesIO(text)))
