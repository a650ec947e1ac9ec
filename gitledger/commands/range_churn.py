"""Churn of one commit range: facts, where its lines landed, what became of them.

Reads the repository through git/, measures through measure/; writes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gitledger.git.blobs import reading_blobs
from gitledger.git.diffs import read_changes
from gitledger.git.exclusions import Counting, counting
from gitledger.git.history import RangeFacts, read_facts
from gitledger.git.landing import Landing, candidates, default_branches, find_landing
from gitledger.git.plumbing import Plumbing
from gitledger.git.promised import bring_changes
from gitledger.git.ranges import Range, commit_id, contained, read_range, walk
from gitledger.git.relink import Lost, Relinked, relink
from gitledger.ledger.change import CommitChanges
from gitledger.measure.churn import Shares, dice_of, options_digest, shares
from gitledger.measure.moved import Texts
from gitledger.measure.survival import FOLLOWED, Span, Survival, survival
from gitledger.measure.trace import trace

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Scope:
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
    """Everything known of a range. `relinked` names the rewritten range that was followed."""

    facts: RangeFacts
    survival: Survival
    shares: Shares
    branch: str
    relinked: Relinked | None
    digest: str

    @property
    def decision(self) -> str:
        """The word a row carries."""
        if not self.facts.span.commits:
            return "empty-range"
        return "unlanded" if self.survival.state == "unlanded" else "measured"


def measure_range(git: Plumbing, start: str, end: str, scope: Scope) -> Measured:
    """The churn of `start..end` (full ids). Raises what the range itself refuses."""
    span = read_range(git, start, end)
    with counting(git, end, paths=scope.paths, patterns=scope.patterns) as counts:
        facts = read_facts(git, span, counts)
        found, landing, relinked = _landed(git, span, facts, scope)
        lived = _followed(git, found, landing, scope, counts)
    dice = dice_of(start, end, lived.horizon)
    branch = landing.branch if landing else ""
    return Measured(facts, lived, shares(lived, dice), branch, relinked, scope.digest)


def _landed(
    git: Plumbing, span: Range, facts: RangeFacts, scope: Scope
) -> tuple[Range, Landing | None, Relinked | None]:
    """The range to follow and where: as it is on the default branch, squashed there, or else."""
    if not span.commits:
        return span, None, None
    usual = (*default_branches(git),) if not scope.follow else (scope.follow,)
    landing = _landing(git, span, scope, usual)
    if landing is not None:
        return span, landing, None
    lost = Lost(tuple(commit.sha for commit in span.commits), facts.patch_id)
    for branch in usual:
        tip = commit_id(git, branch)
        found = relink(git, lost, scope.rewrites, tip, since=span.base) if tip else None
        if found:
            renewed = read_range(git, found.start, found.end)
            landing = _landing(git, renewed, scope, (branch,))
            if landing is not None:
                return renewed, landing, found
    if scope.follow:
        return span, None, None
    return span, _landing(git, span, scope, candidates(git, span.end, scope.worked_on)), None


def _landing(git: Plumbing, span: Range, scope: Scope, branches: Iterable[str]) -> Landing | None:
    landed_at = span.commits[-1].committed_at
    limit = min(max(scope.now, landed_at), landed_at + FOLLOWED)
    return find_landing(git, span.start, span.end, limit=limit, branches=branches)


def _followed(
    git: Plumbing, span: Range, landing: Landing | None, scope: Scope, counts: Counting
) -> Survival:
    """What became of the lines of a range up to its horizon."""
    if landing is None:
        return Survival("unlanded" if span.commits else "no-lines", scope.now, "", (), 0)
    horizon = landing.horizon.sha
    commits = walk(git, horizon, (span.start,))
    bring_changes(git, commits)
    mine = contained(commits, span.end)
    window = Span(tuple(mine), span.end, horizon, scope.now)
    with reading_blobs(git) as blobs:
        changes = read_changes(git, commits, mine, counts.lines_count)
        told = _reported(changes, len(commits), scope.progress)
        texts = Texts(blobs.lines, blobs.differ)
        seen = trace(commits, told, texts, born_in=mine, landings={span.end})
        return survival(seen, window)


def _reported(
    changes: Iterator[CommitChanges], total: int, progress: Progress
) -> Iterator[CommitChanges]:
    for done, entry in enumerate(changes, 1):
        progress(done, total)
        yield entry
