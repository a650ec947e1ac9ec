"""Column types: which values each admits, and how a person's text becomes one.

Pure. Every check returns the canonical value or the sentence that says what is wrong.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from gitledger.ledger.row import ID_DIGITS, Value

MAX_INTEGER = 2**53 - 1  # beyond it, other JSON readers lose digits
MAX_DIGITS = 15  # a double holds 15 decimal digits; more is dust
MAX_DEPTH = 8
DEFAULT_TEXT_BYTES = 4096

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ud800-\udfff]")
HEX = {40: re.compile(r"[0-9a-f]{40}\Z"), 64: re.compile(r"[0-9a-f]{64}\Z")}
ROW_ID = re.compile(rf"[0-9a-f]{{{ID_DIGITS}}}\Z")
CANONICAL_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{0,5}[1-9])?Z\Z"
)
WHOLE = re.compile(r"[+-]?\d+\Z")
WORDS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type and the bounds of its values. `max_length` is in UTF-8 bytes."""

    name: str
    type: str
    items: str = "text"
    required: bool = False
    unit: str = ""
    title: str = ""
    enum: tuple[str, ...] = ()
    min: Decimal | None = None
    max: Decimal | None = None
    pattern: str = ""
    max_length: int = DEFAULT_TEXT_BYTES

    @property
    def listed(self) -> tuple[str, ...]:
        """The type of a list's items, nothing for a column of another type."""
        return (self.items,) if self.type == "list" else ()


class WrongValue(ValueError):
    """A value that its column does not admit; the message says why."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongValue(f"is {kind(value)}, not text")
    if not value.isprintable() and (bad := CONTROL.search(value)):
        raise WrongValue(f"holds the control character U+{ord(bad[0]):04X}")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, str) and WHOLE.match(value.strip()) and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongValue(f"is {kind(value)}, not a whole number")
    if abs(value) > MAX_INTEGER:
        raise WrongValue(f"is beyond +-{MAX_INTEGER}")
    return value


def _number(value: Any) -> int | Decimal:
    if isinstance(value, bool):
        raise WrongValue("is a yes/no value, not a number")
    if isinstance(value, int) or (isinstance(value, str) and WHOLE.match(value.strip())):
        return _integer(value)
    if isinstance(value, float):
        value = format(value, ".12g")  # a computed float carries dust beyond that
    try:
        exact = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise WrongValue(f"is {kind(value)}, not a number") from None
    return _plain(exact)


def _plain(exact: Decimal) -> int | Decimal:
    """The decimal in plain notation, as written; integral only when it was written so."""
    if not exact.is_finite():
        raise WrongValue("is not a finite number")
    sign, digits, exponent = exact.as_tuple()
    if len(digits) > MAX_DIGITS or abs(int(exponent)) > 2 * MAX_DIGITS:
        raise WrongValue(f"has more than {MAX_DIGITS} digits")
    if int(exponent) >= 0:
        return _integer(int(exact))
    return exact if sign == 0 or exact else exact.copy_abs()


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = WORDS.get(value.strip().lower()) if isinstance(value, str) else None
    if word is None:
        raise WrongValue(f"is {kind(value)}, not true or false")
    return word


def canonical_time(value: str | datetime) -> str:
    """RFC 3339 UTC with `Z`; a fraction only when there is one. Raises ValueError."""
    if isinstance(value, str) and CANONICAL_TIME.match(value):
        datetime.fromisoformat(value)
        return value
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise ValueError("has no zone")
    utc = moment.astimezone(UTC)
    text = utc.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f".{utc.microsecond:06d}".rstrip("0") if utc.microsecond else ""
    return f"{utc.year:04d}{text[text.index('-') :]}{fraction}Z"


def recording_time(moment: datetime) -> str:
    """The envelope's form: always with microseconds, so that names sort by time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _timestamp(value: Any) -> str:
    if not isinstance(value, str | datetime):
        raise WrongValue(f"is {kind(value)}, not a time")
    try:
        return canonical_time(value)
    except (ValueError, OverflowError) as error:
        why = "has no zone" if "zone" in str(error) else "is not an ISO time"
        raise WrongValue(f"{why}: {value}") from None


def _date(value: Any) -> str:
    text = value.isoformat() if isinstance(value, date) else value
    try:
        return date.fromisoformat(text).isoformat()
    except (ValueError, TypeError):
        raise WrongValue("is not a date like 2026-11-23") from None


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not pattern.match(value):
            raise WrongValue(f"is not {what}")
        return value

    return check


def _free(value: Any, depth: int = 0) -> Value:
    """Any JSON value without nulls, floats made decimal; the type of list items and maps."""
    if depth > MAX_DEPTH:
        raise WrongValue(f"is nested deeper than {MAX_DEPTH}")
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        return {_text(k): _free(v, depth + 1) for k, v in value.items() if v is not None}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return tuple(_free(item, depth + 1) for item in value)
    raise WrongValue(f"is {kind(value)}, which a row cannot hold")


def _map(value: Any) -> Value:
    if not isinstance(value, Mapping):
        raise WrongValue(f"is {kind(value)}, not a map")
    return _free(value)


CHECKS: Mapping[str, Callable[[Any], Value]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "date": _date,
    "commit": _matching(HEX[40], "a full commit id (40 hex digits)"),
    "sha256": _matching(HEX[64], "a SHA-256 (64 hex digits)"),
    "row": _matching(ROW_ID, f"a row id ({ID_DIGITS} hex digits)"),
    "map": _map,
}


def items(value: Any, item_type: str) -> tuple[Value, ...]:
    """A list column's value, each item checked; the message names the first wrong item."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, Sequence):
        raise WrongValue(f"is {kind(value)}, not a list")
    checked = []
    for place, item in enumerate(value):
        try:
            checked.append(CHECKS[item_type](item))
        except WrongValue as error:
            raise WrongValue(f"item {place} {error}") from None
    return tuple(checked)


def kind(value: Any) -> str:
    """A short name of what was given, for a message."""
    if isinstance(value, str):
        shown = value if len(value) <= 40 else value[:37] + "..."
        return repr(shown)
    names = {bool: "true/false", int: "a whole number", float: "a number", dict: "a map"}
    names |= {list: "a list", tuple: "a list", Decimal: "a number", type(None): "nothing"}
    return names.get(type(value), type(value).__name__)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with `Z`, to the second."""
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return whole.isoformat().replace("+00:00", "Z")
