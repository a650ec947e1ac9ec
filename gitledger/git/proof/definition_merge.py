"""A merge of two definitions of one ledger, which two clones added under the same name.

Both cannot stand. A merge may take one of them when no row counts any more that was held to the
other: `ledger rename` records those rows elsewhere and takes them back. Reads objects only.
"""

from collections.abc import Iterator
from contextlib import suppress

from gitledger.errors import FormatUnknown, LedgerDamaged, Problem
from gitledger.git import trees
from gitledger.git.commit import RawCommit, parse
from gitledger.git.objects import read
from gitledger.git.proof.standing import StandingRows
from gitledger.git.repository import Repository
from gitledger.ledger import codec, corrections, layout

REDEFINED = "definition-replaced"
FIXES = f"{layout.LEDGERS}/{corrections.LEDGER}/"


def replacement_note(
    repository: Repository, commit: RawCommit, path: str, last: bytes, new: bytes
) -> Problem | None:
    """The note that a merge took another parent's definition (blobs), where it may do so."""
    sides = [parse(parent, read(repository, parent)).tree for parent in commit.parents]
    held = {tree: _blob(repository, tree, path) for tree in sides}
    left = [tree for tree in sides if held[tree] == last]
    if len(sides) < 2 or new not in held.values() or not left:
        return None
    start = path.removesuffix(layout.SCHEMA_FILE)
    rows = {row for tree in left for row in _rows(repository, tree).rows_of(start)}
    if not rows <= {*_taken_back(repository, commit.tree)}:
        return None
    what = "two clones added this ledger: one definition is kept, rows of the other are voided"
    return Problem(path, what, "", REDEFINED, "note")


def _blob(repository: Repository, tree: bytes, path: str) -> bytes | None:
    entry = trees.lookup(tree, path, lambda oid: read(repository, oid))
    return entry.oid if entry is not None else None


def _rows(repository: Repository, tree: bytes) -> StandingRows:
    standing = StandingRows(repository)
    standing.take(tree)
    return standing


def _taken_back(repository: Repository, tree: bytes) -> Iterator[str]:
    """Ids of the rows that corrections in a tree take out."""
    for row_id, oid in _rows(repository, tree).rows_of(FIXES).items():
        with suppress(LedgerDamaged, FormatUnknown):
            yield str(codec.decode(read(repository, oid), row_id).values.get("target"))
