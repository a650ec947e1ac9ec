"""Runs: the connected stretches of one's own commits in a history that others work on as well.

PURE but for its place: a history given as commits, parents first; no git is run here. A run is a
range `start..end` of which every commit is one's own, so that its end points differ by own work
alone. May import errors and ledger only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gitledger.git.code.ranges import Range, contained_in
from gitledger.lines.change import EMPTY_TREE, Commit


@dataclass(frozen=True, slots=True)
class Group:
    """Own commits that one of them, `tip`, contains: what lands when the tip lands.

    `since` are commits that they grew from and that have none of them in their history: whatever
    those contain need not be looked at.
    """

    commits: tuple[Commit, ...]
    tip: Commit
    since: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """The commits that a measure counts: runs in the order of history, and what is no part of one.

    `joins` are own merges that brought others' commits: against their first parent they differ by
    others' work. They count by the lines that no parent had, and end the run before them. One that
    an own merge brought along in its turn lies within that run. `groups` are the tips that hold
    them all, `others` the commits in between that count for nobody here; a range that somebody
    stated is `whole`: one run, whoever made its commits.
    """

    runs: tuple[Range, ...] = ()
    joins: tuple[Commit, ...] = ()
    groups: tuple[Group, ...] = ()
    others: tuple[Commit, ...] = ()
    whole: bool = False

    @property
    def start(self) -> str:
        """What the first commit grew from."""
        return self.runs[0].start if self.runs else self.joins[0].parents[0]

    @property
    def end(self) -> str:
        """The last commit."""
        return self.groups[-1].tip.sha if self.groups else self.runs[-1].end

    @property
    def commits(self) -> tuple[Commit, ...]:
        """All commits that count, by the runs they are in; merges apart stand last."""
        return (*(commit for run in self.runs for commit in run.commits), *self.joins)


def runs_of(commits: Sequence[Commit], own: Collection[str]) -> Credit:
    """The runs of the own commits among `commits` (parents first), and merges apart.

    A run follows first parents. A merge belongs to it when all that its other parents brought are
    own commits: these lie within the run then. A commit without parents starts from EMPTY_TREE.
    """
    mine = frozenset(own)
    brought = {c.sha: _brought(commits, c) for c in commits if c.sha in mine and c.parents[1:]}
    joins = frozenset(sha for sha, inside in brought.items() if not inside <= mine)
    within = frozenset(s for sha, inside in brought.items() if sha not in joins for s in inside)
    at_end: dict[str, list[Commit]] = {}
    found: list[list[Commit]] = []
    for commit in commits:
        if commit.sha not in mine or commit.sha in joins or commit.sha in within:
            continue
        # a run goes on from its end alone: of two children the second begins another one
        run = at_end.pop(commit.parents[0], None) if commit.parents else None
        if run is None:
            run = []
            found.append(run)
        run.append(commit)
        at_end[commit.sha] = run
    by_sha = {commit.sha: commit for commit in commits}
    ranges = [_range(run, brought, by_sha) for run in found]
    return Credit(tuple(ranges), tuple(c for c in commits if c.sha in joins - within))


def _brought(commits: Sequence[Commit], merge: Commit) -> frozenset[str]:
    """The commits that a merge's other parents contain and its first does not."""
    first = contained_in(commits, merge.parents[0])
    return frozenset[str]().union(*(contained_in(commits, p) for p in merge.parents[1:])) - first


def _range(
    run: Sequence[Commit], brought: Mapping[str, frozenset[str]], by_sha: Mapping[str, Commit]
) -> Range:
    start = next(iter(run[0].parents), EMPTY_TREE)
    inside = {sha for c in run for sha in (c.sha, *brought.get(c.sha, ()))}
    return Range(start, run[-1].sha, start, tuple(c for s, c in by_sha.items() if s in inside))


def groups_of(commits: Sequence[Commit], own: Collection[str]) -> tuple[Group, ...]:
    """The own commits by the tips that contain them, each once; the newest tip last."""
    left, found = set(own), list[Group]()
    for commit in reversed(commits):
        if commit.sha in left:
            inside = contained_in(commits, commit.sha) & left
            mine = tuple(c for c in commits if c.sha in inside)
            found.append(Group(mine, commit, _since(commits, mine)))
            left -= inside
    return tuple(reversed(found))


def _since(commits: Sequence[Commit], mine: Sequence[Commit]) -> tuple[str, ...]:
    """What commits grew from, without what has one of them in its history."""
    inside = {commit.sha for commit in mine}
    outside = dict.fromkeys(p for commit in mine for p in commit.parents if p not in inside)
    return tuple(sha for sha in outside if not contained_in(commits, sha) & inside)


def others_within(commits: Sequence[Commit], own: Collection[str]) -> tuple[Commit, ...]:
    """The commits that stand between own ones, or that own merges brought, and are not own.

    They are in the history of some own commit, and not in that of what own work grew from: the
    first parents that have no own commit in their history.
    """
    mine = frozenset(own)
    groups = groups_of(commits, own)
    inside = frozenset[str]().union(*(contained_in(commits, group.tip.sha) for group in groups))
    grown_from = {c.parents[0] for c in commits if c.sha in mine and c.parents} - mine
    histories = [contained_in(commits, sha) for sha in grown_from]
    before = frozenset[str]().union(*(history for history in histories if not history & mine))
    return tuple(c for c in commits if c.sha in inside - before - mine)


def credit_of(commits: Sequence[Commit], own: Collection[str]) -> Credit:
    """What counts of a history (parents first) in which some commits are one's own."""
    groups, others = groups_of(commits, own), others_within(commits, own)
    return replace(runs_of(commits, own), groups=groups, others=others)


def whole(span: Range) -> Credit:
    """A range as it was stated, counted whole."""
    tips = [commit for commit in span.commits if commit.sha == span.end]
    since = (span.start,) if span.start != EMPTY_TREE else ()
    groups = tuple(Group(span.commits, tip, since) for tip in tips)
    return Credit((span,), groups=groups, whole=True)
