"""Line survival of a range in a real repository, as the command composes it."""

from pathlib import Path

from gitledger.git.code.blobs import Blobs, reading_blobs
from gitledger.git.code.counting import counting
from gitledger.git.code.diffs import read_changes
from gitledger.git.code.facts import RangeFacts, read_facts
from gitledger.git.code.numstat import commit_counts
from gitledger.git.code.ranges import chain_of, contained_in, read_range, walk
from gitledger.git.plumbing import Plumbing, pin_plumbing
from gitledger.lines.change import Commit
from gitledger.lines.moves import BlobTexts
from gitledger.lines.survival import FollowedSpan, Survival, survival
from gitledger.lines.trace import Trace, trace

LONG_AFTER = 10**11


def traced(path: Path, start: str, end: str, tip: str, *, first_parent: bool = False) -> Trace:
    """The pass over `start..tip` for the lines born in `start..end` (full ids)."""
    with pin_plumbing(path) as git, reading_blobs(git) as blobs:
        return passed(git, blobs, start, end, walk(git, tip, (start,), first_parent=first_parent))


def passed(git: Plumbing, blobs: Blobs, start: str, end: str, commits: tuple[Commit, ...]) -> Trace:
    """The pass over some commits for the lines born in `start..end`."""
    born_in = contained_in(commits, end)
    changes = read_changes(git, commits, born_in, lambda _: True)
    texts = BlobTexts(blobs.lines, blobs.differ)
    return trace(commits, changes, texts, born_in=born_in, landings={end})


def followed(path: Path, start: str, end: str, tip: str, *, first_parent: bool = False) -> Survival:
    """The survival counts of `start..end` followed to `tip`."""
    with pin_plumbing(path) as git, reading_blobs(git) as blobs:
        commits = walk(git, tip, (start,), first_parent=first_parent)
        seen = passed(git, blobs, start, end, commits)
        span = FollowedSpan(tuple(contained_in(commits, end)), end, tip, LONG_AFTER)
        return survival(seen, span)


def facts_of(path: Path, start: str, end: str) -> RangeFacts:
    """The frozen facts of `start..end` (full ids)."""
    with pin_plumbing(path) as git, counting(git, end) as counts:
        return read_facts(git, read_range(git, start, end), counts)


def counted(path: Path, start: str, end: str) -> int:
    """How many files the commits of `start..end` changed, along first parents as facts count."""
    with pin_plumbing(path) as git:
        chain = chain_of(walk(git, end, (start,)), end)
        return sum(map(len, commit_counts(git, chain)))
