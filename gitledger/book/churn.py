"""Churn of one commit range: facts, where its lines landed, what became of them.

Reads the repository through git/, measures through measure/; writes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gitledger.git.code.blobs import reading_blobs
from gitledger.git.code.counting import Counting, counting
from gitledger.git.code.diffs import read_changes
from gitledger.git.code.facts import RangeFacts, lines_added, read_each, together
from gitledger.git.code.lacking import telling
from gitledger.git.code.landing import Landing, candidates, default_branches, find_landing
from gitledger.git.code.partial import bring_changes
from gitledger.git.code.ranges import Range, commit_id, read_range, walk
from gitledger.git.code.relink import Lost, Relinked, relink_branch, relink_each
from gitledger.git.code.runs import Credit, Group, whole
from gitledger.git.plumbing import Plumbing
from gitledger.lines.change import CommitChanges, commit_times
from gitledger.lines.moves import BlobTexts
from gitledger.lines.shares import Shares, options_digest, shares
from gitledger.lines.survival import FOLLOWED, FollowedSpan, Survival, added_up, survival
from gitledger.lines.trace import trace

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ChurnScope:
    """What to count and where to follow it.

    `follow` is a branch named by the user, `worked_on` the one the hooks saw; `now` in Unix
    seconds; `rewrites` old commit -> new commit as recorded.
    """

    now: int
    paths: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    follow: str = ""
    worked_on: str = ""
    rewrites: Mapping[str, str] = field(default_factory=dict)
    progress: Progress = lambda _done, _all: None

    @property
    def digest(self) -> str:
        """The hash of all that decides which lines count."""
        return options_digest({"paths": self.paths, "exclude": self.patterns})


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything known of what is credited: `parts` are the facts of its runs, one by one.

    `relinked` names the rewritten work that was followed, `unfollowed` counts commits that were
    not found where that was; `foreign_lines` were added by others in between, and left out.
    """

    credit: Credit
    parts: tuple[RangeFacts, ...]
    survival: Survival
    shares: Shares
    branch: str
    relinked: tuple[Relinked, ...]
    unfollowed: int
    foreign_lines: int
    digest: str

    @property
    def facts(self) -> RangeFacts:
        """The facts of all runs together."""
        return together(self.parts)

    @property
    def decision(self) -> str:
        """The word a row carries."""
        if not self.credit.commits:
            return "empty-range"
        return "unlanded" if self.survival.state == "unlanded" else "measured"


def measure_range(git: Plumbing, start: str, end: str, scope: ChurnScope) -> Measured:
    """The churn of `start..end` (full ids), counted whole. Raises what the range refuses."""
    with telling(git, start, end):
        span = read_range(git, start, end)
    return measure(git, whole(span), scope)


def measure(git: Plumbing, credit: Credit, scope: ChurnScope) -> Measured:
    """The churn of the commits that count. Raises what their history refuses."""
    with telling(git, credit.start, credit.end):
        return _measured(git, credit, scope)


def _measured(git: Plumbing, credit: Credit, scope: ChurnScope) -> Measured:
    with counting(git, credit.end, paths=scope.paths, patterns=scope.patterns) as counts:
        # of own merges alone no run is left: an empty one has the trees at its ends
        spans = credit.runs or (Range(credit.start, credit.start, credit.start, ()),)
        parts = read_each(git, spans, counts)
        foreign = lines_added(git, credit.others, counts)
        paths = [_landed(git, group, parts, scope) for group in credit.groups]
        lived = [_followed(git, path, scope, counts) for path in paths]
    total = added_up(lived, scope.now)
    return Measured(
        credit=credit,
        parts=parts,
        survival=total,
        shares=shares(total),
        branch=next((path.landing.branch for path in reversed(paths) if path.landing), ""),
        relinked=tuple(new for path in paths for new in path.relinked),
        unfollowed=sum(path.missing for path in paths),
        foreign_lines=foreign,
        digest=scope.digest,
    )


@dataclass(frozen=True, slots=True)
class Path:
    """Where the lines of one group of commits are followed: as which commits, and how far.

    `since` bounds the history that is passed; `missing` commits were not found there.
    """

    commits: tuple[str, ...]
    tip: str
    since: tuple[str, ...]
    landing: Landing | None
    relinked: tuple[Relinked, ...] = ()
    missing: int = 0


def _landed(git: Plumbing, group: Group, parts: Sequence[RangeFacts], scope: ChurnScope) -> Path:
    """The path of a group: as it is on the default branch, rewritten or squashed there, or else."""
    mine = tuple(commit.sha for commit in group.commits)
    usual = (*default_branches(git),) if not scope.follow else (scope.follow,)
    landing = _landing(git, group, scope, usual)
    if landing is not None:
        return Path(mine, group.tip.sha, group.since, landing)
    runs = [part for part in parts if part.span.end in mine]
    for branch in usual:
        path = _rewritten(git, group, runs, scope, branch)
        if path is not None:
            return path
    if not scope.follow:
        landing = _landing(git, group, scope, candidates(git, group.tip.sha, scope.worked_on))
    return Path(mine, group.tip.sha, group.since, landing)


def _rewritten(
    git: Plumbing, group: Group, runs: Sequence[RangeFacts], scope: ChurnScope, branch: str
) -> Path | None:
    """The path of a group whose runs a branch holds under other ids, run by run; None of none."""
    tip = commit_id(git, branch)
    if tip is None:
        return None
    found, missing = _renewed(git, group, runs, scope, tip)
    wanted = {sha for new in found for sha in new.commits}
    there = [commit for commit in walk(git, tip, group.since) if commit.sha in wanted]
    if not there:
        return None
    renewed = Group(tuple(there), there[-1], group.since)
    landing = _landing(git, renewed, scope, (branch,))
    if landing is None:
        return None
    news = tuple(commit.sha for commit in there)
    return Path(news, there[-1].sha, group.since, landing, tuple(found), missing)


def _renewed(
    git: Plumbing, group: Group, runs: Sequence[RangeFacts], scope: ChurnScope, tip: str
) -> tuple[list[Relinked], int]:
    """The runs of a group as the history of `tip` has them, and how many commits it lacks."""
    mine = [commit.sha for commit in group.commits]
    # several runs, or merges between them: a server squashes the branch as a whole
    if runs[1:] or len(mine) > sum(len(run.span.commits) for run in runs):
        squash = relink_branch(git, mine, group.tip.sha, tip)
        if squash is not None:
            return [replace(squash, runs=len(runs))], 0
    lost = [Lost(tuple(c.sha for c in run.span.commits), run.patch_id) for run in runs]
    answers = relink_each(git, lost, scope.rewrites, tip, since=group.since)
    found = [new for new in answers if new is not None]
    missing = sum(len(one.commits) for one, new in zip(lost, answers, strict=True) if new is None)
    return found, missing + sum(len(new.missing) for new in found)


def _landing(
    git: Plumbing, group: Group, scope: ChurnScope, branches: Iterable[str]
) -> Landing | None:
    """Where a group landed. It cannot have landed before any of its commits was made."""
    until = min(scope.now, max(commit_times(group.commits, scope.now)) + FOLLOWED), scope.now
    return find_landing(git, group.since, group.tip.sha, until=until, branches=branches)


def _followed(git: Plumbing, path: Path, scope: ChurnScope, counts: Counting) -> Survival:
    """What became of the lines of a path up to its horizon."""
    if path.landing is None:
        return Survival("unlanded", scope.now, "", (), 0)
    horizon = path.landing.horizon.sha
    commits = walk(git, horizon, path.since)
    bring_changes(git, commits)
    mine = frozenset(path.commits)
    window = FollowedSpan(path.commits, path.tip, horizon, scope.now)
    with reading_blobs(git) as blobs:
        changes = read_changes(git, commits, mine, counts.lines_count)
        told = _reported(changes, len(commits), scope.progress)
        texts = BlobTexts(blobs.lines, blobs.differ)
        seen = trace(commits, told, texts, born_in=mine, landings={path.tip})
        return survival(seen, window)


def _reported(
    changes: Iterator[CommitChanges], total: int, progress: Progress
) -> Iterator[CommitChanges]:
    for done, entry in enumerate(changes, 1):
        progress(done, total)
        yield entry
