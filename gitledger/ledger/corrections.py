"""How later rows take back or replace earlier ones. Pure.

`void` and `amend` append a row to `corrections`; nothing is edited. Reading applies them.
"""

from collections.abc import Iterable, Mapping, Sequence

from gitledger.ledger.row import Row

LEDGER = "corrections"


def corrections_by_row(corrections: Iterable[Row]) -> dict[str, Row]:
    """Each row id that no longer counts, with the first correction that took it out.

    Two clones may correct the same row; the one recorded first wins, the other is kept.
    """
    dead: dict[str, Row] = {}
    for correction in sorted(corrections, key=lambda row: (row.recorded_at, row.id)):
        dead.setdefault(str(correction.values["target"]), correction)
    return dead


def rows_that_count(rows: Sequence[Row], dead: Mapping[str, Row]) -> tuple[Row, ...]:
    """The rows that still count, in order; an amended row's replacement stands among them."""
    if not dead:
        return tuple(rows)
    return tuple(row for row in rows if row.id not in dead)
