"""Lines in flight: what each commit does to the lines that a pass follows.

PURE: numpy only. `Following` is the state of the pass in `trace`, where the rules are told.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gitledger.ledger.change import FileChange, Hunks
from gitledger.measure.moved import Exchange, Texts, exchange
from gitledger.measure.owners import (
    NONE_YET,
    Owners,
    State,
    edit,
    held,
    level,
    new_spans,
    shared_spans,
    sown,
)

Ids = Owners
Mask = NDArray[np.bool_]
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to lines in one commit (its position in the history)."""

    position: int
    ids: Ids


@dataclass(slots=True)
class Following:
    """The pass in progress; guards that an id is one line and that every loss is an event."""

    texts: Texts
    born_at: list[tuple[int, int]] = field(default_factory=list)  # (position, how many)
    next_id: int = 0
    deaths: list[Event] = field(default_factory=list)
    revivals: list[Event] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    has_died: Mask = field(default_factory=lambda: np.zeros(1024, dtype=np.bool_))
    plural: Mask = field(default_factory=lambda: np.zeros(1024, dtype=np.bool_))
    members: dict[tuple[int, int], int] = field(default_factory=dict)
    pairs: dict[int, tuple[int, int]] = field(default_factory=dict)
    known: dict[tuple[str, str], Hunks] = field(default_factory=dict)

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
        return self.mask(self.alone(held(state.values())))

    def die(self, position: int, ids: Ids, state: Mapping[str, Owners]) -> bool:
        """Record the death of lines cut in a commit, unless a twin of the line lives on in it.

        Returns whether any line died.
        """
        lost = self.alone(ids)
        if lost.size and self.plural[lost].any():
            lost = lost[~self.alive(state)[lost]]
        if lost.size:
            self.deaths.append(Event(position, lost))
            self.has_died[lost] = True
        return bool(lost.size)

    def learn(self, changes: Sequence[FileChange]) -> None:
        """Remember hunks: a merge meets the pairs of blobs again that its branch went through."""
        if len(self.known) > REMEMBERED:
            self.known.clear()
        for change in changes:
            if change.hunks:
                self.known[change.old_blob, change.new_blob] = change.hunks

    def plain(
        self, position: int, state: State, changes: Sequence[FileChange], *, bears: bool
    ) -> State:
        """The state after a commit with at most one parent; takes over the given state."""
        before = {c.old_path: state.pop(c.old_path) for c in changes if c.old_path in state}
        cut: list[Owners] = []
        seen = list(changes)
        for number, change in enumerate(changes):
            owners = before.get(change.old_path, NONE_YET) if change.status != "A" else NONE_YET
            if change.status == "D":
                cut.append(owners)
                continue
            if not owners.size and not bears:
                continue
            seen[number] = self.told(change)
            hunks = self.hunks(seen[number])
            if hunks is None:
                cut.append(owners)
                continue
            after = edit(owners, hunks, self.next_id if bears else None)
            self.bear(position, after.born)
            cut.extend(after.cut)
            if after.born or (after.owners >= 0).any():
                state[change.new_path] = after.owners
        if self.die(position, held(cut), state):
            self.exchange(position, before, seen)
        return state

    def exchange(
        self, position: int, before: Mapping[str, Owners], changes: Sequence[FileChange]
    ) -> None:
        """Keep what a commit took and put elsewhere, if it did."""
        found = exchange(position, before, changes, self.texts)
        if found is not None:
            self.exchanges.append(found)

    def told(self, change: FileChange) -> FileChange:
        """A change with its hunks."""
        if change.hunks is not None:
            return change
        blobs = (change.old_blob, change.new_blob)
        if change.old_blob == change.new_blob:
            return change._replace(hunks=())
        known = self.known.get(blobs)
        if known is not None:
            return change._replace(hunks=known)
        hunks, patch = self.texts.differ(*blobs)
        return change._replace(hunks=hunks, patch=patch)

    def hunks(self, change: FileChange) -> Hunks | None:
        """The lines changed; None when either side is binary: none of the old lines remain."""
        if change.old_blob == change.new_blob:
            return ()
        return self.told(change).hunks or None

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
        moved = {path for changes in against for c in changes for path in (c.old_path, c.new_path)}
        for state, changes in zip(states[1:], against[1:], strict=True):
            moved |= self.join(merged, self.handed_on(state, changes))
        if bears:
            self.bear_in_merge(position, merged, against)
        self.settle(position, merged, states, moved)
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

    def join(self, merged: State, other: State) -> set[str]:
        """Add what a further parent hands on; the paths where the two were not the same."""
        paths = [path for path, array in other.items() if merged.get(path) is not array]
        lacking = merged.keys() - other.keys()
        for path in paths:
            merged[path] = self.joined(merged.get(path, NONE_YET), other[path])
        return lacking.union(paths)

    def joined(self, one: Owners, other: Owners) -> Owners:
        """One file's owners from two parents; a line that is both parents' own is a pair."""
        if not one.size:
            return other
        if one.size == other.size and (one == other).all():
            return one
        mine, theirs = level(one, other)
        both = np.maximum(mine, theirs)
        for line in np.flatnonzero((mine >= 0) & (theirs >= 0) & (mine != theirs)):
            both[line] = self.pair(int(mine[line]), int(theirs[line]))
        return both

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

    def settle(
        self, position: int, merged: State, states: Sequence[State], moved: Collection[str]
    ) -> None:
        """Record what a merge lost, what it revived, and which lines now stand in two places.

        Only the files `moved` can differ between the merge and a parent: a line elsewhere is
        neither lost nor revived.
        """
        if not moved:
            return
        after, *before = (
            self.alone(held([state[path] for path in moved if path in state]))
            for state in (merged, *states)
        )
        alive = self.mask(after)
        handed = np.concatenate(before)
        self.die(position, np.unique(handed[~alive[handed]]), merged)
        revived = after[self.has_died[after]]
        if revived.size:
            everywhere = np.logical_and.reduce([self.mask(ids)[revived] for ids in before])
            self.revive(position, revived[~everywhere])
        counts = np.bincount(after, minlength=1)
        self.plural[: counts.size] |= counts > 1

    def revive(self, position: int, ids: Ids) -> None:
        """Record that a merge has lines that died somewhere."""
        if ids.size:
            self.revivals.append(Event(position, ids))

    def mask(self, ids: Ids) -> Mask:
        """For each id, whether it is among these."""
        mask = np.zeros(self.has_died.size, dtype=np.bool_)
        mask[ids] = True
        return mask
