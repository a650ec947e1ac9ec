"""How long the lines of a range live: deaths resolved, and the three churn shares of a window.

PURE: numpy only. What becomes of a line is told by `fates`. Shares are of lines:

- `churn_14d`: of the lines alive at the range's end, those dead within 14 days of their birth;
- `wip_churn`: of all lines born, those already dead at the range's end;
- `churn_14d_gross`: of all lines born, those dead within 14 days of their birth.

14 days are 14 x 86,400 seconds between committer times, the last second included.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gitledger.lines.change import commit_times
from gitledger.lines.fates import NEVER, ancestors, deaths_of, joined_in, standing
from gitledger.lines.kin import first_births
from gitledger.lines.moves import moved_lines
from gitledger.lines.trace import Trace

DAY = 86_400
DAYS = 14
FOLLOWED = DAYS * DAY
State = Literal["mature", "open", "unlanded", "no-lines"]


@dataclass(frozen=True, slots=True)
class FollowedSpan:
    """One window for the pass: its commits, its last commit, and the commit it is followed to.

    `now` is in Unix seconds: the moment up to which deaths could have been seen.
    """

    commits: tuple[str, ...]
    end: str
    horizon: str
    now: int


@dataclass(frozen=True, slots=True)
class CommitLines:
    """Lines of one commit of the range: the clumps in which lines die, and the bootstrap's unit.

    `dead` counts deaths within 14 days, `dead_of_alive` those of them that were alive at the
    range's end; of the lines alive at the end, `exposed` had their 14 days and `unresolved` are
    alive and had not. `joined` counts births that are no lines of their own: an older birth, or the
    range's start, brought the same line. `watched` is how many whole days its lines were watched,
    at most 14; `ages[d]` how many lines that were alive at the end died on day d + 1 of their life,
    without the zeros at its end.
    """

    sha: str
    born: int
    alive_at_end: int
    dead: int
    dead_of_alive: int
    exposed: int
    unresolved: int
    dead_ever: int
    joined: int = 0
    watched: int = 0
    ages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Survival:
    """Counts of lines for one window, whole and by commit; `matures_at` in Unix seconds.

    `moved` counts those of the dead whose text the commit that took them put elsewhere; None
    where no line was followed. `gone_by` are the commits that took lines which had landed, however
    old those were, with how many each; the one that took most first.
    """

    state: State
    now: int
    horizon: str
    by_commit: tuple[CommitLines, ...]
    matures_at: int
    moved: int | None = None
    gone_by: tuple[tuple[str, int], ...] = ()

    @property
    def born(self) -> int:
        """Lines born in the range."""
        return sum(c.born for c in self.by_commit)

    @property
    def joined(self) -> int:
        """Births in the range that are an older line, which another branch or the start brought."""
        return sum(c.joined for c in self.by_commit)

    @property
    def alive_at_end(self) -> int:
        """Lines of the range that are there when it ends."""
        return sum(c.alive_at_end for c in self.by_commit)

    @property
    def dead(self) -> int:
        """Lines of the range dead within 14 days of birth, at its end or after it."""
        return sum(c.dead for c in self.by_commit)

    @property
    def dead_of_alive(self) -> int:
        """Lines alive at the end of the range and dead within 14 days of birth."""
        return sum(c.dead_of_alive for c in self.by_commit)

    @property
    def exposed(self) -> int:
        """Lines alive at the end of the range whose 14 days are over."""
        return sum(c.exposed for c in self.by_commit)

    @property
    def unresolved(self) -> int:
        """Lines alive at the end of the range, still alive, whose 14 days are not over."""
        return sum(c.unresolved for c in self.by_commit)

    @property
    def gone_of_alive(self) -> int:
        """Lines alive at the end of the range that are gone at the horizon, however old."""
        return sum(count for _, count in self.gone_by)

    @property
    def dead_ever(self) -> int:
        """Lines of the range that are gone at the horizon, however old they grew."""
        return sum(c.dead_ever for c in self.by_commit)


def survival(seen: Trace, span: FollowedSpan) -> Survival:
    """The counts of one window from a pass that covered it."""
    places = {commit.sha: position for position, commit in enumerate(seen.commits)}
    last, end = places.get(span.horizon, -1), places.get(span.end, -1)
    within = ancestors(seen.commits, places, last)
    if end < 0 or not within[end]:
        return Survival("unlanded", span.now, "", (), 0)
    times = np.array(commit_times(seen.commits, span.now), dtype=np.int64)
    mine = np.zeros(len(seen.commits), dtype=np.bool_)
    mine[[places[sha] for sha in span.commits]] = True
    own = np.flatnonzero(mine[seen.born_at])
    joins, later = (joined_in(seen, m) for m in (ancestors(seen.commits, places, end), within))
    first = first_births(times[seen.born_at], joins)
    at_end = standing(seen, first, span.end, joins)
    grown = first if len(joins) == len(later) else first_births(times[seen.born_at], later)
    ends = deaths_of(seen, grown, times, within)
    died = ends.when
    ids = own[at_end.line[own]]
    born = times[seen.born_at[ids]]
    alive = at_end.alive[ids]
    dead = (died[ids] != NEVER) & (died[ids] - born <= FOLLOWED)
    over = born + FOLLOWED <= span.now
    facts = (alive, dead, over, died[ids] != NEVER)
    taken = ids[alive & dead]
    days = np.clip((died[taken] - times[seen.born_at[taken]]) // DAY, 0, DAYS - 1)
    ages = ages_of(seen, taken, days)
    watched = np.clip((span.now - times) // DAY, 0, DAYS)
    by_commit = tuple(
        replace(one, watched=int(watched[places[one.sha]]), ages=ages.get(one.sha, ()))
        for one in _by_commit(seen, ids, own[~at_end.line[own]], facts)
    )
    matures = int(born[alive].max(initial=0)) + FOLLOWED if alive.any() else 0
    state: State = "no-lines" if not ids.size else "mature" if over[alive].all() else "open"
    moved = moved_lines(seen.exchanges, ids[dead], ends.taken_by, ends.first)
    gone_by = _takers(seen, ends.taken_by[ids[alive]])
    return Survival(state, span.now, span.horizon, by_commit, matures, moved, gone_by)


def added_up(counted: Sequence[Survival], now: int) -> Survival:
    """The survival of groups of commits that landed each for itself, as one.

    Those that landed nowhere are left out, unless none landed; without any there are no lines. The
    horizon is that of the last group; the state is open while one group's is.
    """
    landed = [one for one in counted if one.state != "unlanded"]
    if len(counted) == 1 or not landed:
        return counted[0] if counted else Survival("no-lines", now, "", (), 0)
    states = {one.state for one in landed}
    state: State = next((s for s in ("open", "mature") if s in states), "no-lines")
    moved = [one.moved for one in landed if one.moved is not None]
    takers = Counter[str]()
    for one in landed:
        takers.update(dict(one.gone_by))
    return Survival(
        state=state,
        now=now,
        horizon=landed[-1].horizon,
        by_commit=tuple(lines for one in landed for lines in one.by_commit),
        matures_at=max(one.matures_at for one in landed),
        moved=sum(moved) if moved else None,
        gone_by=tuple(takers.most_common()),
    )


def ages_of(
    seen: Trace, ids: NDArray[np.intp], days: NDArray[np.int64]
) -> dict[str, tuple[int, ...]]:
    """By commit, how many of some dead lines died on each day of their life, the first first."""
    at = seen.born_at[ids]
    return {
        seen.commits[position].sha: tuple(map(int, np.bincount(days[at == position])))
        for position in np.unique(at)
    }


def _takers(seen: Trace, positions: NDArray[np.int64]) -> tuple[tuple[str, int], ...]:
    """The commits at some positions (-1: none) with how often each stands there, most first."""
    at, counts = np.unique(positions[positions >= 0], return_counts=True)
    pairs = [(seen.commits[p].sha, int(n)) for p, n in zip(at, counts, strict=True)]
    return tuple(sorted(pairs, key=lambda pair: -pair[1]))  # the one that took most comes first


def _by_commit(
    seen: Trace,
    ids: NDArray[np.intp],
    joined: NDArray[np.intp],
    facts: tuple[NDArray[np.bool_], ...],
) -> tuple[CommitLines, ...]:
    alive, dead, over, gone = facts
    size = len(seen.commits)
    at = seen.born_at[ids]

    def tally(those: NDArray[np.bool_]) -> list[int]:
        return [int(n) for n in np.bincount(at[those], minlength=size)]

    columns = zip(
        [commit.sha for commit in seen.commits],
        tally(np.ones_like(alive)),
        tally(alive),
        tally(dead),
        tally(dead & alive),
        tally(alive & over),
        tally(alive & ~over & ~dead),
        tally(gone),
        [int(n) for n in np.bincount(seen.born_at[joined], minlength=size)],
        strict=True,
    )
    return tuple(CommitLines(*row) for row in columns if row[1] or row[-1])
