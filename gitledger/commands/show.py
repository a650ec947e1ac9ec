"""`show`: one row as it was recorded, or every row of a window."""

import re
from collections.abc import Sequence
from typing import Any

from gitledger.book.book import Book
from gitledger.book.commits import subject_of
from gitledger.book.opening import open_book
from gitledger.book.references import unknown_window
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.git.branch.origin import commits_of_rows
from gitledger.git.branch.rows import find_row, read_row
from gitledger.ledger.row import Row, windows_of

ROW = re.compile(r"[0-9a-f]{4,16}")


def show(world: World, name: str) -> Result:
    """One row by its prefix, or every row of a window by its id.

    Raises UnknownRow, or UnknownWindow with the nearest for what can be no row's prefix.
    """
    book = open_book(world)
    window = [
        row
        for ledger in book.ledgers
        for row in book.rows(ledger)
        if name in windows_of(row.values)
    ]
    if window and not ROW.fullmatch(name):
        return _show_window(book, name, window)
    known = () if ROW.fullmatch(name.lower()) else _windows(book)
    if known:
        raise unknown_window(name, known)
    row = read_row(book.tip, find_row(book.tip, name, book.ledgers))
    gone = book.superseded().get(row.id)
    payload = {**_plain(row), "commit": commits_of_rows(book.tip, {row.id}).get(row.id, "")}
    payload["superseded"] = _plain(gone) if gone else None

    def text(screen: Screen) -> str:
        from gitledger.report.log_text import row_text  # noqa: PLC0415  loads rich

        return row_text(row, gone, width=screen.wrap, colour=screen.colour)

    return Result("gitledger.show/1", payload, text)


def _windows(book: Book) -> tuple[str, ...]:
    """The windows that were captured or finalised, in that order."""
    rows = [row for name in ("snapshots", "windows") for row in book.rows_if_any(name)]
    return tuple(dict.fromkeys(str(row.values["window"]) for row in rows))


def _show_window(book: Book, name: str, rows: Sequence[Row]) -> Result:
    payload = {"window": name, "rows": [_plain(row) for row in rows]}

    def text(screen: Screen) -> str:
        from gitledger.report.log_text import entry_of, window_text  # noqa: PLC0415  loads rich

        told = [
            _plain(row) | {"superseded": ""} | entry_of(row, subject_of(book, row))
            for row in sorted(rows, key=lambda row: (row.recorded_at, row.id))
        ]
        return window_text(name, told, width=screen.wrap, colour=screen.colour)

    return Result("gitledger.show/1", payload, text)


def _plain(row: Row) -> dict[str, Any]:
    return {
        "row": row.id,
        "ledger": row.ledger,
        "recorded_at": row.recorded_at,
        "agent": row.agent,
        "tool": row.tool,
        "values": row.values,
    }
