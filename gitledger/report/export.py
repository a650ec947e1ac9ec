"""Rows as CSV, JSON lines or Parquet: values in, bytes out.

CSV carries the header that a ledger's definition names, so that files kept by hand before stay
readable by what read them. An unknown value is an empty cell, a missing key or a null.
"""

import csv
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from gitledger.errors import GitledgerError
from gitledger.ledger.cells import quote_cell
from gitledger.ledger.codec import encode_json
from gitledger.ledger.row import Row, Value
from gitledger.ledger.schema import Schema

FORMATS = ("csv", "jsonl", "parquet")


def export_rows(
    rows: Sequence[Row],
    schema: Schema,
    form: str,
    superseded: dict[str, str],
    *,
    csv_raw: bool = False,
) -> bytes:
    """The rows of one ledger in a form of `FORMATS`.

    `superseded` maps a row id to the correction that took it out; it is a column of its own when
    there is any such row among `rows` (an export with raw rows). CSV cells that a spreadsheet would
    run are quoted (see `ledger.cells`) unless `csv_raw`. Raises GitledgerError when
    Parquet is asked for and its library is not installed.
    """
    if form == "csv":
        return _csv(rows, schema, superseded, raw=csv_raw)
    if form == "jsonl":
        return b"".join(encode_json(_plain(row, superseded)) + b"\n" for row in rows)
    return _parquet(rows, schema, superseded)


def header(schema: Schema) -> list[tuple[str, str]]:
    """The CSV header: (word, column) pairs; no column of the ledger is left out.

    First the words that the definition names, in its order, so that what read the file before
    still does; then every other column by its own name.
    """
    named = {column for _, column in schema.csv}
    own = [(name, name) for name in schema.by_name if name not in named]
    return [*schema.csv, *own] if schema.csv else own


def _plain(row: Row, superseded: dict[str, str]) -> dict[str, Any]:
    plain = {"row": row.id, "recorded_at": row.recorded_at, "agent": row.agent, "tool": row.tool}
    if row.id in superseded:
        plain["superseded_by"] = superseded[row.id]
    return {**plain, **row.values}


def _csv(rows: Sequence[Row], schema: Schema, superseded: dict[str, str], *, raw: bool) -> bytes:
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    names = header(schema)
    safe = str if raw else quote_cell
    head = [word for word, _ in names] + (["superseded_by"] if superseded else [])
    writer.writerow(map(safe, head))
    for row in rows:
        cells = cells_of(row, [name for _, name in names])
        cells += [superseded.get(row.id, "")] if superseded else []
        writer.writerow(map(safe, cells))
    return out.getvalue().encode()


def cells_of(row: Row, names: Sequence[str]) -> list[str]:
    """A row as the cells of a CSV line, by column names; the envelope's count as well."""
    known = {"recorded_at": row.recorded_at, "agent": row.agent, "tool": row.tool, **row.values}
    return [_cell(known.get(name)) for name in names]


def _cell(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, str):
        return value
    return encode_json(value).decode()


def _parquet(rows: Sequence[Row], schema: Schema, superseded: dict[str, str]) -> bytes:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional library
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise GitledgerError("Parquet needs the pyarrow library", "pip install pyarrow") from None
    types = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    fields: dict[str, Any] = dict.fromkeys(("row", "recorded_at", "agent", "tool"), pa.string())
    if superseded:
        fields["superseded_by"] = pa.string()
    fields |= {c.name: types.get(c.type, pa.string()) for c in schema.columns}
    plain = [_plain(row, superseded) for row in rows]
    arrays = [
        pa.array([_arrow(row.get(name), kind == pa.string()) for row in plain], kind)
        for name, kind in fields.items()
    ]
    out = BytesIO()
    pq.write_table(pa.table(arrays, names=list(fields)), out)
    return out.getvalue()


def _arrow(value: Any, as_text: bool) -> Any:  # noqa: FBT001 - two fixed call sites
    if value is None:
        return None
    if as_text:
        return value if isinstance(value, str) else encode_json(value).decode()
    return float(value) if isinstance(value, Decimal) else value
