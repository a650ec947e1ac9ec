"""Which line of a file was born where: one array for each file, edited as its commits edit it.

PURE: numpy only. An owner array holds, for each line of a file, the id of a line followed, or -1.
It may end before its file does: what is missing is -1. In what one parent hands on to a merge, -2
is a line that this parent has not. Arrays are never changed in place, so that branches can share
them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gitledger.lines.change import Hunks, hunk_quads

Owners: TypeAlias = NDArray[np.int32]
State: TypeAlias = dict[str, Owners]
Span: TypeAlias = tuple[int, int]
NOBODY = -1
ABSENT = -2
NONE_YET: Owners = np.empty(0, dtype=np.int32)
NOBODIES: Owners = np.full(4096, NOBODY, dtype=np.int32)


class Edit(NamedTuple):
    """A file after a change: its owners, the owners of the lines cut, and the lines born."""

    owners: Owners
    cut: tuple[Owners, ...]
    born: int


def edit(owners: Owners, hunks: Hunks, first_born: int | None) -> Edit:
    """Apply hunks to a file's owners.

    New lines get the ids from `first_born` on, in order; with None they are nobody's.
    """
    grown_by = sum(hunks[3::4])
    if first_born is None:
        return _edited(owners, hunks, _nobodies(grown_by))._replace(born=0)
    return _edited(owners, hunks, np.arange(first_born, first_born + grown_by, dtype=np.int32))


def handed_on(owners: Owners, hunks: Hunks) -> Owners:
    """A file's owners as a parent hands them on to a merge: lines that are new to it are ABSENT."""
    return _edited(owners, hunks, np.full(sum(hunks[3::4]), ABSENT, dtype=np.int32)).owners


def _edited(owners: Owners, hunks: Hunks, fresh: Owners) -> Edit:
    """The owners after hunks, the new lines being `fresh` in order."""
    pieces: list[Owners] = []
    cut: list[Owners] = []
    at = used = 0
    for old, cut_count, _, grown in hunk_quads(hunks):
        if old > at:
            pieces.append(_stretch(owners, at, old))
        if cut_count:
            cut.append(owners[old : old + cut_count])
        if grown:
            pieces.append(fresh[used : used + grown])
            used += grown
        at = old + cut_count
    pieces.append(owners[at:])  # behind the last hunk; an array may end before its file does
    return Edit(np.concatenate(pieces), tuple(cut), fresh.size)


def _stretch(owners: Owners, start: int, stop: int) -> Owners:
    kept = owners[start:stop]
    lacking = stop - start - kept.size
    if not lacking:
        return kept
    return np.concatenate((kept, _nobodies(lacking)))


def _nobodies(count: int) -> Owners:
    """So many lines of nobody's; only to be read."""
    return NOBODIES[:count] if count <= NOBODIES.size else np.full(count, NOBODY, dtype=np.int32)


def owned_lines(arrays: Iterable[Owners]) -> Owners:
    """The ids in some arrays, as often as they stand there, without -1."""
    gathered = list(arrays)
    if not gathered:
        return NONE_YET
    together = np.concatenate(gathered)
    return together[together >= 0]


def new_spans(hunks: Hunks) -> tuple[Span, ...]:
    """The stretches (start, stop) of lines that are new to one parent."""
    return tuple((new, new + grown) for _, _, new, grown in hunk_quads(hunks) if grown)


def shared_spans(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    """The stretches that lie in both of two sorted lists."""
    found: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, stop = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < stop:
            found.append((start, stop))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def sown(owners: Owners, spans: Sequence[Span], first_born: int) -> tuple[Owners, int]:
    """The owners with fresh ids, from `first_born` on, on the given stretches; and how many."""
    if not spans:
        return owners, 0
    grown = _stretch(owners, 0, max(owners.size, spans[-1][1])).copy()
    born = 0
    for start, stop in spans:
        grown[start:stop] = np.arange(first_born + born, first_born + born + stop - start)
        born += stop - start
    return grown, born


def level(one: Owners, other: Owners) -> tuple[Owners, Owners]:
    """Two arrays of one file at the same length."""
    length = max(one.size, other.size)
    return _stretch(one, 0, length), _stretch(other, 0, length)
