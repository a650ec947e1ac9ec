"""What a ledger admits: a definition checked completely, and rows checked against it.

Pure. A definition arrives as a plain mapping (see `yamltext`) and leaves as a frozen `Schema`
or as the complete list of its problems.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from math import isfinite
from typing import TYPE_CHECKING, Any

from gitledger.errors import Problem
from gitledger.ledger.automatic import KEYS, automatic_key
from gitledger.ledger.names import LEDGER
from gitledger.ledger.row import ENVELOPE, FORMAT, Value
from gitledger.ledger.values import CHECKS, DEFAULT_TEXT_BYTES, Column, WrongValue, items, kind

if TYPE_CHECKING:
    from gitledger.ledger.sound import Accepts

MAX_TEXT_BYTES = 32768
COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
TOP_KEYS = {"gitledger", "ledger", "title", "key", "columns", "csv", "description"}
COLUMN_KEYS = {"type", "items", "required", "unit", "title", "enum", "min", "max", "pattern"} | {
    "max_length"
}


@dataclass(frozen=True, slots=True)
class Schema:
    """A ledger's definition: columns in the order of a row's bytes, natural key, CSV header.

    `links` are the columns that name rows.
    """

    ledger: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    csv: tuple[tuple[str, str], ...] = ()
    by_name: Mapping[str, Column] = field(default_factory=dict, compare=False, repr=False)
    links: tuple[str, ...] = field(default=(), compare=False, repr=False)
    _sound: "Accepts | None" = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        links = tuple(c.name for c in self.columns if "row" in {c.type, *c.listed})
        object.__setattr__(self, "links", links)
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether `check` would give back these very values, in this order, and no problem.

        False may mean no more than that it is not plain to see.
        """
        if self._sound is None:  # few definitions of a ledger are asked
            from gitledger.ledger.sound import row_check  # noqa: PLC0415 - no append asks it

            object.__setattr__(self, "_sound", row_check(self.columns))
        return self._sound is not None and self._sound(values)

    @property
    def keyed(self) -> bool:
        """Whether any of its rows may have a natural key."""
        return bool(self.key) or self.ledger in KEYS

    def key_of(self, values: Mapping[str, Value]) -> tuple[str, ...] | None:
        """The natural key of a row as text, or None where the ledger has none.

        A key column that is absent counts as the empty text: two rows without an account are
        the same fact when all else agrees. What the program states by itself has a key of its own.
        """
        own = automatic_key(self.ledger, self.key, values)
        if own is not None:
            return tuple(_key_text(value) for value in own)
        if not self.key:
            return None
        return tuple(_key_text(values.get(name, "")) for name in self.key)


def _key_text(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value.normalize())
    return str(value)


def key_digest(ledger: str, key: tuple[str, ...]) -> bytes:
    """A natural key's fixed-size form; parts are length-prefixed: no two collide by joining."""
    parts = [part.encode("utf-8", "surrogatepass") for part in (ledger, *key)]
    return sha256(b"".join([b"%d:%s" % (len(part), part) for part in parts])).digest()[:16]


def parse_schema(source: Mapping[str, Any], where: str) -> tuple[Schema | None, list[Problem]]:
    """A definition as a `Schema`, or None with every problem that keeps it from being one."""
    problems = [
        Problem(where, f"unknown key {key!r}", f"known: {', '.join(sorted(TOP_KEYS))}")
        for key in source
        if key not in TOP_KEYS
    ]
    if source.get("gitledger") != FORMAT:
        problems.append(
            Problem(where, f"gitledger: {source.get('gitledger')!r} is not format {FORMAT}",
                    "a newer format needs a newer gitledger", "format")
        )  # fmt: skip
    name = source.get("ledger")
    if not isinstance(name, str) or not LEDGER.match(name):
        problems.append(Problem(where, f"ledger: {kind(name)} is not a name like my-ledger"))
    columns = _columns(source.get("columns"), where, problems)
    names = {column.name for column in columns}
    key = _key(source.get("key", []), names, where, problems)
    csv = _csv(source.get("csv", {}), names, where, problems)
    if problems:
        return None, problems
    return Schema(str(name), str(source.get("title", "")), key, columns, csv), []


def _columns(source: Any, where: str, problems: list[Problem]) -> tuple[Column, ...]:
    if not isinstance(source, Mapping) or not source:
        problems.append(Problem(where, "columns: none given", "name at least one column"))
        return ()
    columns = []
    for name, spec in source.items():
        place = f"{where} column {name}"
        if not isinstance(name, str) or not COLUMN_NAME.match(name) or name in ENVELOPE:
            problems.append(Problem(place, "not a column name like commit_start, or reserved"))
        elif not isinstance(spec, Mapping):
            problems.append(Problem(place, f"is {kind(spec)}, not a map with a type"))
        else:
            found = [Problem(place, what, hint) for what, hint in _wrong(spec)]
            problems.extend(found)
            if not found:
                columns.append(_column(name, spec))
    return tuple(columns)


def _column(name: str, spec: Mapping[str, Any]) -> Column:
    bounds = [Decimal(str(spec[side])) if side in spec else None for side in ("min", "max")]
    return Column(
        name,
        spec["type"],
        items=spec.get("items", "text"),
        required=spec.get("required", False),
        unit=str(spec.get("unit", "")),
        title=str(spec.get("title", "")),
        enum=tuple(str(word) for word in spec.get("enum", ())),
        min=bounds[0],
        max=bounds[1],
        pattern=spec.get("pattern", ""),
        max_length=spec.get("max_length", DEFAULT_TEXT_BYTES),
    )


def _wrong(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a column's definition, each with the next step."""
    for word in spec:
        if word not in COLUMN_KEYS:
            yield f"unknown key {word!r}", f"known: {', '.join(sorted(COLUMN_KEYS))}"
    known = (*CHECKS, "list")
    if str(spec.get("type")) not in known:
        yield f"type: {kind(spec.get('type'))} is unknown", f"known: {', '.join(known)}"
    if str(spec.get("items", "text")) not in CHECKS:
        yield f"items: {kind(spec['items'])} is unknown", f"known: {', '.join(CHECKS)}"
    if not isinstance(spec.get("required", False), bool):
        yield "required: not true or false", ""
    enum = spec.get("enum", [])
    if not isinstance(enum, list) or not all(isinstance(word, str) for word in enum):
        yield "enum: not a list of texts", "quote words such as 'yes', 'no', 'on', 'off'"
    for side in ("min", "max"):
        if side in spec and not _is_number(spec[side]):
            yield f"{side}: not a number", ""
    length = spec.get("max_length", DEFAULT_TEXT_BYTES)
    if not _is_number(length) or isinstance(length, float) or not 0 < length <= MAX_TEXT_BYTES:
        yield f"max_length: not 1 to {MAX_TEXT_BYTES} bytes", ""
    if "pattern" in spec and not _is_pattern(spec["pattern"]):
        yield "pattern: not a regular expression", ""


def _is_number(value: object) -> bool:
    # YAML's true is a number to Python
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_pattern(text: object) -> bool:
    from gitledger.ledger.patterns import is_pattern  # noqa: PLC0415 - few columns have one

    return is_pattern(text)


def _key(source: Any, names: set[str], where: str, problems: list[Problem]) -> tuple[str, ...]:
    if not isinstance(source, list):
        problems.append(Problem(where, "key: not a list of columns"))
        return ()
    problems += [
        Problem(where, f"key: no column {name!r}") for name in source if str(name) not in names
    ]
    return tuple(str(name) for name in source)


def _csv(
    source: Any, names: set[str], where: str, problems: list[Problem]
) -> tuple[tuple[str, str], ...]:
    if not isinstance(source, Mapping):
        problems.append(Problem(where, "csv: not a map of header to column"))
        return ()
    for header, name in source.items():
        if str(name) not in names | set(ENVELOPE):
            problems.append(Problem(where, f"csv: {header} names no column {name!r}"))
    return tuple((str(header), str(name)) for header, name in source.items())


def check(
    values: Mapping[str, Any], schema: Schema, where: str = ""
) -> tuple[dict[str, Value], list[Problem]]:
    """Canonical values in column order, and every problem that keeps them from being a row."""
    place = f"{where}, " if where else ""
    problems = [
        Problem(f"{place}column {name}", f"{schema.ledger} has no such column",
                f"columns: {', '.join(schema.by_name)}", "unknown-column")
        for name in values
        if name not in schema.by_name
    ]  # fmt: skip
    checked: dict[str, Value] = {}
    for column in schema.columns:
        value = values.get(column.name)
        if value is None:
            if column.required:
                hint = f"one of {', '.join(column.enum)}" if column.enum else "give it a value"
                problems.append(
                    Problem(f"{place}column {column.name}", "is required", hint, "required")
                )
            continue
        try:
            checked[column.name] = _admit(value, column)
        except WrongValue as error:
            problems.append(
                Problem(f"{place}column {column.name}", str(error), _hint(column), "value")
            )
    return checked, problems


def _admit(value: Any, column: Column) -> Value:
    if column.type == "list":
        return items(value, column.items)
    admitted = CHECKS[column.type](value)
    if isinstance(admitted, str):
        if column.enum and admitted not in column.enum:
            raise WrongValue(f"is {kind(admitted)}, not one of {', '.join(column.enum)}")
        # a character takes four bytes at most: short text need not be encoded to be measured
        if 4 * len(admitted) > column.max_length < len(admitted.encode()):
            raise WrongValue(f"is longer than {column.max_length} bytes")
        if column.pattern:
            from gitledger.ledger.patterns import require  # noqa: PLC0415 - few columns have one

            require(admitted, column.pattern)
    elif isinstance(admitted, int | Decimal):
        if column.min is not None and admitted < column.min:
            raise WrongValue(f"is {admitted}, less than {column.min}")
        if column.max is not None and admitted > column.max:
            raise WrongValue(f"is {admitted}, more than {column.max}")
    return admitted


def _hint(column: Column) -> str:
    words = [column.title or column.name, column.type]
    if column.unit:
        words.append(f"in {column.unit}")
    if column.max_length < MAX_TEXT_BYTES and column.type == "text":
        words.append(f"up to {column.max_length} bytes; larger evidence goes in by its hash")
    return ", ".join(words)
