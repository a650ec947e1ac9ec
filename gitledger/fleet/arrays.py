"""The cells of a column as one of Arrow's arrays, from the bytes that Arrow documents.

`pyarrow.array` would load pandas where it is installed, a quarter of a second for each process that
collects, and look at every cell twice. pyarrow is handed in.
"""

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, chain
from typing import Any

from gitledger.fleet.columns import COUNT, DAY, MOMENT, TEXT

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def column_array(pyarrow: Any, kind: str, cells: Sequence[Any]) -> Any:
    """A column of a kind: text, moments, or whole numbers (of a decimal in its last digit)."""
    if cells.count(None) == len(cells):
        return pyarrow.nulls(len(cells), arrow_type(pyarrow, kind))
    bits = pyarrow.py_buffer(_known(cells)) if None in cells else None
    buffers = _text(cells) if kind == TEXT else [_numbers(kind, cells)]
    held = [bits, *map(pyarrow.py_buffer, buffers)]
    return pyarrow.Array.from_buffers(arrow_type(pyarrow, kind), len(cells), held)


def arrow_type(pyarrow: Any, kind: str) -> Any:
    """The type of a column as pyarrow names it."""
    plain = {
        TEXT: pyarrow.string(),
        DAY: pyarrow.int32(),
        COUNT: pyarrow.int64(),
        MOMENT: pyarrow.timestamp("us", tz="UTC"),
    }
    if kind in plain:
        return plain[kind]
    width, _, digits = kind.removeprefix("decimal(").rstrip(")").partition(",")
    return pyarrow.decimal128(int(width), int(digits))


def _known(cells: Sequence[Any]) -> bytes:
    """A bit for each cell, the first one lowest: whether anything is known."""
    bits = "".join(["0" if cell is None else "1" for cell in reversed(cells)])
    return int(bits, 2).to_bytes((len(cells) + 7) // 8, "little")


def _text(cells: Sequence[str | None]) -> list["array[int] | bytes"]:
    """Where each text ends, and all of them behind one another."""
    written = [b"" if cell is None else cell.encode() for cell in cells]
    return [array("i", accumulate(map(len, written), initial=0)), b"".join(written)]


def _numbers(kind: str, cells: Sequence[Any]) -> "array[int]":
    """Whole numbers side by side; a decimal takes sixteen bytes, the lowest first."""
    if kind == MOMENT:
        cells = [None if cell is None else (cell - EPOCH) // TICK for cell in cells]
    plain = [cell or 0 for cell in cells]
    if kind == DAY:
        return array("i", plain)
    if kind in {COUNT, MOMENT}:
        return array("q", plain)
    return array("q", chain.from_iterable([(number, number >> 63) for number in plain]))
