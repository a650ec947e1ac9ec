"""A row to its canonical bytes and back. Pure; the one owner of msgspec.

The bytes are UTF-8 JSON: the envelope first, then the columns in schema order, one key a line
so that a diff reads, a final newline. The row id is the first 16 hex digits of their SHA-256.
`encode` re-reads what it wrote before handing it out.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from operator import add
from typing import Any

import msgspec

from gitledger.errors import FormatUnknown, LedgerDamaged
from gitledger.ledger.row import ENVELOPE, FORMAT, ID_DIGITS, Row, Value
from gitledger.ledger.values import WrongValue

MAX_ROW_BYTES = 65536
SUMMARY = 72  # characters, as a commit's subject has at most

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_NESTED = (list, dict)


def row_id(data: bytes) -> str:
    """The id of a row: the first 16 hex digits of the SHA-256 of its exact bytes."""
    return sha256(data).hexdigest()[:ID_DIGITS]


def encode(row: Row) -> tuple[Row, bytes]:
    """The row with its id, and its canonical bytes. Raises WrongValue when it is too large."""
    data = _render(row)
    if len(data) > MAX_ROW_BYTES:
        raise WrongValue(f"the row takes {len(data)} bytes; {MAX_ROW_BYTES} is the most")
    named = row._replace(id=row_id(data))
    if decode(data) != named:
        raise WrongValue("the row does not read back as it was written")
    return named, data


def _render(row: Row) -> bytes:
    """The lines of a row: all values are encoded at once, as a proof renders every row again."""
    cells = (FORMAT, row.ledger, row.recorded_at, row.agent, row.tool, *row.values.values())
    told = _encoder.encode_lines(cells).split(b"\n")  # a line end within a text is escaped
    return b"{\n" + b",\n".join(map(add, _heads(tuple(row.values)), told)) + b"\n}\n"


@lru_cache(maxsize=1024)
def _heads(names: tuple[str, ...]) -> tuple[bytes, ...]:
    """What stands before each value: the envelope's names, then the columns'."""
    return tuple(b"  %s: " % _encoder.encode(name) for name in (*ENVELOPE, *names))


def decode(data: bytes, row_id_known: str = "") -> Row:
    """The row of some bytes; `row_id_known` spares the hash where a path already names it.

    Raises LedgerDamaged for bytes that are no row, FormatUnknown for a newer format.
    """
    try:
        value = _decoder.decode(data)
    except _UNREADABLE as error:
        raise LedgerDamaged(f"not a row: {error}", "run `gitledger verify`") from None
    if not isinstance(value, dict):
        raise LedgerDamaged("not a row: not a JSON object", "run `gitledger verify`")
    try:
        take = value.pop
        version, ledger = take("gitledger"), take("ledger")
        recorded_at, agent, tool = take("recorded_at"), take("agent"), take("tool")
    except KeyError as missing:
        raise LedgerDamaged(f"not a row: no {missing}", "run `gitledger verify`") from None
    if version != FORMAT:
        raise FormatUnknown(
            f"row format {version!r} is not known here (this program writes {FORMAT})",
            "update gitledger, or ask who wrote the row which version they run",
        )
    if b"[" in data:
        try:
            value = frozen(value)
        except RecursionError:  # the decoder goes deeper than Python does
            what = "not a row: nested without end"
            raise LedgerDamaged(what, "run `gitledger verify`") from None
    return Row(ledger, recorded_at, agent, tool, value, row_id_known or row_id(data))


def frozen(value: Any) -> Any:
    """Lists as tuples, all the way down; maps stay, they are fresh from the decoder.

    Most items are scalars: they cost no call.
    """
    if value.__class__ is list:
        return tuple([frozen(item) if item.__class__ in _NESTED else item for item in value])
    for name, item in value.items():
        if item.__class__ in _NESTED:
            value[name] = frozen(item)
    return value


def is_canonical(row: Row, data: bytes) -> bool:
    """Whether these bytes are the ones that `encode` writes for the row, key order included."""
    return _render(row) == data


def encode_json(value: Any, *, indent: int = 0) -> bytes:
    """Any plain value as JSON, decimals as numbers; for exports and compiled definitions."""
    data = _encoder.encode(value)
    return msgspec.json.format(data, indent=indent) if indent else data


def decode_json(data: bytes | str) -> Any:
    """Any JSON as plain values, fractions as Decimal. Raises LedgerDamaged with the place."""
    try:
        return _decoder.decode(data)
    except _UNREADABLE as error:
        raise LedgerDamaged(f"not JSON: {error}") from None


def summary(values: Mapping[str, Value]) -> str:
    """The first few short values of a row, for one line of a log or a commit message."""
    words = [str(v) for v in values.values() if isinstance(v, str | int | Decimal)]
    return " ".join(word for word in words if len(word) <= 40 and "\n" not in word)[:SUMMARY]
