"""Rows as lines of text: a list of them, a window's, one row whole.

Depends on `report.console`, `row_words` and `figures`. Without a width lines stay whole, for a
program that reads them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.ledger.row import Row
from gitledger.report.console import paint, wrap
from gitledger.report.figures import count_text
from gitledger.report.row_columns import lines_of, texts_of
from gitledger.report.row_words import SHORT, row_in_words, tone, when

HANG = SHORT + 2  # under what a row says, in a list
NARROW = 100  # columns from which what is carried over stands under the words
INSET = 29

Entry = Mapping[str, Any]


def log_text(
    entries: Sequence[Entry], *, width: int | None, colour: bool = False, named: bool = True
) -> str:
    """Rows, at least one, a line each: id, when it was, window where `named`, what it says."""
    wide = max((len(entry["window"]) for entry in entries), default=0) if named else 0
    told = [entry_line(entry, wide, width=width, colour=colour) for entry in entries]
    return "\n".join(told)


def entry_line(entry: Entry, wide: int, *, width: int | None, colour: bool) -> str:
    """One row of a list; yellow where it no longer counts, red where it says what is wrong."""
    window = f"{entry['window']:<{wide}}  " if wide else ""
    gone = entry["superseded"]
    tail = f"  [{gone}]" if gone else ""
    line = f"{entry['row'][:SHORT]}  {entry['at']}  {window}{entry['said']}{tail}"
    if width is not None:
        line = wrap(line, width, hang=INSET if width >= NARROW else HANG)
    return paint(line, ("yellow" if gone else entry["tone"]) if colour else "")


def window_text(
    name: str, entries: Sequence[Entry], *, width: int | None, colour: bool = False
) -> str:
    """The rows of a window below their number."""
    rows = log_text(entries, width=width, colour=colour, named=False)
    return f"window {name}: {count_text(len(entries), 'row')}\n{rows}"


def row_text(row: Row, gone: Row | None, *, width: int | None, colour: bool = False) -> str:
    """One row whole: what it says, who recorded it, every column, and what corrected it."""
    head = f"{row.ledger} {row.id}: {row_in_words(row.ledger, row.values)}"
    lines = [head, f"recorded {row.recorded_at} by {row.agent} ({row.tool})"]
    lines += [f"  {name}: {value}" for name, value in lines_of(row.values)]
    told = [wrap(line, width, hang=4) if width else line for line in map(str.rstrip, lines)]
    for name, text in texts_of(row.values):  # as it was given: its own lines, never wrapped
        told += [f"  {name}:", *(f"    {line}".rstrip() for line in text.split("\n"))]
    if gone:
        why = f"no longer counts: {gone.values['kind']} {gone.id}: {gone.values['reason']}"
        told.append(paint(wrap(why, width, hang=4) if width else why, "yellow" if colour else ""))
    return "\n".join(told)


def entry_of(row: Row, subject: str = "") -> dict[str, Any]:
    """What a list says of a row besides its envelope; `subject` is a commit's first line."""
    return {
        "at": when(row.ledger, row.values, row.recorded_at),
        "said": row_in_words(row.ledger, row.values, subject),
        "tone": tone(row.values),
    }
