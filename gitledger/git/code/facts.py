"""The facts of a commit range, as a churn row freezes them: what a vanished range leaves behind.

May import errors and ledger only.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

from gitledger.git.code.blobs import trees_of
from gitledger.git.code.counting import Counting
from gitledger.git.code.numstat import commit_counts, end_points
from gitledger.git.code.partial import bring_changes
from gitledger.git.code.ranges import Range, chain_of
from gitledger.git.code.relink import patch_ids
from gitledger.git.plumbing import Plumbing
from gitledger.lines.change import Commit, FileCount


@dataclass(frozen=True, slots=True)
class ExcludedFile:
    """A file whose lines do not count, why, and how many there were between the end points."""

    path: str
    reason: str
    insertions: int
    deletions: int


@dataclass(frozen=True, slots=True)
class RangeFacts:
    """Counts over a range: net (end points) and gross (commit by commit, along first parents).

    `patch_id` is "" where the end points do not differ. `moved_out` are the renames that took a
    file out of what counts: old path and new. `touched` are the files that differ between the end
    points, each with whether it is binary.
    """

    span: Range
    files_changed: int
    directories: int
    binary_files: int
    insertions: int
    deletions: int
    gross_insertions: int
    gross_deletions: int
    patch_id: str
    tree_start: str
    tree_end: str
    excluded: tuple[ExcludedFile, ...]
    moved_out: tuple[tuple[str, str], ...] = ()
    touched: frozenset[tuple[str, bool]] = frozenset()


def read_facts(git: Plumbing, span: Range, counting: Counting) -> RangeFacts:
    """All facts of a range, files that do not count left out and listed."""
    bring_changes(git, span.commits)
    # git compares the ends beside the steps: 672 commits of setuptools took .28 s so, .39 one after
    # the other (29 November 2026, two processors)
    with ThreadPoolExecutor(1) as aside:
        ends = aside.submit(end_points, git, span.base, span.end)
        steps = _steps(git, chain_of(span.commits, span.end))
        between, patch_id = ends.result()
    trees = trees_of(git, (span.base, span.end))
    return _facts(
        span, (between, patch_id), list(chain.from_iterable(steps.values())), trees, counting
    )


def read_each(git: Plumbing, spans: Sequence[Range], counting: Counting) -> tuple[RangeFacts, ...]:
    """As `read_facts` of each of several runs.

    Runs of one commit differ by that commit: theirs are asked for together, since two agents who
    take turns leave hundreds of them.
    """
    single = [span.commits[0] for span in spans if _is_single(span)] if spans[1:] else []
    bring_changes(git, single)
    steps, patches = _steps(git, single), patch_ids(git, single)
    ends = list(dict.fromkeys(sha for commit in single for sha in (commit.parents[0], commit.sha)))
    trees = dict(zip(ends, trees_of(git, ends), strict=True))
    found = []
    for span in spans:
        if span.end not in steps or not _is_single(span):
            found.append(read_facts(git, span, counting))
            continue
        files = steps[span.end]
        between = (files, patches.get(span.end, ""))
        told = (trees[span.base], trees[span.end])
        found.append(_facts(span, between, list(files), told, counting))
    return tuple(found)


def _is_single(span: Range) -> bool:
    """Whether a range is one commit against its one parent."""
    return len(span.commits) == 1 and span.commits[0].parents == (span.base,)


def _steps(git: Plumbing, commits: Sequence[Commit]) -> dict[str, tuple[FileCount, ...]]:
    """The files of each commit against its first parent."""
    counted = commit_counts(git, commits)
    return {commit.sha: files for commit, files in zip(reversed(commits), counted, strict=True)}


def _facts(
    span: Range,
    ends: tuple[Iterable[FileCount], str],
    files: Sequence[FileCount],
    trees: Sequence[str],
    counting: Counting,
) -> RangeFacts:
    """The facts of a range: files between its end points with their patch-id, and step by step."""
    steps = [counting.seen(count) for count in files]
    asked = [counting.seen(count) for count in ends[0] if counting.asked_for(count.path)]
    net = [count for count in asked if not counting.reason(count.path)]
    gross = [count for count in steps if counting.counts(count.path)]
    return RangeFacts(
        span=span,
        files_changed=len(net),
        directories=len({count.path.rpartition("/")[0] for count in net}),
        binary_files=sum(count.binary for count in net),
        insertions=sum(count.insertions for count in net),
        deletions=sum(count.deletions for count in net),
        gross_insertions=sum(count.insertions for count in gross),
        gross_deletions=sum(count.deletions for count in gross),
        patch_id=ends[1],
        tree_start=trees[0],
        tree_end=trees[1],
        excluded=left_out(asked, steps, counting),
        moved_out=moved_out(steps, counting),
        touched=frozenset((count.path, count.binary) for count in net),
    )


def together(parts: Sequence[RangeFacts]) -> RangeFacts:
    """The facts of several runs as one: lines are added up, a file counts once.

    The span goes from the first run's start to the last one's end and holds the runs' commits
    alone; a patch-id has a single run only.
    """
    if len(parts) == 1:
        return parts[0]
    first, last = parts[0].span, parts[-1].span
    touched = frozenset[tuple[str, bool]]().union(*(part.touched for part in parts))
    paths = {path for path, _ in touched}
    left = {file.path: file for part in parts for file in part.excluded}
    commits = tuple(commit for part in parts for commit in part.span.commits)
    return RangeFacts(
        span=Range(first.start, last.end, first.base, commits),
        files_changed=len(paths),
        directories=len({path.rpartition("/")[0] for path in paths}),
        binary_files=len({path for path, binary in touched if binary}),
        insertions=sum(part.insertions for part in parts),
        deletions=sum(part.deletions for part in parts),
        gross_insertions=sum(part.gross_insertions for part in parts),
        gross_deletions=sum(part.gross_deletions for part in parts),
        patch_id="",
        tree_start=parts[0].tree_start,
        tree_end=parts[-1].tree_end,
        excluded=tuple(left[path] for path in sorted(left)),
        moved_out=tuple(dict.fromkeys(pair for part in parts for pair in part.moved_out)),
        touched=touched,
    )


def lines_added(git: Plumbing, commits: Sequence[Commit], counting: Counting) -> int:
    """How many lines some commits added, each against its parent, in files that count.

    Merges add none here: what they bring, other commits added.
    """
    single = [commit for commit in commits if len(commit.parents) < 2]
    bring_changes(git, single)
    files = (count for each in commit_counts(git, single) for count in each)
    return sum(counting.seen(count).insertions for count in files if counting.counts(count.path))


def moved_out(steps: Iterable[FileCount], counting: Counting) -> tuple[tuple[str, str], ...]:
    """The files that a rename took out of what counts, by their old path, and where they went."""
    pairs = {(count.old_path, count.path) for count in steps if count.old_path != count.path}
    return tuple(
        (old, new)
        for old, new in sorted(pairs)
        if counting.counts(old) and not counting.counts(new)
    )


def left_out(
    net: Iterable[FileCount], steps: Iterable[FileCount], counting: Counting
) -> tuple[ExcludedFile, ...]:
    """The excluded files of a range by path: those between the end points, and those in between."""
    found = {
        count.path: ExcludedFile(count.path, reason, 0, 0)
        for count in steps
        if counting.asked_for(count.path) and (reason := counting.reason(count.path))
    }
    for count in net:
        if reason := counting.reason(count.path):
            found[count.path] = ExcludedFile(count.path, reason, count.insertions, count.deletions)
    return tuple(found[path] for path in sorted(found))
