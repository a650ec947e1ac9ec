"""Days of an account's trace on their way to rows: which may be due, and recording them.

What this machine saw arrives as values; nothing here reads it from disk.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from gitledger.book.book import Book
from gitledger.git.branch.draft import Receipt
from gitledger.ledger.row import Row
from gitledger.windows.token_hours import COLUMN, TokenDay
from gitledger.windows.trace import LEDGER, Shown
from gitledger.windows.trace_rows import trace_rows

KEY = ("provider", "account", "day", "points_sha256")
ROWS_PER_COMMIT = 200
LATE_DAYS = 7  # a reading that is this late may still come into a day that was recorded


def due_since(book: Book) -> datetime:
    """From when on readings of this machine may still have to be recorded (UTC)."""
    return _late_before(_rows(book))


def tokens_due_since(book: Book) -> datetime:
    """The same of tokens: a table that had no place for them lacks all days until now (UTC)."""
    return _late_before([row for row in _rows(book) if row.values.get(COLUMN)])


def _late_before(rows: Iterable[Row]) -> datetime:
    days = [str(row.values.get("day", "")) for row in rows]
    newest = max(filter(None, days), default="")
    if not newest:
        return datetime.fromtimestamp(0, UTC)
    first = date.fromisoformat(newest) - timedelta(days=LATE_DAYS)
    return datetime(first.year, first.month, first.day, tzinfo=UTC)


def _rows(book: Book) -> Sequence[Row]:
    # raw: a day that somebody took out is not recorded again
    return book.rows(LEDGER, raw=True) if LEDGER in book.ledgers else ()


def record_trace(
    book: Book,
    shown: Iterable[Shown],
    tokens: Iterable[TokenDay] = (),
    *,
    dry_run: bool = False,
) -> tuple[int, tuple[Receipt, ...]]:
    """Record every day of `shown` that is over: how many rows are due, and those recorded.

    The rows of a day are the same in every clone that saw the same readings, so that nothing is
    recorded twice; a day that still goes on waits. An older ledger without the table takes nothing,
    one whose table has no place for tokens takes the readings.
    """
    if LEDGER not in book.ledgers:
        return 0, ()
    counted = tokens if COLUMN in book.schema(LEDGER).by_name else ()
    days = trace_rows(shown, book.world.now.astimezone(UTC).date(), counted)
    held = {_key(row.values) for row in _rows(book)}
    fresh = [values for values in days if _key(values) not in held]
    if dry_run or not fresh:
        return len(fresh), ()
    drafts = [book.draft(LEDGER, values) for values in fresh]
    done = book.record(drafts, rows_per_commit=ROWS_PER_COMMIT)
    return len(fresh), tuple(done)


def _key(values: Mapping[str, object]) -> tuple[str, ...]:
    """The natural key of a row: two days may well have gone alike."""
    return tuple(str(values.get(name)) for name in KEY)
