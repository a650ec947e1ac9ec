"""JSON and JSON lines out of text, with exact decimals and no surprises.

Depends on the standard library only. Values of the wrong kind read as None: the feeds are other
people's, and a field that changed its type is a missing field, not a crash.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

# in seconds this is the year 5138: a larger number counts milliseconds
EPOCH_MILLISECONDS = 100_000_000_000
PLACES = Decimal("0.0001")
FENCED = re.compile(r"^ *(?:```|~~~)[^\n`]*\n(.*?)^ *(?:```|~~~)[ \t]*$", re.DOTALL | re.MULTILINE)
QUOTED = re.compile(r"^[ \t]*> ?", re.MULTILINE)
Number = int | Decimal


def decode(text: str) -> object | None:
    """One JSON value, or None when the text is not exactly one."""
    try:
        value: object = json.loads(text, parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError, ArithmeticError):
        # 1e999999999 and brackets a thousand deep
        return None
    return value


def documents(text: str) -> tuple[Mapping[str, object], ...]:
    """The JSON objects of a text: the whole text, or one for each line that is one."""
    stripped = strip_fences(text.strip().lstrip("\ufeff"))
    if not stripped.startswith(("{", "[")):
        return ()
    whole = decode(stripped)
    if whole is None:
        return tuple(found for found in map(line_object, stripped.splitlines()) if found)
    return tuple(item for item in as_list(whole) or [whole] if isinstance(item, Mapping))


def strip_fences(text: str) -> str:
    """The JSON in a text that people wrapped: between Markdown fences, quoted, or behind a prompt.

    A text that begins with JSON is left alone, also when its strings hold fences.
    """
    if text.startswith(("{", "[")):
        return text
    if text.startswith(">"):
        text = QUOTED.sub("", text)
    blocks = [block.strip() for block in FENCED.findall(text)] or [text[text.find("\n{") + 1 :]]
    found = next((block for block in blocks if block.startswith(("{", "["))), "")
    return found or text


def line_object(line: str) -> Mapping[str, object]:
    """The JSON object a line holds, empty when it holds none."""
    if not line.lstrip().startswith("{"):
        return {}
    return as_map(decode(line))


def broken_lines(text: str) -> tuple[int, ...]:
    """Numbers (from 1) of non-blank lines that hold no JSON object."""
    lines = enumerate(text.splitlines(), start=1)
    return tuple(n for n, line in lines if line.strip() and not line_object(line))


def as_map(value: object) -> Mapping[str, object]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: object) -> Sequence[object]:
    """The value if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def as_number(value: object) -> Number | None:
    """The value if it is a finite number without float dust, else None."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return tidy(value)


def as_int(value: object) -> int | None:
    """The value if it is a whole number, else None."""
    number = as_number(value)
    return int(number) if number is not None and number == int(number) else None


def as_count(value: object) -> int | None:
    """The value if it is a whole number of 0 or more, else None."""
    number = as_int(value)
    return number if number is not None and number >= 0 else None


def tidy(value: Number) -> Number | None:
    """The number to four decimals, an int where nothing follows the point."""
    if isinstance(value, int):
        return value
    try:
        rounded = value.quantize(PLACES).normalize()
    except InvalidOperation:
        return None
    whole = rounded.to_integral_value()
    return int(whole) if whole == rounded else rounded


def epoch_moment(value: object, *, whole_seconds: bool = True) -> datetime | None:
    """UTC from seconds or milliseconds since 1970, a fraction as `iso_moment` has it.

    Zero means no time known.
    """
    number = as_number(value)
    if number is None or number <= 0:
        return None
    seconds = number / 1000 if number >= EPOCH_MILLISECONDS else number
    try:
        utc = datetime.fromtimestamp(float(seconds), UTC)
    except (OverflowError, ValueError, OSError):  # each is how some platform says: no such year
        return None
    return utc.replace(microsecond=0) if whole_seconds else utc


def iso_moment(value: object, *, whole_seconds: bool = True) -> datetime | None:
    """UTC from ISO text with a zone; a fraction of a second is dropped, never rounded up."""
    try:
        moment = datetime.fromisoformat(as_text(value))
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        return None
    return utc.replace(microsecond=0) if whole_seconds else utc
