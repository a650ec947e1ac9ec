"""The one pass over a history that follows every line from birth to death.

PURE: numpy only. A line is born in a commit when it maps to no parent. It stays while some parent
of each later commit hands it on. A commit in which a line is absent though alive in a parent is a
*death*; a merge that has a line which one of its parents lacks is a *revival* of the deaths it
contains. Both are kept as events: what they mean is decided in `survival`, once, so that the
order in which side branches were visited cannot matter.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gitledger.ledger.change import Commit, CommitChanges, FileChange, Hunks
from gitledger.measure.owners import (
    NONE_YET,
    Owners,
    State,
    differing_paths,
    edit,
    held,
    level,
    new_spans,
    shared_spans,
    sown,
)

Differ = Callable[[str, str], Hunks]
Ids = Owners
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to lines in one commit (its position in the history)."""

    position: int
    ids: Ids


@dataclass(frozen=True, slots=True)
class Trace:
    """What one pass saw.

    `commits` in graph order; `born_at[id]` is the position of the commit that bore a line;
    `alive_at[sha]` the ids alive in each landing commit asked for.
    """

    commits: tuple[Commit, ...]
    born_at: NDArray[np.int32]
    deaths: tuple[Event, ...]
    revivals: tuple[Event, ...]
    alive_at: Mapping[str, Ids]


@dataclass(slots=True)
class _Pass:
    """The pass in progress; guards that an id is one line and that every loss is an event."""

    differ: Differ
    born_at: list[tuple[int, int]] = field(default_factory=list)  # (position, how many)
    next_id: int = 0
    deaths: list[Event] = field(default_factory=list)
    revivals: list[Event] = field(default_factory=list)
    has_died: Mask = field(default_factory=lambda: np.zeros(1024, dtype=np.bool_))
    plural: Mask = field(default_factory=lambda: np.zeros(1024, dtype=np.bool_))
    members: dict[tuple[int, int], int] = field(default_factory=dict)
    pairs: dict[int, tuple[int, int]] = field(default_factory=dict)

    def bear(self, position: int, count: int) -> None:
        """Give out the next `count` ids to a commit (position -1: to a pair of lines)."""
        if not count:
            return
        self.born_at.append((position, count))
        self.next_id += count
        while self.next_id > self.has_died.size:
            self.has_died = np.concatenate((self.has_died, np.zeros_like(self.has_died)))
            self.plural = np.concatenate((self.plural, np.zeros_like(self.plural)))

    def alone(self, ids: Ids) -> Ids:
        """The lines behind ids: a pair (one line of a merge that is two parents' lines) is two."""
        if not self.pairs:
            return ids
        doubled = np.isin(ids, np.fromiter(self.pairs, dtype=np.int32))
        found, waiting = [], ids[doubled].tolist()
        while waiting:
            one = waiting.pop()
            if one in self.pairs:
                waiting.extend(self.pairs[one])
            else:
                found.append(one)
        return np.concatenate((ids[~doubled], np.array(found, dtype=np.int32)))

    def alive(self, state: Mapping[str, Owners]) -> Mask:
        """For each id, whether it is a line of this state."""
        mask = np.zeros(self.has_died.size, dtype=np.bool_)
        mask[self.alone(held(state.values()))] = True
        return mask

    def die(self, position: int, ids: Ids, state: Mapping[str, Owners]) -> None:
        """Record the death of lines cut in a commit, unless a twin of the line lives on in it."""
        lost = self.alone(ids)
        if lost.size and self.plural[lost].any():
            lost = lost[~self.alive(state)[lost]]
        if lost.size:
            self.deaths.append(Event(position, lost))
            self.has_died[lost] = True

    def plain(
        self, position: int, state: State, changes: Sequence[FileChange], *, bears: bool
    ) -> State:
        """The state after a commit with at most one parent; takes over the given state."""
        before = {c.old_path: state.pop(c.old_path) for c in changes if c.old_path in state}
        cut: list[Owners] = []
        for change in changes:
            owners = before.get(change.old_path, NONE_YET) if change.status != "A" else NONE_YET
            if change.status == "D":
                cut.append(owners)
                continue
            if not owners.size and not bears:
                continue
            hunks = self.hunks(change)
            if hunks is None:
                cut.append(owners)
                continue
            after = edit(owners, hunks, self.next_id if bears else None)
            self.bear(position, after.born)
            cut.extend(after.cut)
            if (after.owners >= 0).any():
                state[change.new_path] = after.owners
        self.die(position, held(cut), state)
        return state

    def hunks(self, change: FileChange) -> Hunks | None:
        """The lines changed; None when either side is binary: none of the old lines remain."""
        if change.old_blob == change.new_blob:
            return ()
        hunks = change.hunks
        if hunks is None:
            hunks = self.differ(change.old_blob, change.new_blob)
        return hunks or None

    def merge(
        self,
        position: int,
        states: Sequence[State],
        against: Sequence[Sequence[FileChange]],
        *,
        bears: bool,
    ) -> State:
        """The state after a merge: a line stays when any parent hands it on."""
        merged = self.handed_on(states[0], against[0])
        for state, changes in zip(states[1:], against[1:], strict=True):
            self.join(merged, self.handed_on(state, changes))
        if bears:
            self.bear_in_merge(position, merged, against)
        self.settle(position, merged, states)
        return merged

    def handed_on(self, state: State, changes: Sequence[FileChange]) -> State:
        """What one parent hands on to a merge."""
        after = dict(state)
        before = {c.old_path: after.pop(c.old_path) for c in changes if c.old_path in after}
        for change in changes:
            owners = before.get(change.old_path)
            if owners is None or change.status in "AD":
                continue
            hunks = self.hunks(change)
            if hunks is None:
                continue
            kept = edit(owners, hunks, None).owners
            if (kept >= 0).any():
                after[change.new_path] = kept
        return after

    def join(self, merged: State, other: State) -> None:
        """Add what a further parent hands on; a line that is both parents' own becomes a pair."""
        for path in differing_paths(merged, other):
            mine, theirs = level(merged.get(path, NONE_YET), other.get(path, NONE_YET))
            joined = np.maximum(mine, theirs)
            for line in np.flatnonzero((mine >= 0) & (theirs >= 0) & (mine != theirs)):
                joined[line] = self.pair(int(mine[line]), int(theirs[line]))
            merged[path] = joined

    def pair(self, one: int, other: int) -> int:
        """The id that stands for two lines at once."""
        key = (min(one, other), max(one, other))
        if key not in self.members:
            self.members[key] = self.next_id
            self.pairs[self.next_id] = key
            self.bear(-1, 1)
            self.plural[self.alone(np.array(key, dtype=np.int32))] = True
        return self.members[key]

    def bear_in_merge(
        self, position: int, merged: State, against: Sequence[Sequence[FileChange]]
    ) -> None:
        """Lines that no parent has: those new to each parent, in files changed against each."""
        arrivals = [{c.new_path: c for c in changes if c.status != "D"} for changes in against]
        for path in arrivals[0]:
            if not all(path in arrival for arrival in arrivals):
                continue
            spans = None
            for arrival in arrivals:
                change = arrival[path]
                new = new_spans(self.hunks(change) or ())
                spans = new if spans is None else shared_spans(spans, new)
            owners = merged.get(path, NONE_YET)
            merged_owners, born = sown(owners, spans or (), self.next_id)
            self.bear(position, born)
            if born:
                merged[path] = merged_owners

    def settle(self, position: int, merged: State, states: Sequence[State]) -> None:
        """Record what a merge lost, what it revived, and which lines now stand in two places."""
        alive = self.alive(merged)
        before = [self.alive(state) for state in states]
        lost = np.flatnonzero(np.logical_or.reduce(before) & ~alive).astype(np.int32)
        if lost.size:
            self.deaths.append(Event(position, lost))
            self.has_died[lost] = True
        lacking = ~np.logical_and.reduce(before)
        revived = np.flatnonzero(alive & lacking & self.has_died).astype(np.int32)
        if revived.size:
            self.revivals.append(Event(position, revived))
        counts = np.bincount(self.alone(held(merged.values())), minlength=1)
        self.plural[: counts.size] |= counts > 1


class _Shelf:
    """States of commits whose children are still to come; guards that no state is shared."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self._children = Counter(p for c in commits for p in set(c.parents))
        self._states: dict[str, State] = {}

    def put(self, sha: str, state: State) -> None:
        """Keep a commit's state for its children, if it has any."""
        if self._children[sha]:
            self._states[sha] = state

    def take(self, sha: str) -> State:
        """A parent's state for one child: a copy, or the state itself for the last child.

        A parent outside the history holds no line that is followed.
        """
        self._children[sha] -= 1
        if self._children[sha]:
            return dict(self._states.get(sha, {}))
        return self._states.pop(sha, {})


def trace(
    commits: Sequence[Commit],
    changes: Iterable[CommitChanges],
    differ: Differ,
    *,
    born_in: Collection[str],
    landings: Collection[str],
) -> Trace:
    """Follow the lines born in the commits `born_in` through a history (parents first).

    `changes` come in the order of `commits`; `landings` are commits whose living lines are
    remembered; `differ` gives the hunks of two blobs where a change came without them.
    """
    run, shelf = _Pass(differ), _Shelf(commits)
    alive_at: dict[str, Ids] = {}
    for position, (commit, against) in enumerate(changes):
        parents = [shelf.take(parent) for parent in dict.fromkeys(commit.parents)]
        bears = commit.sha in born_in
        if len(parents) > 1:
            after = run.merge(position, parents, against, bears=bears)
        else:
            before = parents[0] if parents else {}
            after = run.plain(position, before, against[0], bears=bears)
        shelf.put(commit.sha, after)
        if commit.sha in landings:
            alive_at[commit.sha] = np.flatnonzero(run.alive(after)).astype(np.int32)
    positions = np.array([p for p, _ in run.born_at], dtype=np.int32)
    counts = np.array([n for _, n in run.born_at], dtype=np.int64)
    return Trace(
        commits=tuple(commits),
        born_at=np.repeat(positions, counts),
        deaths=tuple(run.deaths),
        revivals=tuple(run.revivals),
        alive_at=alive_at,
    )
