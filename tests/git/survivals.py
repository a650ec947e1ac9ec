"""Line survival of a range in a real repository, as the command composes it."""

from pathlib import Path

from gitledger.git.blobs import blob_differ
from gitledger.git.diffs import read_changes
from gitledger.git.exclusions import counting
from gitledger.git.history import RangeFacts, read_facts
from gitledger.git.numstat import commit_counts
from gitledger.git.plumbing import pinned
from gitledger.git.ranges import chain_of, contained, read_range, walk
from gitledger.measure.survival import Span, Survival, survival
from gitledger.measure.trace import Trace, trace

LONG_AFTER = 10**11


def traced(path: Path, start: str, end: str, tip: str, *, first_parent: bool = False) -> Trace:
    """The pass over `start..tip` for the lines born in `start..end` (full ids)."""
    with pinned(path) as git, blob_differ(git) as differ:
        commits = walk(git, tip, (start,), first_parent=first_parent)
        born_in = contained(commits, end)
        changes = read_changes(git, commits, born_in, lambda _: True)
        return trace(commits, changes, differ, born_in=born_in, landings={end})


def followed(path: Path, start: str, end: str, tip: str, *, first_parent: bool = False) -> Survival:
    """The survival counts of `start..end` followed to `tip`."""
    seen = traced(path, start, end, tip, first_parent=first_parent)
    with pinned(path) as git:
        walked = {commit.sha for commit in seen.commits}
        mine = tuple(c.sha for c in read_range(git, start, end).commits if c.sha in walked)
    return survival(seen, Span(mine, end, tip, LONG_AFTER))


def facts_of(path: Path, start: str, end: str) -> RangeFacts:
    """The frozen facts of `start..end` (full ids)."""
    with pinned(path) as git, counting(git, end) as counts:
        return read_facts(git, read_range(git, start, end), counts)


def counted(path: Path, start: str, end: str) -> int:
    """How many files the commits of `start..end` changed, along first parents as facts count."""
    with pinned(path) as git:
        chain = chain_of(walk(git, end, (start,)), end)
        return sum(map(len, commit_counts(git, chain)))
