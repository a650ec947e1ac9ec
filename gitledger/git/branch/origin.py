"""Which commit brought a row: the branch's own history, newest first."""

import re
from datetime import UTC, datetime

import pygit2

from gitledger.errors import LedgerDamaged
from gitledger.git import trees
from gitledger.git.branch.store import Tip
from gitledger.git.objects import read
from gitledger.git.repository import Repository
from gitledger.ledger import layout


def parse_commit(raw: bytes) -> tuple[bytes, list[bytes]]:
    """Tree and parents (20-byte ids) of a raw commit: grafts and replacements cannot lie here."""
    head = raw.split(b"\n\n", 1)[0].split(b"\n")
    tree = bytes.fromhex(head[0][5:].decode())
    parents = [bytes.fromhex(line[7:47].decode()) for line in head[1:] if line[:7] == b"parent "]
    return tree, parents


def committed_at(raw: bytes) -> datetime:
    """The committer's clock of a raw commit, in UTC. Raises LedgerDamaged where there is none."""
    found = re.search(rb"^committer .*> (\d+) [+-]\d+$", raw.split(b"\n\n", 1)[0], re.MULTILINE)
    if found is None:
        raise LedgerDamaged("a commit without a committer's time", "run `git fsck`")
    return datetime.fromtimestamp(int(found[1]), UTC)


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

    tree, parents = parse_commit(load(commit))
    bases: list[bytes | None] = [parse_commit(load(parent))[0] for parent in parents]
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
