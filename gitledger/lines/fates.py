"""What a pass saw, made the fate of each line: which births are lines, which live, which died when.

PURE: numpy only. Births that the history of a commit joined are one line, the oldest; where two of
them stand in different places all the same, each is a line. A death counts unless a later merge
that contains it still has the line. A line's death is the earliest one that counts, by committer
time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gitledger.lines.change import Commit
from gitledger.lines.flight import LineEvent
from gitledger.lines.kin import Join, Labels, Mask, joined_to_start
from gitledger.lines.trace import Trace

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Standing:
    """For each birth of a pass, as one commit has it: whether it is a line, and whether alive.

    A birth that is no line is an older one, which was counted, or a line of the range's start.
    """

    line: Mask
    alive: Mask


@dataclass(frozen=True, slots=True)
class Deaths:
    """For each birth: the one that stands for its line, when that line died, and where.

    `when` is committer time in Unix seconds, NEVER for a line that lives; `taken_by` the position
    of the commit that took it, -1 for none.
    """

    first: Labels
    when: NDArray[np.int64]
    taken_by: NDArray[np.int64]


def joined_in(seen: Trace, inside: Mask) -> tuple[Join, ...]:
    """What was joined in some commits of a history."""
    return tuple(join for join in seen.joins if inside[join.position])


def standing(seen: Trace, first: Labels, sha: str, joins: Sequence[Join]) -> Standing:
    """The births as a landing commit has them, given what its history joined.

    `first` are the `first_births` by these joins.
    """
    count = seen.born_at.size
    line = first == np.arange(count)
    line[first[joined_to_start(count, joins)]] = False
    there = seen.alive_at[sha]
    own, where = np.unique(first[there], return_index=True)
    again = np.delete(there, where)
    alive = np.zeros(count, dtype=np.bool_)
    for living in (own, again):
        line[living] = alive[living] = True
    return Standing(line, alive)


def ancestors(commits: Sequence[Commit], places: Mapping[str, int], tip: int) -> Mask:
    """For each commit of the history, whether `tip` (a position) contains it, itself included.

    A tip outside the history (-1) contains none.
    """
    reached = np.zeros(len(commits), dtype=np.bool_)
    if tip < 0:
        return reached
    waiting = [tip]
    reached[tip] = True
    while waiting:
        for parent in commits[waiting.pop()].parents:
            at = places.get(parent, -1)
            if at >= 0 and not reached[at]:
                reached[at] = True
                waiting.append(at)
    return reached


def deaths_of(seen: Trace, first: Labels, times: NDArray[np.int64], within: Mask) -> Deaths:
    """What died in the history `within`, given the `first_births` by what it joined.

    `times` are the commits' times in Unix seconds.
    """
    count = seen.born_at.size
    died = np.full(count, NEVER, dtype=np.int64)
    taken_by = np.full(count, -1, dtype=np.int64)
    deaths = [event for event in seen.deaths if within[event.position]]
    if deaths:
        ids = first[np.concatenate([event.ids for event in deaths])]
        at = np.repeat([event.position for event in deaths], [event.ids.size for event in deaths])
        revivals = [event for event in seen.revivals if within[event.position]]
        counts = ~taken_back(ids, at, revivals, first, containments(seen.commits, revivals))
        np.minimum.at(died, ids[counts], times[at[counts]])
        earliest = counts & (times[at] == died[ids])
        taken_by[ids[earliest]] = at[earliest]
    return Deaths(first, died[first], taken_by[first])


def taken_back(
    ids: NDArray[np.int64],
    at: NDArray[np.int64],
    revivals: Sequence[LineEvent],
    first: Labels,
    inside: Mapping[int, Mask],
) -> Mask:
    """For each death (line `ids[i]` in commit `at[i]`), whether a later merge has the line."""
    order = np.argsort(ids, kind="stable")
    sorted_ids = ids[order]
    back = np.zeros(ids.size, dtype=np.bool_)
    for revival in revivals:
        lines = np.unique(first[revival.ids])
        start = np.searchsorted(sorted_ids, lines)
        lengths = np.searchsorted(sorted_ids, lines, "right") - start
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        found = order[np.repeat(start, lengths) + offsets]
        back[found] |= inside[revival.position][at[found]]
    return back


def containments(commits: Sequence[Commit], revivals: Sequence[LineEvent]) -> dict[int, Mask]:
    """For the commits in which lines were revived, which commits each contains."""
    places = {commit.sha: position for position, commit in enumerate(commits)}
    wanted = {event.position for event in revivals}
    last_child = {places.get(p, -1): n for n, c in enumerate(commits) for p in c.parents}
    sets: dict[int, int] = {}
    masks: dict[int, Mask] = {}
    for position, commit in enumerate(commits[: max(wanted, default=-1) + 1]):
        mine = 1 << position
        for parent in {places.get(sha, -1) for sha in commit.parents}:
            mine |= sets.get(parent, 0)
            if last_child.get(parent) == position:
                sets.pop(parent, None)  # nobody asks for it again: a set has a bit for each commit
        sets[position] = mine
        if position in wanted:
            masks[position] = unpack_mask(mine, len(commits))
    return masks


def unpack_mask(bits: int, size: int) -> Mask:
    """A set of positions, given as the bits of a number, as a mask."""
    told = np.frombuffer(bits.to_bytes(size // 8 + 1, "little"), dtype=np.uint8)
    return np.unpackbits(told, count=size, bitorder="little").astype(np.bool_)
