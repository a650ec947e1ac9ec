"""What only the whole of an examined history tells: each fact once, each reference to a row there.

The census answers; who comes before whom, and what older rows say, is looked up here.
"""

from contextlib import suppress

from gitledger.errors import FormatUnknown, LedgerDamaged
from gitledger.git.objects import read
from gitledger.git.proof.examine import Examination
from gitledger.git.proof.keyholders import Holders, rows_like
from gitledger.git.proof.order import holds, precedes
from gitledger.git.proof.standing import StandingRows
from gitledger.ledger import codec, layout
from gitledger.ledger.census import RowSighting


def settle(
    done: Examination, shown: StandingRows | None = None, holders: Holders | None = None
) -> None:
    """Ask the census, once all is examined; its findings join the others.

    `shown` are the rows that are there in the end; None where all that were met are. `holders`
    spares the reading of older rows that have none of the new keys.
    """
    _keys_before(done, holders)
    done.census.there = shown
    done.census.paths_of = done.paths_met if shown is None else shown.paths_of

    def stands(row: RowSighting, place: int) -> bool:
        return holds(done.repository, done.commits[place], row.path)

    def equal(first: str, second: str) -> bool:
        return _values(done, first) == _values(done, second)

    before = precedes(done.repository, done.commits, done.places)
    for place, problem in done.census.findings(before, stands, equal):
        done.tell(done.commits[place].oid, problem)


def _values(done: Examination, row_id: str) -> object:
    """What a row says apart from its envelope; None where its bytes tell nothing."""
    seen = done.census.seen(row_id)
    with suppress(LedgerDamaged, FormatUnknown):
        return codec.decode(read(done.repository, seen.oid), row_id).values if seen else None
    return None


def _keys_before(done: Examination, holders: Holders | None) -> None:
    """The keys of the rows that stood before, in the ledgers that got rows with keys."""
    if done.before is None or not done.keys:
        return
    tip = done.commits[-1].oid
    for name, keys in done.keys.items():
        schema = done.texts.definition(tip, name)
        if schema is not None:
            likely = holders(schema, done.stood.roots, keys) if holders else None
            if likely is not None and not likely:
                continue
            stood = done.stood.rows_of(f"{layout.LEDGERS}/{name}/")
            if likely is not None:
                stood = {row_id: oid for row_id, oid in stood.items() if row_id in likely}
            for row in rows_like(done.repository, stood.items(), schema, keys):
                done.census.held(row, schema)
