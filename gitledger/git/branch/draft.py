"""A fact before and after it is recorded: what to write, and what stands on the branch."""

from collections.abc import Mapping
from typing import NamedTuple

from gitledger.ledger.row import Row, Value


class Draft(NamedTuple):
    """A fact to record: its ledger and its canonical values (see `schema.check`).

    `again` records it even when a live row has its natural key: the replacement of an amended
    row has the key of the row that it replaces. `key` is the natural key of the fact as it came,
    before its texts were redacted (see `ledger.door`): rows of before have that one.
    """

    ledger: str
    values: Mapping[str, Value]
    again: bool = False
    key: tuple[str, ...] | None = None


class Receipt(NamedTuple):
    """A fact on the branch: its row, and whether it was recorded already.

    Of a row that was recorded already only `ledger`, `id` and the key columns are sure.
    """

    row: Row
    already: bool = False
