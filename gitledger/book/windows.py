"""The windows of an opened ledger: rows read once, folded, and found by id."""

from collections.abc import Sequence
from dataclasses import dataclass

from gitledger.book.book import Book
from gitledger.book.references import unknown_window
from gitledger.ledger.row import Row
from gitledger.windows.capacity import with_capacity
from gitledger.windows.fold import ATTACHED, fold_windows
from gitledger.windows.thresholds import Terms, read_terms
from gitledger.windows.window import Window

LEDGERS = ("snapshots", "windows", "commits", *ATTACHED)


@dataclass(frozen=True, slots=True)
class LedgerWindows:
    """All windows of a ledger in order of first recording, and the terms they are read in.

    `chosen` are the terms as the configuration states them, before a meter was found for the rest.
    """

    windows: tuple[Window, ...]
    terms: Terms
    notes: tuple[str, ...]
    chosen: Terms

    def named(self, window: str) -> Window:
        """The window of that id. Raises UnknownWindow with the nearest ids."""
        for found in self.windows:
            if found.id == window:
                return found
        raise unknown_window(window, [w.id for w in self.windows])


def fold_book(book: Book, ledgers: Sequence[str] = LEDGERS) -> LedgerWindows:
    """The windows as the ledgers named tell them; a ledger that is not there counts as empty."""
    terms, problems = read_terms(book.config)
    windows = fold_ledgers(book, ledgers, terms)
    return LedgerWindows(windows, with_capacity(windows, terms), tuple(map(str, problems)), terms)


def fold_ledgers(
    book: Book, ledgers: Sequence[str], terms: Terms, extra: Sequence[Row] = ()
) -> tuple[Window, ...]:
    """The windows of the ledgers named, and of finalisations that are not recorded yet."""
    there = [name for name in ledgers if name in book.ledgers]
    rows = {name: book.rows(name) for name in there}
    rows["windows"] = (*rows.get("windows", ()), *extra)
    return fold_windows(rows, terms)
