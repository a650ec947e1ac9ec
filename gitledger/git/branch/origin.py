"""Which commit brought a row: the branch's own history, newest first."""

import pygit2

from gitledger.git import trees
from gitledger.git.branch.tip import Tip
from gitledger.git.commit import tree_and_parents
from gitledger.git.objects import read
from gitledger.git.repository import Repository
from gitledger.ledger import layout


def commits_of_rows(tip: Tip, wanted: set[str]) -> dict[str, str]:
    """The commit (40 hex digits) that added each wanted row id, as far as history tells.

    Walks from the tip until all are found: rows are mostly asked for while they are young.
    """
    found: dict[str, str] = {}
    pending = set(wanted)
    if tip.commit is None:
        return found
    order = pygit2.enums.SortMode.TOPOLOGICAL
    walk = tip.repository.handle.walk(pygit2.Oid(raw=tip.commit), order) if pending else ()
    for commit in walk:
        for row_id in _added(tip.repository, commit.id.raw) & pending:
            found[row_id] = str(commit.id)
            pending.discard(row_id)
        if not pending:
            break
    return found


def _added(repository: Repository, commit: bytes) -> set[str]:
    """Row ids that a commit adds against its first parent (all parents, for a merge)."""

    def load(oid: bytes) -> bytes:
        return read(repository, oid)

    tree, parents = tree_and_parents(load(commit))
    bases: list[bytes | None] = [tree_and_parents(load(parent))[0] for parent in parents]
    sets = [
        {
            place.id
            for change in trees.changes(base, tree, load)
            if change.new is not None
            and (place := layout.parse_row_path(change.path.decode("utf-8", "replace")))
        }
        for base in bases or [None]
    ]
    return set.intersection(*sets)
