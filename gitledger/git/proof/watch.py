"""What a caller is told while a history is examined, and what waits to be looked at."""

from collections.abc import Callable
from typing import NamedTuple

from gitledger.git.commit import RawCommit
from gitledger.ledger.appendonly import AddedRow
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema


class Watch(NamedTuple):
    """Called with how many commits of how many were looked at, and with each row that holds.

    A row comes with its blob (20 bytes): who needs it next reads nothing again.
    """

    progress: Callable[[int, int], None] = lambda _done, _total: None
    proven: Callable[[bytes, Row], object] = lambda _blob, _row: None


SILENT = Watch()


class WaitingRow(NamedTuple):
    """A row that a commit adds, and the definition it is held to; its bytes are not read yet."""

    commit: RawCommit
    row: AddedRow
    schema: Schema | None
