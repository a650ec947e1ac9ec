"""Rows as people write them: words, JSON, CSV; read as values of a ledger's columns. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from gitledger.errors import InvalidData, LedgerDamaged, Problem, UsageError, with_noun
from gitledger.ledger import corrections
from gitledger.ledger.codec import decode_json
from gitledger.ledger.schema import Schema, check

if TYPE_CHECKING:
    from _csv import Reader

ENVELOPE_WORDS = ("recorded_at", "agent", "tool")
Skip = Callable[[Sequence[str], Sequence[str]], bool]  # (column names, cells) of a CSV line


def refuse_corrections(ledger: str) -> None:
    """Raise UsageError for the one ledger whose rows take effect on others."""
    if ledger == corrections.LEDGER:
        raise UsageError(
            "corrections are not appended", "`gitledger void ROW -m why`, or `gitledger amend`"
        )


def pairs_to_values(pairs: Sequence[str], schema: Schema) -> dict[str, Any]:
    """`key=value` words as a mapping, by column or export name; each once. Raises UsageError."""
    nested, exported = _nested(schema), dict(schema.csv)
    values: dict[str, Any] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or not name:
            raise UsageError(f"{pair!r} is not key=value", "for example: runner=pytest")
        name = exported.get(name, name)
        if name in values:
            raise UsageError(f"{name} is given twice", "each column once")
        values[name] = parse_structure(text) if name in nested else text
    return values


def _nested(schema: Schema) -> set[str]:
    """The columns whose values may be written as JSON."""
    return {column.name for column in schema.columns if column.type in {"list", "map"}}


def parse_structure(text: str) -> Any:
    """A typed list or map where the text is one in JSON; the text itself otherwise."""
    if text[:1] not in {"[", "{"}:
        return text
    try:
        return decode_json(text)
    except LedgerDamaged:
        return text


def json_rows(text: str) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Rows of a JSON object, an array of objects, or one object a line."""
    try:
        value = _decode_strictly(text)
    except LedgerDamaged as whole:
        value = _json_lines(text, str(whole.what))
    many = value if isinstance(value, list) else [value]
    problems = [
        Problem(f"row {place + 1}", "is not a JSON object", "give {column: value}")
        for place, row in enumerate(many)
        if not isinstance(row, dict)
    ]
    if problems:
        raise InvalidData("nothing was recorded", problems=problems)
    places = [f"row {place + 1}" if len(many) > 1 else "" for place in range(len(many))]
    return many, places


def _decode_strictly(text: str) -> Any:
    """JSON whose objects have each key once. Raises LedgerDamaged."""
    import json  # noqa: PLC0415 - words and CSV need none

    value = decode_json(text)

    def once(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len({*names}) < len(names):
            name = next(name for name in names if names.count(name) > 1)
            raise LedgerDamaged(f"not JSON that says one thing: key {name!r} is given twice")

    json.loads(text, object_pairs_hook=once)
    return value


def _json_lines(text: str, whole: str) -> list[Any]:
    rows, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                rows.append(_decode_strictly(line))
            except LedgerDamaged as error:
                problems.append(Problem(f"line {number}", error.what, "fix the line", "json"))
    if problems and not rows:
        problems = [Problem("input", whole, "give a JSON object, or one a line", "json")]
    if problems:
        raise InvalidData("nothing was recorded", problems=problems)
    return rows


def csv_rows(
    text: str,
    schema: Schema,
    skip: Skip = lambda _names, _cells: False,
    *,
    raw: bool = False,
) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Rows of a CSV text whose header names columns, or the ledger's export header.

    Empty cells are unknown, quoted ones may hold line breaks. Lines that `skip` takes are left
    out, and what the header lacks is no problem where it takes all. Raises InvalidData with every
    problem of header and lines.
    """
    import csv  # noqa: PLC0415 - single rows need none

    from gitledger.ledger.cells import unquote_cell  # noqa: PLC0415 - as above

    reader = csv.reader(StringIO(text, newline=""), strict=True)
    rows: list[Mapping[str, Any]] = []
    places: list[str] = []
    problems: list[Problem] = []
    header: list[str] = []
    skipped = 0
    try:
        header = [unquote_cell(name.strip()) for name in next(reader, [])]
        names = _columns(header, schema, problems)
        own = [name for name in names if name]
        for number, written in _records(reader):
            cells = written if raw else [unquote_cell(cell) for cell in written]
            if not any(cells):
                continue
            is_whole, where = len(cells) == len(header), f"line {number}"
            said = _told(names, cells) if is_whole else cells
            if skip(own, said):
                skipped += 1
            elif is_whole:
                rows.append(_values(own, said, schema))
                places.append(where)
            else:
                what = f"has {with_noun(len(cells), 'cell')} where the header has {len(header)}"
                problems.append(Problem(where, what, "quote cells that hold a comma", "csv"))
    except csv.Error as error:
        where = f"line {reader.line_num}"
        hint = "put large evidence in a file and record its hash"
        hint = hint if "field limit" in str(error) else 'write a quote as ""'
        problems.append(Problem(where, f"broken CSV: {error}", hint, "csv"))
    problems += _row_problems(rows, places, schema) if problems else []
    if problems and not (skipped and not rows and all(p.where == "line 1" for p in problems)):
        raise InvalidData(f"nothing was recorded in {schema.ledger}", problems=problems)
    return rows, places


def _records(reader: "Reader") -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line; a line break in a cell is LF, as in a row."""
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        yield number, [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]


def _values(names: Sequence[str], cells: Sequence[str], schema: Schema) -> dict[str, Any]:
    """The values of a line's cells; only lists and maps are read as JSON."""
    nested = _nested(schema)
    return {
        name: parse_structure(cell) if name in nested else cell
        for name, cell in zip(names, cells, strict=True)
        if cell
    }


def _row_problems(
    rows: Sequence[Mapping[str, Any]], places: Sequence[str], schema: Schema
) -> list[Problem]:
    return [
        problem
        for values, where in zip(rows, places, strict=True)
        for problem in check(values, schema, where)[1]
        if problem.code != "unknown-column"
    ]


def _told(names: Sequence[str], cells: Sequence[str]) -> list[str]:
    """The cells of a line that are a row's own: the envelope is written anew by whoever records."""
    return [cell for name, cell in zip(names, cells, strict=True) if name]


def _columns(header: Sequence[str], schema: Schema, problems: list[Problem]) -> list[str]:
    """The column behind each header word; export names and column names both count.

    "" stands for a word of the envelope, which exports of 0.1.0 began with.
    """
    exported = {**dict.fromkeys(ENVELOPE_WORDS, ""), **{name: name for name in schema.by_name}}
    exported |= dict(schema.csv)
    names = [exported.get(word, word) for word in header]
    known = ", ".join(schema.by_name)
    if not header:
        problems.append(Problem("line 1", "no header", f"name the columns: {known}", "csv"))
    for word, name in zip(header, names, strict=True):
        if name and name not in schema.by_name:
            problems.append(
                Problem("line 1", f"unknown column {word!r}", f"columns: {known}", "csv")
            )
        if name and names.count(name) > 1:
            problems.append(Problem("line 1", f"column {word!r} is given twice", "", "csv"))
    problems += [
        Problem("line 1", f"required column {column.name!r} is missing", "add it", "csv")
        for column in schema.columns
        if column.required and column.name not in names
    ]
    return names
