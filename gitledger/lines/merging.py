"""What a merge makes of its parents' lines.

PURE: numpy only. A line stays when any parent hands it on. Where several parents do and each calls
it by another birth, the branches brought the same line: it is one from here on, the oldest one. A
line that the range's start had is known by no birth; the parent whose file is the merge's own, then
the first parent, decides between it and a line of the range, as in `git blame`. Behind the range,
where nobody's lines may be younger ones, the line of the range stays.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gitledger.lines.change import FileChange
from gitledger.lines.flight import Following
from gitledger.lines.owners import (
    ABSENT,
    NOBODY,
    NONE_YET,
    Owners,
    State,
    handed_on,
    level,
    new_spans,
    owned_lines,
    shared_spans,
    sown,
)

Changes = Sequence[FileChange]
Arrivals = Sequence[Mapping[str, FileChange]]


def merge(
    run: Following,
    position: int,
    states: Sequence[State],
    against: Sequence[Changes],
    *,
    bears: int | None,
) -> State:
    """The state after a merge, given those of its parents and what differs from each.

    `bears` is when the merge was made where its lines are followed, else None.
    """
    moved = differing(states, against)
    arrivals = [{c.new_path: c for c in changes if c.status != "D"} for changes in against]
    gone = [{c.old_path for c in changes if c.status in "DR"} for changes in against]
    merged = {path: owners for path, owners in states[0].items() if path not in moved}
    for path in moved:
        if any(path in s and path not in g for s, g in zip(states, gone, strict=True)) or any(
            path in arrival for arrival in arrivals
        ):
            owners = join_owners(run, position, states, arrivals, path, whole=bears is not None)
            if (owners >= 0).any():
                # the same array where nothing changed: later merges then need not look at it
                lacking = owners == ABSENT
                merged[path] = np.where(lacking, NOBODY, owners) if lacking.any() else owners
    if bears is not None:
        born_in_merge(run, position, merged, arrivals, bears)
    if moved:
        before = [owned_lines([s[path] for path in moved if path in s]) for s in states]
        after = owned_lines([merged[path] for path in moved if path in merged])
        run.settle(position, merged, before, after)
    return merged


def differing(states: Sequence[State], against: Sequence[Changes]) -> set[str]:
    """The paths whose owners may not be the same in the merge and in each parent."""
    moved = {path for changes in against for c in changes for path in (c.old_path, c.new_path)}
    first = states[0]
    for state in states[1:]:
        moved.update(first.keys() ^ state.keys())
        moved.update(path for path, owners in state.items() if first.get(path) is not owners)
    return moved


def join_owners(
    run: Following,
    position: int,
    states: Sequence[State],
    arrivals: Arrivals,
    path: str,
    *,
    whole: bool,
) -> Owners:
    """One file's owners after a merge; `whole` where lines that nobody owns are the start's."""
    order = sorted(
        range(len(states)), key=lambda parent: degree_of_change(arrivals[parent].get(path))
    )
    owned = [parent for parent in order if source(arrivals[parent], path) in states[parent]]
    if not owned:
        return NONE_YET
    asked = order[: order.index(owned[-1]) + 1] if whole else owned
    found: Owners | None = None
    for parent in asked:
        view = owners_from(run, states[parent], arrivals[parent].get(path), path)
        if view is not None:
            found = view if found is None else both(run, position, found, view, whole=whole)
    return NONE_YET if found is None else found


def degree_of_change(change: FileChange | None) -> int:
    """How much a file differs from a parent's: not at all, by its name alone, by its lines."""
    if change is None:
        return 0
    return 1 if change.old_blob == change.new_blob else 2


def source(arrival: Mapping[str, FileChange], path: str) -> str | None:
    """The path that a file of the merge has in one parent; None where it is not there."""
    change = arrival.get(path)
    if change is None:
        return path
    return None if change.status == "A" else change.old_path


def owners_from(
    run: Following, state: State, change: FileChange | None, path: str
) -> Owners | None:
    """What one parent hands on of a file; None where it has no line of it."""
    if change is None:
        return state.get(path, NONE_YET)
    hunks = None if change.status == "A" else run.hunks(change)
    if hunks is None:
        return None
    return handed_on(state.get(change.old_path, NONE_YET), hunks)


def both(run: Following, position: int, one: Owners, other: Owners, *, whole: bool) -> Owners:
    """Two views of one file as one."""
    if one is other:
        return one
    mine, theirs = level(one, other)
    if (mine == theirs).all():
        return one
    found = np.where(mine == ABSENT, theirs, mine)
    alike = np.flatnonzero((mine >= 0) & (theirs >= 0) & (mine != theirs))
    if alike.size:
        alike_joined(run, position, found, alike, theirs)
    started = np.flatnonzero((mine == NOBODY) & (theirs >= 0))
    if started.size and whole:
        run.left_to_start(position, theirs[started])
    elif started.size:
        found[started] = theirs[started]
    return found


def alike_joined(
    run: Following, position: int, found: Owners, lines: NDArray[np.intp], theirs: Owners
) -> None:
    """Join the births of some lines of a file in place.

    Where the older one is another line of the file as well, both stand there: they stay two.
    """
    one, other = found[lines], theirs[lines]
    stays = run.older(one, other)
    found[lines] = stays
    apart = run.elsewhere(found, lines) & (stays != one)
    found[lines[apart]] = one[apart]
    run.join(position, one[~apart], other[~apart], stays[~apart])


def born_in_merge(
    run: Following, position: int, merged: State, arrivals: Arrivals, when: int
) -> None:
    """Lines that no parent has: those new to each parent, in files changed against each."""
    for path in arrivals[0]:
        if not all(path in arrival for arrival in arrivals):
            continue
        spans = None
        for arrival in arrivals:
            new = new_spans(run.hunks(arrival[path]) or ())
            spans = new if spans is None else shared_spans(spans, new)
        owners, born = sown(merged.get(path, NONE_YET), spans or (), run.next_id)
        run.bear(position, when, born)
        if born:
            merged[path] = owners
