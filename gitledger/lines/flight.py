"""Lines in flight: what each commit does to the lines that a pass follows.

PURE: numpy only. `Following` is the state of the pass in `trace`, where the rules are told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gitledger.lines.change import FileChange, Hunks
from gitledger.lines.kin import Join, Kin, Mask
from gitledger.lines.moves import BlobTexts, Exchange, exchange
from gitledger.lines.owners import NONE_YET, Owners, State, edit, owned_lines

Ids = Owners
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class LineEvent:
    """Something that happened to lines in one commit (its position in the history)."""

    position: int
    ids: Ids


@dataclass(slots=True)
class Following:
    """The pass in progress; guards that an id is one birth and that every loss is an event.

    `died` and `plural` are kept by label: what `kin` knows to be one line dies once, and is plural
    once it stood in two places. `born_when[id]` is in Unix seconds.
    """

    texts: BlobTexts
    born_at: list[tuple[int, int]] = field(default_factory=list)  # (position, how many)
    next_id: int = 0
    born_when: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1024, dtype=np.int64))
    deaths: list[LineEvent] = field(default_factory=list)
    revivals: list[LineEvent] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    joining: list[Join] = field(default_factory=list)  # of the merge at hand, file by file
    exchanges: list[Exchange] = field(default_factory=list)
    kin: Kin = field(default_factory=Kin)
    died: Mask = field(default_factory=lambda: np.zeros(1024, dtype=np.bool_))
    plural: Mask = field(default_factory=lambda: np.zeros(1024, dtype=np.bool_))
    place: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1024, dtype=np.int64))
    known: dict[tuple[str, str], Hunks] = field(default_factory=dict)

    def bear(self, position: int, when: int, count: int) -> None:
        """Give out the next `count` ids to a commit."""
        if not count:
            return
        self.born_at.append((position, count))
        first, self.next_id = self.next_id, self.next_id + count
        while self.next_id > self.died.size:
            self.died = np.concatenate((self.died, np.zeros_like(self.died)))
            self.plural = np.concatenate((self.plural, np.zeros_like(self.plural)))
            self.born_when = np.concatenate((self.born_when, np.zeros_like(self.born_when)))
            self.place = np.zeros_like(self.born_when)
            self.kin.grow(self.died.size)
        self.born_when[first : self.next_id] = when

    def die(self, position: int, lost: Ids, state: Mapping[str, Owners]) -> bool:
        """Record the death of lines cut in a commit, unless a twin of the line lives on in it.

        Returns whether any line died.
        """
        twins = self.plural[self.kin.label[lost]]
        if twins.any():
            alive = self.mask(self.kin.label[owned_lines(state.values())])
            lost = lost[~(twins & alive[self.kin.label[lost]])]
        if lost.size:
            self.deaths.append(LineEvent(position, lost))
            self.died[self.kin.label[lost]] = True
        return bool(lost.size)

    def learn(self, changes: Sequence[FileChange]) -> None:
        """Remember hunks: a merge meets the pairs of blobs again that its branch went through."""
        if len(self.known) > REMEMBERED:
            self.known.clear()
        for change in changes:
            if change.hunks:
                self.known[change.old_blob, change.new_blob] = change.hunks

    def plain(
        self, position: int, state: State, changes: Sequence[FileChange], *, bears: int | None
    ) -> State:
        """The state after a commit with at most one parent; takes over the given state.

        `bears` is when the commit was made where its lines are followed, else None.
        """
        before = {c.old_path: state.pop(c.old_path) for c in changes if c.old_path in state}
        cut: list[Owners] = []
        seen = list(changes)
        for number, change in enumerate(changes):
            owners = before.get(change.old_path, NONE_YET) if change.status != "A" else NONE_YET
            if change.status == "D":
                cut.append(owners)
                continue
            if not owners.size and bears is None:
                continue
            seen[number] = self.told(change)
            hunks = self.hunks(seen[number])
            if hunks is None:
                cut.append(owners)
                continue
            after = edit(owners, hunks, None if bears is None else self.next_id)
            if bears is not None:
                self.bear(position, bears, after.born)
            cut.extend(after.cut)
            if after.born or (after.owners >= 0).any():
                state[change.new_path] = after.owners
        if self.die(position, owned_lines(cut), state):
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

    def older(self, one: Owners, other: Owners) -> Owners:
        """Of pairs of births the older ones; ties by graph order."""
        mine, theirs = self.born_when[one], self.born_when[other]
        return np.where((mine < theirs) | ((mine == theirs) & (one < other)), one, other)

    def elsewhere(self, owners: Owners, lines: NDArray[np.intp]) -> Mask:
        """Whether the owner of each of some lines of a file is that of another line as well."""
        owned = np.flatnonzero(owners >= 0)
        ids = owners[owned]
        self.place[ids] = owned  # of an id that stands twice the last place is kept
        last = self.place[owners[lines]]
        # numpy keeps the last of several: reversed, so that it is the first
        self.place[ids[::-1]] = owned[::-1]
        again: Mask = self.place[owners[lines]] != last
        return again

    def join(self, position: int, one: Owners, other: Owners, stays: Owners) -> None:
        """Record that a merge made pairs of births one line each, which goes by `stays`."""
        if one.size:
            self.joining.append(Join(position, np.where(stays == one, other, one), stays))

    def left_to_start(self, position: int, ids: Owners) -> None:
        """Record that a merge has, in place of these lines, lines that the range's start had."""
        self.joining.append(Join(position, ids, None))

    def unite(self, position: int) -> Ids:
        """Record which lines a merge joined, once for all its files; the births that went."""
        pairs = [(join.younger, join.older) for join in self.joining if join.older is not None]
        started = [join.younger for join in self.joining if join.older is None]
        self.joining.clear()
        if started:
            self.joins.append(Join(position, np.concatenate(started), None))
        if pairs:
            goes, stays = map(np.concatenate, zip(*pairs, strict=True))
            self.joins.append(Join(position, goes, stays))
            labels = self.kin.label[np.concatenate((goes, stays))]
            died, plural = labels[self.died[labels]], labels[self.plural[labels]]
            self.kin.unite(goes, stays)
            self.died[self.kin.label[died]] = True
            self.plural[self.kin.label[plural]] = True
            started.append(goes)
        return np.concatenate(started) if started else NONE_YET

    def settle(self, position: int, merged: State, before: Sequence[Ids], after: Ids) -> None:
        """Record what a merge lost, what it revived, and which lines now stand in two places.

        `before` (for each parent) and `after` are the lines of the files that differ between the
        merge and any parent: a line elsewhere is neither lost nor revived.
        """
        alive = self.mask(after)
        alive[self.unite(position)] = True
        handed = np.concatenate(before)
        self.die(position, np.unique(handed[~alive[handed]]), merged)
        labels = self.kin.label[after]
        revived = after[self.died[labels]]
        if revived.size:
            everywhere = np.logical_and.reduce([self.mask(ids)[revived] for ids in before])
            self.revive(position, revived[~everywhere])
        counts = np.bincount(labels, minlength=1)
        self.plural[: counts.size] |= counts > 1

    def revive(self, position: int, ids: Ids) -> None:
        """Record that a merge has lines that died somewhere."""
        if ids.size:
            self.revivals.append(LineEvent(position, ids))

    def mask(self, ids: Ids | NDArray[np.int64]) -> Mask:
        """For each id, whether it is among these."""
        mask = np.zeros(self.died.size, dtype=np.bool_)
        mask[ids] = True
        return mask
