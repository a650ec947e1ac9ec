"""Whether the bytes at a row's path are that row: hash, envelope, form, schema. Pure."""

from datetime import datetime

from gitledger.errors import FormatUnknown, LedgerDamaged, Problem
from gitledger.ledger import codec, layout
from gitledger.ledger.layout import RowPath
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema, check
from gitledger.ledger.values import CONTROL

ANEW = "record the fact with gitledger; what was written by hand cannot be trusted"


def prove(
    data: bytes, path: str, place: RowPath, schema: Schema | None
) -> tuple[Row | None, list[Problem]]:
    """The row of a row file, and everything that is wrong with it; each problem names the path.

    `schema` is the definition at the commit that added the row (None: the ledger has none).
    The row is None when the bytes hold no row at all.
    """
    problems = []
    found = codec.row_id(data)
    if found != place.id:
        what = f"the bytes hash to {found}, not to the name"
        problems.append(Problem(path, what, ANEW, "row-hash"))
    if len(data) > codec.MAX_ROW_BYTES:
        what = f"takes {len(data)} bytes; {codec.MAX_ROW_BYTES} is the most"
        problems.append(Problem(path, what, ANEW, "row-too-large"))
    try:
        row = codec.decode(data, place.id)
    except (LedgerDamaged, FormatUnknown) as error:
        code = "row-format" if isinstance(error, FormatUnknown) else "row-unreadable"
        return None, [*problems, Problem(path, error.what, ANEW, code)]
    envelope = _envelope(row, path, place)
    problems += envelope
    if not envelope:
        problems += _form(row, data, path, schema)
    return row if not envelope else None, problems


def _envelope(row: Row, path: str, place: RowPath) -> list[Problem]:
    """The envelope agrees with the path, and its words are plain texts."""
    problems = []
    if row.ledger != place.ledger:
        what = f"the row says it belongs to {row.ledger!r}"
        problems.append(Problem(path, what, ANEW, "row-envelope"))
    if row.recorded_at != layout.recorded_at(place.time) or not _is_time(row.recorded_at):
        what = f"the row says it was recorded at {row.recorded_at!r}"
        problems.append(Problem(path, what, ANEW, "row-envelope"))
    for name, value in (("agent", row.agent), ("tool", row.tool)):
        if not isinstance(value, str) or CONTROL.search(value):
            problems.append(Problem(path, f"{name} is not a plain text", ANEW, "row-envelope"))
    return problems


def _is_time(text: str) -> bool:
    """Whether the numbers of a time are those of a moment; its form is the path's."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _form(row: Row, data: bytes, path: str, schema: Schema | None) -> list[Problem]:
    """Canonical bytes, and values that the schema admits as they stand."""
    if schema is None:
        what = f"there is no definition of ledger {row.ledger!r} at this commit"
        return [Problem(path, what, "bring the definition back", "ledger-unknown")]
    values, wrong = (row.values, []) if schema.holds(row.values) else check(row.values, schema)
    if wrong:
        return [
            Problem(path, f"{found.where} {found.what}", found.hint, "row-invalid")
            for found in wrong
        ]
    written = Row(row.ledger, row.recorded_at, row.agent, row.tool, values, row.id)
    if not codec.is_canonical(written, data):
        what = "the bytes are not the ones that gitledger writes for this row"
        return [Problem(path, what, ANEW, "row-form")]
    return []
