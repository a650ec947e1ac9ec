"""Rows that stand here, told anew in fresh commits on another tip: the same paths and bytes.

For a proposal, and for a push without the rows that are held back: our own commits would bring
those along.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from gitledger.git.branch.store import plant_entries, store_commit
from gitledger.git.branch.tip import Tip
from gitledger.git.objects import Batch, CommitPlace
from gitledger.git.repository import Identity
from gitledger.git.trees import BLOB
from gitledger.ledger import codec
from gitledger.ledger.announcement import message
from gitledger.ledger.layout import row_id
from gitledger.ledger.row import Row

ROWS = 1000  # of a commit, at most
Entries = Mapping[str, tuple[bytes, bytes] | None]


def rows_of(tip: Tip, places: Mapping[str, bytes]) -> tuple[Row, ...]:
    """The rows at some paths (path -> blob), in the order of recording. Raises LedgerDamaged."""
    # a row's place ends alike in every ledger: by bucket, then by id
    ordered = sorted(places.items(), key=lambda item: item[0][-46:])
    return tuple(codec.decode(tip.read(oid), row_id(path)) for path, oid in ordered)


def restate(
    base: Tip, places: Mapping[str, bytes], texts: Entries, who: Identity, batch: Batch
) -> bytes:
    """The last of the commits that bring texts, then rows (path -> blob), onto a tip.

    A commit holds up to 1,000 rows of one agent and announces them. Raises SigningFailed.
    """
    tree, parent = base.tree or b"", base.commit or b""
    paths = {row_id(path): path for path in places}
    steps: list[tuple[str, Entries]] = []
    if texts:
        steps.append((f"ledger: change {', '.join(sorted(texts))}\n", texts))
    for rows in _shares(rows_of(base, places)):
        added: Entries = {paths[row.id]: (BLOB, places[paths[row.id]]) for row in rows}
        steps.append((message(rows), added))
    for told, entries in steps:
        tree = plant_entries(base, tree, entries, batch)
        parent = store_commit(base.repository, batch, told, who, CommitPlace(tree, (parent,)))
    return parent


def _shares(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Rows in order, cut where the agent changes and where there are too many."""
    for _, same in groupby(rows, key=lambda row: row.agent):
        many = tuple(same)
        yield from (many[at : at + ROWS] for at in range(0, len(many), ROWS))
