"""Rows that no remote is known to have, by path: a forge may restate their commits."""

from gitledger.git import trees
from gitledger.git.branch.tip import Tip, tip_at, tip_of
from gitledger.git.proof.witness import remote_tips
from gitledger.git.repository import Repository
from gitledger.ledger import layout


def unshared_rows(repository: Repository, branch: str) -> frozenset[str] | None:
    """Ids of the rows at the tip that no remote's copy of the branch has.

    None where no remote has the branch at all. Raises LedgerDamaged.
    """
    ours = tip_of(repository, branch)
    remotes = remote_tips(repository, branch)
    if ours.commit is None or not remotes:
        return None
    lacking = [_lacking(ours, tip_at(repository, remote.tip)) for remote in remotes]
    return frozenset.intersection(*lacking)


def _lacking(ours: Tip, theirs: Tip) -> frozenset[str]:
    """Ids of the rows that one tree has and another lacks."""
    changes = trees.changes(theirs.tree, ours.tree, ours.read)
    fresh = [change.path.decode("utf-8", "replace") for change in changes if change.old is None]
    places = [place for path in fresh if (place := layout.parse_row_path(path))]
    return frozenset(place.id for place in places)
