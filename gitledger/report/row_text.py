"""Rows as lines of text: a list of them, a window's, one row whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.ledger import codec
from gitledger.ledger.row import Row
from gitledger.report.figures import counted


def log_lines(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """The rows of `log`, from its JSON, each with what superseded it."""
    told = [
        _line(entry["row"], entry["recorded_at"], entry["ledger"], entry["summary"])
        + (f"  [{entry['superseded']}]" if entry["superseded"] else "")
        for entry in entries
    ]
    return told or ["No rows."]


def window_lines(name: str, rows: Sequence[Row]) -> list[str]:
    """The rows of a window, oldest first, below their number."""
    told = [
        _line(row.id, row.recorded_at, row.ledger, codec.summary(row.values))
        for row in sorted(rows, key=lambda row: (row.recorded_at, row.id))
    ]
    return [f"window {name}: {counted(len(rows), 'row')}", *told]


def row_lines(row: Row, gone: Row | None) -> list[str]:
    """One row, a column a line, and the correction that took it back."""
    told = [f"{row.ledger} {row.id}", f"recorded {row.recorded_at} by {row.agent} ({row.tool})"]
    for name, value in row.values.items():
        shown = value if isinstance(value, str) else codec.encode_json(value).decode()
        told.append(f"  {name}: {shown}")
    if gone:
        told.append(f"no longer counts: {gone.values['kind']} {gone.id}: {gone.values['reason']}")
    return told


def _line(row: str, recorded_at: str, ledger: str, summary: str) -> str:
    return f"{row}  {recorded_at[:19]}Z  {ledger:<12} {summary}"
