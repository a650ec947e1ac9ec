"""Whether rows can land: what nobody could correct later is refused before it is written.

The same census that `verify` and the guards of pushes ask, over the rows that are about to be.
"""

from collections.abc import Mapping, Sequence

from gitledger.errors import Problem
from gitledger.git.branch.rows import read_rows
from gitledger.git.branch.tip import Tip
from gitledger.git.proof.tip import row_files
from gitledger.ledger import corrections
from gitledger.ledger.census import Census, RowSighting
from gitledger.ledger.layout import row_id
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema


def unlandable(
    tip: Tip, rows: Sequence[tuple[str, Row]], schemas: Mapping[str, Schema]
) -> list[Problem]:
    """What is wrong with the references of rows (each with its path) that would follow a tip.

    Reads nothing where no row names another.
    """
    census = Census()
    for path, row in rows:
        census.count(row.id, RowSighting(0, path, b""))
        census.read(row, schemas[row.ledger])
    wanted = census.named_rows() - census.rows.keys()
    if not wanted and not census.fixes:
        return []
    if census.fixes:
        census.earlier += read_rows(tip, corrections.LEDGER)
    for path, oid in row_files(tip.repository, tip.tree) if tip.tree else ():
        found = row_id(path)
        if found in wanted:
            census.stood(found, path, oid)
            wanted.discard(found)
            if not wanted:
                break
    return [*census.admitted()]
