"""The ledger as data frames, for notebooks: `gitledger.open(".").frame("windows")`.

The only module that imports pandas, and only when a frame is made. It reads the branch's tip and
records nothing. A frame has one row for each thing that its name says, typed columns, and in
`attrs` the units of its columns and the commit that was read. Unknown is NA, never 0.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitledger.book.book import Book
from gitledger.book.case import rules_of
from gitledger.book.feature_reverts import taken_since
from gitledger.book.opening import open_book
from gitledger.book.reverts import reverted_windows
from gitledger.book.windows import LedgerWindows, fold_book
from gitledger.book.world import World
from gitledger.errors import GitledgerError, UsageError
from gitledger.measure.efficiency import VARIANTS, every_provider
from gitledger.measure.windowed import outcomes_of
from gitledger.report.records import (
    CHURN,
    COUNT,
    DAY,
    DELTAS,
    EFFICIENCY,
    NAME,
    NESTED,
    TEXT,
    TIME,
    WINDOWS,
    Columns,
    FrameColumn,
    Record,
    churn_record,
    delta_record,
    efficiency_record,
    row_columns,
    row_record,
    window_record,
)
from gitledger.windows.churn import churns_of
from gitledger.windows.standing import standing

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Notebook:
    """A ledger to look at from Python: where it is, and on which branch ("" is the usual one)."""

    path: Path
    branch: str = ""

    @property
    def ledgers(self) -> tuple[str, ...]:
        """The names that `frame("rows", ledger=...)` takes."""
        return self._book().ledgers

    def frame(self, name: str, *, ledger: str = "") -> "pd.DataFrame":
        """A data frame of the ledger as it stands now; `NAMES` lists the names.

        `rows` are the rows of one ledger, corrections applied, and needs its name. Raises
        UsageError for another name, UnknownLedger, NotARepository, NotInitialised, and
        GitledgerError where pandas is not installed.
        """
        try:
            return self._frame(name, ledger)
        except GitledgerError as refusal:
            if refusal.hint:
                refusal.add_note(f"next: {refusal.hint}")  # a notebook shows it below the error
            raise

    def _frame(self, name: str, ledger: str) -> "pd.DataFrame":
        if name not in FRAMES or (name == "rows") != bool(ledger):
            words = ", ".join(NAMES)
            hint = f'known: {words}; rows of one ledger: frame("rows", ledger="snapshots")'
            raise UsageError(f"no frame {name!r}" if name not in FRAMES else "which ledger?", hint)
        book = self._book()
        columns, records = FRAMES[name](book, ledger)
        made = data_frame(columns, records)
        units = {column: kind.unit for column, kind in columns.items() if kind.unit}
        made.attrs |= {"units": units, "branch": book.branch, "tip": tip_of(book)}
        return made

    def _book(self) -> Book:
        return open_book(World(self.path, datetime.now(UTC), dict(os.environ), self.branch))


def tip_of(book: Book) -> str:
    """The id of the commit that was read."""
    return book.tip.commit.hex() if book.tip.commit else ""


def data_frame(columns: Columns, records: Iterable[Record]) -> "pd.DataFrame":
    """Records as a data frame with these columns and types; what a record lacks is NA."""
    try:
        import pandas as pd  # noqa: PLC0415 - half a second that only a notebook pays
    except ImportError:
        raise GitledgerError("data frames need pandas: pip install pandas") from None
    listed = list(records)
    made = {
        name: pd.Series([plain_value(one.get(name), kind.type) for one in listed], dtype=NESTED)
        for name, kind in columns.items()
    }
    for name, kind in columns.items():
        if kind.type == NAME:
            seen = sorted(set(made[name].dropna()) - set(kind.words))
            made[name] = made[name].astype(pd.CategoricalDtype([*kind.words, *seen]))
        elif kind.type != NESTED:
            made[name] = pd.Series(list(made[name]), dtype=kind.type)
    return pd.DataFrame(made, columns=list(columns))


def plain_value(value: Any, kind: str) -> Any:
    """A value as pandas takes it: decimals as floats, times as datetimes, "" and None unknown."""
    if value is None or value == "":
        return None
    if kind in {TIME, DAY} and isinstance(value, str):
        return datetime.fromisoformat(value)
    if kind == NESTED and isinstance(value, Mapping):
        return {name: plain_value(inner, NESTED) for name, inner in value.items()}
    if kind == NESTED and isinstance(value, tuple | list):
        return [plain_value(inner, NESTED) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if kind == COUNT else float(value)
    return value


def rows(book: Book, ledger: str) -> tuple[Columns, Iterable[Record]]:
    """One line for each row of a ledger, corrections applied."""
    return row_columns(book.schema(ledger)), map(row_record, book.rows(ledger))


def commits(book: Book, _ledger: str) -> tuple[Columns, Iterable[Record]]:
    """One line for each recorded commit; `window` is the one it belongs to, NA for several."""
    columns = {**row_columns(book.schema("commits")), "window": FrameColumn(TEXT)}
    records = [row_record(row) for row in book.rows("commits")]
    for record in records:
        names: Sequence[str] = record.get("windows") or ()
        record["window"] = names[0] if len(names) == 1 else None
    return columns, records


def windows(book: Book, _ledger: str) -> tuple[Columns, Iterable[Record]]:
    """One line for each window."""
    folded = fold_book(book).windows
    return WINDOWS, map(window_record, standing(folded, taken_since(book, folded)))


def deltas(book: Book, _ledger: str) -> tuple[Columns, Iterable[Record]]:
    """One line for each meter of each window."""
    folded = fold_book(book)
    return DELTAS, [delta_record(w.id, delta) for w in folded.windows for delta in w.deltas]


def efficiencies(book: Book, _ledger: str) -> tuple[Columns, Iterable[Record]]:
    """One line for each provider and measure, as `preview` tells them."""
    folded, stats = fold_book(book), rules_of(book).statistics
    stand = standing(folded.windows, taken_since(book, folded.windows))
    outcomes = outcomes_of(stand, folded.terms, undone(book, folded))
    found = (every_provider(outcomes, name=name, stats=stats) for name in VARIANTS)
    return EFFICIENCY, [efficiency_record(entry) for many in found for entry in many]


def churns(book: Book, _ledger: str) -> tuple[Columns, Iterable[Record]]:
    """One line for each window and provider that churn was measured for: the row that counts."""
    folded = fold_book(book)
    taken = undone(book, folded)
    found = ((w.id, one) for w in folded.windows for one in churns_of(w, taken.get(w.id, "")))
    return CHURN, [churn_record(window, one) for window, one in found]


def undone(book: Book, folded: LedgerWindows) -> Mapping[str, str]:
    """The windows whose work was taken back, each with the commit that did it."""
    return reverted_windows(book.world.directory, folded.windows)


Reader = Callable[[Book, str], tuple[Columns, Iterable[Record]]]
FRAMES: Mapping[str, Reader] = {
    "rows": rows,
    "windows": windows,
    "deltas": deltas,
    "efficiency": efficiencies,
    "commits": commits,
    "churn": churns,
}
NAMES: Sequence[str] = tuple(FRAMES)
