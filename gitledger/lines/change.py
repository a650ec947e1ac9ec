"""What a commit changed, as plain values: the border between git, which reads, and measure.

Depends on nothing. Paths are text; bytes that are no UTF-8 stand in it as lone surrogates
(`surrogateescape`), so that every name git knows survives the way through.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

Hunks: TypeAlias = tuple[int, ...]
"""Flat quadruples (old_index, old_count, new_index, new_count), lines counted from 0.

Sorted, without context lines. Empty for blobs that differ but hold no lines (binary).
"""

NO_BLOB = "0" * 40
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # what a first commit grew from


class Commit(NamedTuple):
    """One commit of the graph; `committed_at` is the committer's clock in Unix seconds."""

    sha: str
    committed_at: int
    parents: tuple[str, ...]


def commit_times(commits: Sequence[Commit], now: int) -> list[int]:
    """When each of some commits (parents first) was made, by its committer's clock.

    A commit that is dated after now has a clock that is wrong: it is taken for as old as the newest
    parent among these, or for made now.
    """
    found: dict[str, int] = {}
    for commit in commits:
        when = commit.committed_at
        if when > now:
            when = max((found[sha] for sha in commit.parents if sha in found), default=now)
        found[commit.sha] = when
    return list(found.values())


class FileChange(NamedTuple):
    """One file between a parent and a commit.

    `status` is git's letter: A(dded), D(eleted), M(odified), R(enamed). A side
    that does not exist repeats the other side's path and has the blob `NO_BLOB`. `hunks` is
    None where the lines were not asked for yet; `patch` is their text as git prints it, b""
    where it was not.
    """

    status: str
    old_path: str
    new_path: str
    old_blob: str
    new_blob: str
    hunks: Hunks | None = None
    patch: bytes = b""


class CommitChanges(NamedTuple):
    """A commit with its changes against each parent in turn (a root: against nothing, once)."""

    commit: Commit
    against: tuple[tuple[FileChange, ...], ...]


class FileCount(NamedTuple):
    """Lines added and deleted in one file, as `git diff --numstat -M50` counts them.

    A binary file has no lines: both are 0 and `binary` is True.
    """

    path: str
    old_path: str
    insertions: int
    deletions: int
    binary: bool


class Diff(NamedTuple):
    """What differs between two blobs, and git's text of it without context lines."""

    hunks: Hunks
    patch: bytes = b""


def hunk_quads(hunks: Hunks) -> Iterator[tuple[int, int, int, int]]:
    """(old_index, old_count, new_index, new_count) of each hunk in turn."""
    numbers = iter(hunks)
    return zip(numbers, numbers, numbers, numbers, strict=True)
