"""The ledger branch as it stands: its tip, and what a path holds there. Nothing is written here."""

from typing import NamedTuple

from gitledger.git import objects, trees
from gitledger.git.refs import branch_ref, read_ref
from gitledger.git.repository import Repository


class Tip(NamedTuple):
    """The branch as it stands: commit and tree (20 bytes each), None where it is unborn."""

    repository: Repository
    commit: bytes | None
    tree: bytes | None

    def read(self, oid: bytes) -> bytes:
        """An object's bytes."""
        return objects.read(self.repository, oid)

    def entry(self, path: str) -> trees.TreeEntry | None:
        """The tree entry at a path, or None."""
        return trees.lookup(self.tree, path, self.read) if self.tree else None

    def file(self, path: str) -> bytes | None:
        """A file's bytes at a path, or None."""
        entry = self.entry(path)
        return self.read(entry.oid) if entry and entry.mode != trees.TREE else None


def tip_of(repository: Repository, branch: str) -> Tip:
    """The branch as it stands now."""
    return tip_at(repository, read_ref(repository, branch_ref(branch)))


def tip_at(repository: Repository, commit: bytes | None) -> Tip:
    """The state at a commit (20 bytes)."""
    if commit is None:
        return Tip(repository, None, None)
    raw = objects.read(repository, commit)
    # an append comes through here: it loads no reader of whole commits for the tree alone
    return Tip(repository, commit, bytes.fromhex(raw[5:45].decode()))
