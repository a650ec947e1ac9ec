"""The one pass over a history that follows every line from birth to death.

PURE: numpy only. A line is born in a commit when it maps to no parent. It stays while some parent
of each later commit hands it on. A commit in which a line is absent though alive in a parent is a
*death*; a merge that has a line which one of its parents lacks is a *revival* of the deaths it
contains. A merge that has one line where its parents had several *joins* them. All three are kept
as events: what they mean is decided in `survival`, once, so that the order in which side branches
were visited cannot matter.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gitledger.lines.change import Commit, CommitChanges
from gitledger.lines.flight import Following, Ids, LineEvent
from gitledger.lines.kin import Join
from gitledger.lines.merging import merge
from gitledger.lines.moves import BlobTexts, Exchange
from gitledger.lines.owners import State, owned_lines


@dataclass(frozen=True, slots=True)
class Trace:
    """What one pass saw.

    `commits` in graph order; `born_at[id]` is the position of the commit that bore a line;
    `alive_at[sha]` the ids alive in each landing commit asked for; `exchanges` what commits with at
    most one parent took and put elsewhere.
    """

    commits: tuple[Commit, ...]
    born_at: NDArray[np.int32]
    deaths: tuple[LineEvent, ...]
    revivals: tuple[LineEvent, ...]
    joins: tuple[Join, ...]
    alive_at: Mapping[str, Ids]
    exchanges: tuple[Exchange, ...]


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
    texts: BlobTexts,
    *,
    born_in: Collection[str],
    landings: Collection[str],
) -> Trace:
    """Follow the lines born in the commits `born_in` through a history (parents first).

    `changes` come in the order of `commits`; `landings` are commits whose living lines are
    remembered; `texts` are asked where a change came without its hunks or its patch.
    """
    run, shelf = Following(texts), _Shelf(commits)
    alive_at: dict[str, Ids] = {}
    for position, (commit, against) in enumerate(changes):
        # each once, as the shelf counts children: a commit may name a parent twice
        parents = [shelf.take(parent) for parent in dict.fromkeys(commit.parents)]
        bears = commit.committed_at if commit.sha in born_in else None
        if len(parents) > 1:
            after = merge(run, position, parents, against, bears=bears)
        else:
            before = parents[0] if parents else {}
            run.learn(against[0])
            after = run.plain(position, before, against[0], bears=bears)
        shelf.put(commit.sha, after)
        if commit.sha in landings:
            alive_at[commit.sha] = np.unique(owned_lines(after.values()))
    positions = np.array([p for p, _ in run.born_at], dtype=np.int32)
    counts = np.array([n for _, n in run.born_at], dtype=np.int64)
    return Trace(
        commits=tuple(commits),
        born_at=np.repeat(positions, counts),
        deaths=tuple(run.deaths),
        revivals=tuple(run.revivals),
        joins=tuple(run.joins),
        alive_at=alive_at,
        exchanges=tuple(run.exchanges),
    )
