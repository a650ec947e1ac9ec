"""`log`: rows as they were recorded, newest first, and a row's life."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.book.book import Book
from gitledger.book.commits import subject_of
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen, lines
from gitledger.git.branch.origin import commits_of_rows
from gitledger.git.branch.rows import find_row, read_row
from gitledger.ledger import codec, corrections
from gitledger.ledger.row import Row, windows_of
from gitledger.report.row_text import no_rows


def log(
    world: World, prefix: str = "", *, ledger: str = "", window: str = "", limit: int = 0
) -> Result:
    """Rows, newest first; or with a row's prefix, that row and every correction of it."""
    book = open_book(world)
    every = rows = _life(book, prefix) if prefix else _all(book, ledger)
    if window:
        rows = [row for row in every if window in windows_of(row.values)]
    # one row with its corrections in the order of time, else newest first
    rows = sorted(rows, key=lambda row: (row.recorded_at, row.id), reverse=not prefix)
    rows = rows[:limit] if limit else rows
    commits = commits_of_rows(book.tip, {row.id for row in rows})
    dead = book.superseded()
    found = [_entry(row, commits.get(row.id, ""), dead) for row in rows]
    if not rows:
        told = no_rows(ledger, window=window, others=_others(ledger) if every else "")
        return Result("gitledger.log/1", {"rows": found}, lines(*told))

    def text(screen: Screen) -> str:
        from gitledger.report.log_text import entry_of, log_text  # noqa: PLC0415  loads rich

        entries = [e | entry_of(r, subject_of(book, r)) for e, r in zip(found, rows, strict=True)]
        return log_text(entries, width=screen.wrap, colour=screen.colour)

    return Result("gitledger.log/1", {"rows": found}, text)


def _others(ledger: str) -> str:
    """What lists the rows of every window."""
    return f"gitledger log --ledger {ledger}" if ledger else "gitledger log"


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
