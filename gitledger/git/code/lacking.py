"""What a range lacks here: which of its commits can be read whole, and of which something is gone.

May import errors, ledger and the git folder. Asked only when a measure was refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import pygit2

from gitledger.errors import HistoryIncomplete
from gitledger.git.plumbing import Plumbing, objects_of
from gitledger.lines.change import EMPTY_TREE

NAMED = 3  # commits, and files of each
MOST = 5_000  # commits that are looked at


@contextmanager
def telling(git: Plumbing, start: str, end: str) -> Iterator[None]:
    """Add to the refusal of an incomplete range how much of it is known, and what is not."""
    try:
        yield
    except HistoryIncomplete as refused:
        known = share_known(git, start, end)
        if not known or known in refused.what:
            raise
        raise HistoryIncomplete(f"{refused.what}; {known}", refused.hint) from None


def share_known(git: Plumbing, start: str, end: str) -> str:
    """How many commits of `start..end` can be read whole, and which cannot; "" when all can."""
    repository = objects_of(git)
    begin = start if start != EMPTY_TREE else ""
    before = frozenset(sha for sha, _ in commits_reached(repository, begin, frozenset()))
    there = list(islice(commits_reached(repository, end, before), MOST))
    gone = [sha for sha, commit in there if commit is None]
    partly = {
        commit.id: files
        for _, commit in there
        if commit is not None and (files := unread(repository, commit))
    }
    lost = [f"{sha[:12]} (the commit)" for sha in gone]
    lost += [f"{str(sha)[:12]} ({', '.join(files[:NAMED])})" for sha, files in partly.items()]
    if not lost:
        return ""
    more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    least = "at least " if gone or len(there) == MOST else ""
    whole = len(there) - len(lost)
    read = f"{whole} of {least}{len(there)} commits can be read whole"
    return f"{read}, not {', '.join(lost[:NAMED])}{more}"


def commits_reached(
    repository: pygit2.Repository, tip: str, without: frozenset[str]
) -> Iterator[tuple[str, pygit2.Commit | None]]:
    """The commits that can be reached from one, without some; None for one that is missing."""
    waiting, seen = [tip] if tip else [], {tip}
    while waiting:
        sha = waiting.pop()
        if sha in without:
            continue
        commit = commit_of(repository, sha)
        yield sha, commit
        if commit is not None:
            fresh = [str(parent) for parent in commit.parent_ids if str(parent) not in seen]
            seen.update(fresh)
            waiting += fresh


def unread(repository: pygit2.Repository, commit: pygit2.Commit) -> list[str]:
    """The files that a commit changed and that cannot be read on both sides."""
    try:
        changes = list(deltas(repository, commit))
    except (KeyError, pygit2.GitError):  # a tree that the clone's filter left out
        return ["a folder of it"]
    ends = [(file.id, file.path) for d in changes for file in (d.old_file, d.new_file)]
    return sorted({path for oid, path in ends if int(str(oid), 16) and oid not in repository})


def deltas(repository: pygit2.Repository, commit: pygit2.Commit) -> Iterator[pygit2.DiffDelta]:
    """What differs between a commit and each parent that is here; a first one against nothing."""
    tree = repository[commit.tree_id].peel(pygit2.Tree)
    parents = [parent for parent in commit.parent_ids if parent in repository]
    for parent in parents:
        yield from repository[parent].peel(pygit2.Tree).diff_to_tree(tree).deltas
    if not parents:
        yield from tree.diff_to_tree(swap=True).deltas


def commit_of(repository: pygit2.Repository, sha: str) -> pygit2.Commit | None:
    """A commit, or None where it is missing."""
    try:
        return repository[sha].peel(pygit2.Commit)
    except KeyError:
        return None
