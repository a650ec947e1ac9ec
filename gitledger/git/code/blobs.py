"""Objects read through libgit2: line differences of two blobs on demand, trees of commits.

May import errors and ledger only. Used where most changes turn out not to be needed: the history
after a range, and merges. Differences are Myers with the indent heuristic, as git makes them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import pygit2
from pygit2.enums import DiffOption

from gitledger.git.code.hunks import hunks_of
from gitledger.git.objects import trusting_ids
from gitledger.git.plumbing import Plumbing, objects_of
from gitledger.lines.change import EMPTY_TREE, NO_BLOB, Diff

REMEMBERED = 128  # one file's text is asked for by commit after commit
LINE = re.compile(rb"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Blobs:
    """Files by their blobs' ids: `differ(old, new)` gives what differs, `lines(blob)` whole lines.

    Equal and binary blobs have no hunks; `NO_BLOB` is a side that does not exist.
    """

    differ: Callable[[str, str], Diff]
    lines: Callable[[str], list[bytes]]


@contextmanager
def reading_blobs(git: Plumbing) -> Iterator[Blobs]:
    """The files of a repository."""
    repository = objects_of(git)
    found = lru_cache(maxsize=REMEMBERED)(lambda blob: _blob(repository, git, blob))
    with trusting_ids():
        yield Blobs(
            differ=lambda old, new: _diff(found, old, new),
            lines=lambda blob: lines_of(found(blob).data),
        )


def trees_of(git: Plumbing, commits: Sequence[str]) -> list[str]:
    """The id of each commit's tree, EMPTY_TREE being its own; refuses commits that are missing."""
    repository = objects_of(git)
    return [sha if sha == EMPTY_TREE else _tree(repository, git, sha) for sha in commits]


def _tree(repository: pygit2.Repository, git: Plumbing, sha: str) -> str:
    try:
        found = repository[sha]
    except KeyError:
        raise git.refusal(("ls-tree",), f"missing commit {sha}") from None
    return str(found.peel(pygit2.Commit).tree_id)


def _diff(found: Callable[[str], pygit2.Blob], old: str, new: str) -> Diff:
    if NO_BLOB in {old, new}:
        count = line_count(found(new if old == NO_BLOB else old))
        grown = (0, 0, 0, count) if old == NO_BLOB else (0, count, 0, 0)
        return Diff(grown if count else ())
    before, after = found(old), found(new)
    if before.is_binary or after.is_binary:
        return Diff(())
    patch = before.diff(  # type: ignore[call-arg]  # pygit2's stub lacks the last two
        after, DiffOption.INDENT_HEURISTIC, context_lines=0, interhunk_lines=0
    )
    text: bytes = patch.data
    return Diff(hunks_of(text), text)


def _blob(repository: pygit2.Repository, git: Plumbing, blob: str) -> pygit2.Blob:
    found = repository.get(blob)
    if not isinstance(found, pygit2.Blob):
        raise git.refusal(("diff",), f"missing blob {blob}")
    return found


def lines_of(text: bytes) -> list[bytes]:
    """The lines of a text with their ends, which for git are newlines alone."""
    return LINE.findall(text) if b"\r" in text else text.splitlines(keepends=True)


def line_count(blob: pygit2.Blob) -> int:
    """Lines of a text; a last line without a newline is one. A binary blob has none."""
    if blob.is_binary:
        return 0
    text: bytes = blob.data
    return text.count(b"\n") + (not text.endswith(b"\n") and bool(text))
