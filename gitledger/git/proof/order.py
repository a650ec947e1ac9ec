"""Which of two rows came first, and which tree has one: asked of the graph, never of a clock."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from gitledger.git import trees
from gitledger.git.commit import RawCommit
from gitledger.git.objects import read
from gitledger.git.repository import Repository
from gitledger.ledger.census import BEFORE, RowSighting


def precedes(
    repository: Repository, commits: Sequence[RawCommit], places: Mapping[bytes, int]
) -> Callable[[RowSighting, RowSighting], bool]:
    """Whether the commit of one row is an ancestor of another's, or the same.

    `commits` stand parents before children, `places` tells where each of them is.
    """
    straight = all(len(commit.parents) <= 1 for commit in commits)

    def answer(first: RowSighting, second: RowSighting) -> bool:
        earlier, later = first.commit, second.commit
        if earlier == BEFORE:
            return holds(repository, commits[later], first.path)
        if earlier == later or straight:
            return earlier <= later
        pending, seen = [later], {later}
        while pending:
            parents = commits[pending.pop()].parents
            for place in (places.get(parent, -1) for parent in parents):
                if place == earlier:
                    return True
                # what stands before `earlier` cannot descend from it
                if place > earlier and place not in seen:
                    seen.add(place)
                    pending.append(place)
        return False

    return answer


def holds(repository: Repository, commit: RawCommit, path: str) -> bool:
    """Whether something stands at a path in the tree of a commit."""
    return trees.lookup(commit.tree, path, partial(read, repository)) is not None
