"""Whether values are a row's as they stand: the yes of `schema.check`, compiled once a definition.

A proof asks this of every row of a history, and nearly all are as a writer left them: a yes has to
be cheap, and right. Whatever is not plainly sound is a no; `schema.check` then says what is wrong
with it, or that nothing is. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from gitledger.ledger.values import (
    CANONICAL_TIME,
    CHECKS,
    CONTROL,
    HEX,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_INTEGER,
    ROW_ID,
    Column,
    WrongValue,
)

Accepts = Callable[[Any], bool]
LONGEST = 64  # characters of a text that is of no free form: a SHA-256
SHAPES = 256  # sets of columns that are remembered: optional ones may make any number


def row_check(columns: Sequence[Column]) -> Accepts:
    """Whether a mapping holds just these columns, in order, none required missing, all sound."""
    order = {column.name: place for place, column in enumerate(columns)}
    required = {column.name for column in columns if column.required}
    accepts = {column.name: _accepts(column) for column in columns}
    shapes: dict[tuple[str, ...], tuple[Accepts, ...] | None] = {}

    def shape_of(names: tuple[str, ...]) -> tuple[Accepts, ...] | None:
        if not required <= {*names} <= order.keys():
            return None
        in_order = sorted(names, key=order.__getitem__) == [*names]
        return tuple(accepts[name] for name in names) if in_order else None

    def sound(values: Mapping[str, Any]) -> bool:
        names = tuple(values)
        if names not in shapes:
            if len(shapes) >= SHAPES:
                shapes.clear()
            shapes[names] = shape_of(names)
        shape = shapes[names]
        if shape is None:
            return False
        for accept, value in zip(shape, values.values(), strict=True):  # noqa: SIM110 - a call less
            if not accept(value):
                return False
        return True

    return sound


def _accepts(column: Column) -> Accepts:
    """Whether a value is one of a column's; what is rare or slow to say is left to `check`."""
    if column.type == "list":
        item = KINDS[column.items]
        return lambda value: value.__class__ is tuple and all(map(item, value))
    if column.type == "map":
        return _map
    if column.pattern:
        return _never
    if column.type == "text":
        return _text_of(column)
    bounded = column.min is not None or column.max is not None
    if column.type in {"integer", "number"}:
        return _within(KINDS[column.type], column) if bounded else KINDS[column.type]
    odd = bool(column.enum) or bounded or column.max_length < LONGEST
    return _never if odd else KINDS[column.type]


def _text_of(column: Column) -> Accepts:
    most = column.max_length
    if column.enum:
        words = frozenset(w for w in column.enum if _text(w) and len(w.encode()) <= most)
        return lambda value: value.__class__ is str and value in words

    def short(value: Any) -> bool:
        return _text(value) and (4 * len(value) <= most or len(value.encode()) <= most)

    return short


def _within(accept: Accepts, column: Column) -> Accepts:
    least, most = column.min, column.max

    def bounded(value: Any) -> bool:
        if not accept(value):
            return False
        return (least is None or value >= least) and (most is None or value <= most)

    return bounded


def _never(_value: Any) -> bool:
    return False


def _text(value: Any) -> bool:
    return value.__class__ is str and (value.isprintable() or CONTROL.search(value) is None)


def _integer(value: Any) -> bool:
    return value.__class__ is int and -MAX_INTEGER <= value <= MAX_INTEGER


def _number(value: Any) -> bool:
    """A number as it is written: an integral decimal is written as a whole one, nought unsigned."""
    if value.__class__ is not Decimal:
        return _integer(value)
    sign, digits, exponent = value.as_tuple()
    if exponent.__class__ is not int or not -2 * MAX_DIGITS <= exponent < 0:
        return False
    return len(digits) <= MAX_DIGITS and (not sign or bool(value))


def _boolean(value: Any) -> bool:
    return value.__class__ is bool


def _moment(value: Any) -> bool:
    if value.__class__ is not str or CANONICAL_TIME.match(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _date(value: Any) -> bool:
    try:
        return value.__class__ is str and CHECKS["date"](value) == value
    except WrongValue:
        return False


def _commit(value: Any) -> bool:
    return value.__class__ is str and HEX[40].match(value) is not None


def _sha256(value: Any) -> bool:
    return value.__class__ is str and HEX[64].match(value) is not None


def _row(value: Any) -> bool:
    return value.__class__ is str and ROW_ID.match(value) is not None


def _map(value: Any) -> bool:
    return value.__class__ is dict and _free(value, 0)


def _free(value: Any, depth: int) -> bool:
    """Any JSON value that a map may hold, no deeper than it may be."""
    kind = value.__class__ if depth <= MAX_DEPTH else None
    if kind is str:
        return value.isprintable() or CONTROL.search(value) is None
    if kind is dict:
        below = depth + 1
        for name, item in value.items():  # noqa: SIM110 - in `all` it takes twice as long
            if not (_text(name) and _free(item, below)):
                return False
        return True
    if kind is tuple:
        return all(_free(item, depth + 1) for item in value)
    return kind is bool or (kind is not None and _number(value))


KINDS: Mapping[str, Accepts] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "timestamp": _moment,
    "date": _date,
    "commit": _commit,
    "sha256": _sha256,
    "row": _row,
    "map": _map,
}
