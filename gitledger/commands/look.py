"""`log` and `show`: rows as they were recorded, and a row's life."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.book.book import Book
from gitledger.book.opening import open_book
from gitledger.book.references import unknown_window
from gitledger.book.world import World
from gitledger.commands.result import Result, cut, wrapped
from gitledger.git.branch.origin import commits_of_rows
from gitledger.git.branch.rows import find_row, read_row
from gitledger.ledger import codec, corrections
from gitledger.ledger.row import Row, windows_of
from gitledger.report.figures import counted

ROW = re.compile(r"[0-9a-f]{4,16}")


def log(
    world: World, prefix: str = "", *, ledger: str = "", window: str = "", limit: int = 0
) -> Result:
    """Rows, newest first; or with a row's prefix, that row and every correction of it."""
    book = open_book(world)
    rows = _life(book, prefix) if prefix else _all(book, ledger)
    if window:
        rows = [row for row in rows if window in windows_of(row.values)]
    rows = sorted(rows, key=lambda row: (row.recorded_at, row.id), reverse=not prefix)
    rows = rows[:limit] if limit else rows
    commits = commits_of_rows(book.tip, {row.id for row in rows})
    found = [_entry(row, commits.get(row.id, ""), book.superseded()) for row in rows]
    text = [
        f"{e['row']}  {e['recorded_at'][:19]}Z  {e['ledger']:<12} {e['summary']}"
        + (f"  [{e['superseded']}]" if e["superseded"] else "")
        for e in found
    ]
    return Result("gitledger.log/1", {"rows": found}, cut(*(text or ["No rows."])))


def _all(book: Book, ledger: str) -> list[Row]:
    names = [book.schema(ledger).ledger] if ledger else book.ledgers
    return [row for name in names for row in book.rows(name, raw=True)]


def _life(book: Book, prefix: str) -> list[Row]:
    """A row, what corrected it, and what replaced it, as far as the chain goes, either way."""
    row = read_row(book.tip, find_row(book.tip, prefix, book.ledgers))
    chain = {row.id}
    fixes = book.rows(corrections.LEDGER)
    while True:
        linked = {word for fix in fixes for word in _linked(fix) if chain & set(_linked(fix))}
        if linked <= chain:
            break
        chain |= linked
    return [r for name in book.ledgers for r in book.rows(name, raw=True) if r.id in chain]


def _linked(fix: Row) -> Sequence[str]:
    """The rows that a correction ties together, itself included."""
    words = (fix.id, fix.values["target"], fix.values.get("replacement"))
    return [str(word) for word in words if word]


def _entry(row: Row, commit: str, dead: Mapping[str, Row]) -> dict[str, Any]:
    gone = dead.get(row.id)
    return {
        "row": row.id,
        "ledger": row.ledger,
        "recorded_at": row.recorded_at,
        "agent": row.agent,
        "window": ", ".join(windows_of(row.values)),
        "summary": codec.summary(row.values),
        "commit": commit,
        "superseded": f"{gone.values['kind']} by {gone.id}" if gone else "",
    }


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
        return _show_window(name, window)
    known = () if ROW.fullmatch(name.lower()) else _windows(book)
    if known:
        raise unknown_window(name, known)
    row = read_row(book.tip, find_row(book.tip, name, book.ledgers))
    gone = book.superseded().get(row.id)
    payload = {**_plain(row), "commit": commits_of_rows(book.tip, {row.id}).get(row.id, "")}
    payload["superseded"] = _plain(gone) if gone else None
    text = _row_text(row)
    if gone:
        text.append(f"no longer counts: {gone.values['kind']} {gone.id}: {gone.values['reason']}")
    return Result("gitledger.show/1", payload, wrapped(*text, hang=4))


def _windows(book: Book) -> tuple[str, ...]:
    """The windows that were captured or finalised, in that order."""
    rows = [row for name in ("snapshots", "windows") for row in _rows(book, name)]
    return tuple(dict.fromkeys(str(row.values["window"]) for row in rows))


def _rows(book: Book, ledger: str) -> Sequence[Row]:
    return book.rows(ledger) if ledger in book.ledgers else ()


def _show_window(name: str, rows: Sequence[Row]) -> Result:
    payload = {"window": name, "rows": [_plain(row) for row in rows]}
    text = [
        f"{row.id}  {row.recorded_at[:19]}Z  {row.ledger:<12} {codec.summary(row.values)}"
        for row in sorted(rows, key=lambda row: (row.recorded_at, row.id))
    ]
    return Result(
        "gitledger.show/1", payload, cut(f"window {name}: {counted(len(rows), 'row')}", *text)
    )


def _plain(row: Row) -> dict[str, Any]:
    return {
        "row": row.id,
        "ledger": row.ledger,
        "recorded_at": row.recorded_at,
        "agent": row.agent,
        "tool": row.tool,
        "values": row.values,
    }


def _row_text(row: Row) -> list[str]:
    head = [f"{row.ledger} {row.id}", f"recorded {row.recorded_at} by {row.agent} ({row.tool})"]
    body = []
    for name, value in row.values.items():
        shown = value if isinstance(value, str) else codec.encode_json(value).decode()
        body.append(f"  {name}: {shown}")
    return head + body
