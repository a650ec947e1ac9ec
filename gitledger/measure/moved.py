"""Lines that went from one place to another: gone and new to survival, and counted apart here.

PURE: numpy only. A dead line has moved when its text, white space kept, is among the lines that
the commit which took it added. Each added line stands for one; lines with fewer than FEWEST
characters beside white space (braces, blank lines) stand for none. Merges are not looked at.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gitledger.ledger.change import NO_BLOB, FileChange, hunk_quads
from gitledger.measure.following import Cut, Differ

FEWEST = 4  # bytes that are no white space
Lines = Callable[[str], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is behind a blob's id: its lines, and the hunks between it and another blob."""

    lines: Lines
    differ: Differ


def moved_lines(
    cuts: Sequence[Cut], dead: NDArray[np.intp], taken_by: NDArray[np.int64], texts: Texts
) -> int:
    """How many of the `dead` (ids) moved; `taken_by[id]` is the position that took a line."""
    taker = np.full_like(taken_by, -1)
    taker[dead] = taken_by[dead]
    takers = set(taker[dead].tolist())
    return sum(_moved_in(cut, taker, texts) for cut in cuts if cut.position in takers)


def _moved_in(cut: Cut, taker: NDArray[np.int64], texts: Texts) -> int:
    """How many of the lines that this commit took it put elsewhere."""
    taken = Counter(line for change in cut.changes for line in _taken(change, cut, taker, texts))
    if not taken:
        return 0
    added = Counter(
        line for change in cut.changes for line in _added(change, texts) if line in taken
    )
    return (taken & added).total()


def _taken(change: FileChange, cut: Cut, taker: NDArray[np.int64], texts: Texts) -> Iterator[bytes]:
    """The telling lines that the commit took from a file."""
    owners = cut.before.get(change.old_path)
    if owners is None or change.status == "A":
        return
    places = np.flatnonzero((owners >= 0) & (taker[owners] == cut.position))
    if places.size:
        lines = texts.lines(change.old_blob)
        yield from filter(_tells, (lines[at] for at in places.tolist()))


def _added(change: FileChange, texts: Texts) -> Iterator[bytes]:
    """The lines that a file got in the commit."""
    if change.new_blob in {NO_BLOB, change.old_blob}:
        return
    hunks = change.hunks
    if hunks is None:
        hunks = texts.differ(change.old_blob, change.new_blob)
    if any(hunks[3::4]):
        lines = texts.lines(change.new_blob)
        for _, _, new, grown in hunk_quads(hunks):
            yield from lines[new : new + grown]


def _tells(line: bytes) -> bool:
    """Whether a line says enough to be known again."""
    return len(b"".join(line.split())) >= FEWEST
