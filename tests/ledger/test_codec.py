"""The codec: what is written reads back the same, byte for byte and value for value."""

import json
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitledger.errors import FormatUnknown, LedgerDamaged
from gitledger.ledger import codec
from gitledger.ledger.row import Row
from gitledger.ledger.schema import check, parse_schema
from gitledger.ledger.values import MAX_INTEGER, WrongValue

WHEN = "2026-11-23T13:42:26.000001Z"
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
NUMBER = st.one_of(
    st.integers(-MAX_INTEGER, MAX_INTEGER),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
    ),
)
FREE = st.recursive(
    st.one_of(TEXT, NUMBER, st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)
DEFINITION = {
    "gitledger": 1,
    "ledger": "any",
    "columns": {
        "text": {"type": "text"},
        "number": {"type": "number"},
        "flag": {"type": "boolean"},
        "many": {"type": "list", "items": "map"},
        "free": {"type": "map"},
    },
}
SCHEMA, _ = parse_schema(DEFINITION, "any")
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXT,
        "number": NUMBER,
        "flag": st.booleans(),
        "many": st.lists(st.dictionaries(TEXT, FREE, max_size=3), max_size=3),
        "free": st.dictionaries(TEXT, FREE, max_size=3),
    },
)


def row(**values: object) -> Row:
    """A row of the ledger `any` with these values, as given."""
    return Row("any", WHEN, "main", "test 1", values)  # type: ignore[arg-type]


@given(VALUES)
def test_round_trip(values: dict[str, object]) -> None:
    """Every admissible row reads back as it was, and its bytes are stable."""
    assert SCHEMA is not None
    checked, problems = check(values, SCHEMA)
    assert problems == []
    named, data = codec.encode(row(**checked))
    assert codec.decode(data) == named
    assert codec.encode(codec.decode(data))[1] == data
    assert codec.is_canonical(codec.decode(data), data)


@given(VALUES)
def test_bytes_are_plain_json(values: dict[str, object]) -> None:
    """Another JSON reader sees the envelope first and every key on a line of its own."""
    assert SCHEMA is not None
    checked, _ = check(values, SCHEMA)
    _, data = codec.encode(row(**checked))
    assert list(json.loads(data))[:5] == ["gitledger", "ledger", "recorded_at", "agent", "tool"]
    assert data.count(b"\n") == len(json.loads(data)) + 2


def test_id_is_the_hash_of_the_bytes() -> None:
    """The id is the start of the SHA-256 of exactly what is written."""
    named, data = codec.encode(row(text="x"))
    assert named.id == sha256(data).hexdigest()[:16]


def test_decimals_stay_as_written() -> None:
    """12.50 is written as 12.50, not as 12.5."""
    _, data = codec.encode(row(number=Decimal("12.50")))
    assert b'"number": 12.50' in data


def test_next_line_character_survives() -> None:
    """A separator that other formats turn into a line break comes back whole."""
    named, data = codec.encode(row(text="a\u2028b"))
    assert codec.decode(data).values["text"] == named.values["text"] == "a\u2028b"


def test_newer_format_is_refused() -> None:
    """A row of a newer format is refused with advice, not guessed at."""
    _, data = codec.encode(row(text="x"))
    with pytest.raises(FormatUnknown, match="format 2"):
        codec.decode(data.replace(b'"gitledger": 1', b'"gitledger": 2'))


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"gitledger": 1}', b"\xff", b"null"])
def test_broken_bytes_are_damage(data: bytes) -> None:
    """Bytes that are no row are named so."""
    with pytest.raises(LedgerDamaged):
        codec.decode(data)


@pytest.mark.parametrize("depth", [600, 5000])
def test_lists_without_end_are_damage(depth: int) -> None:
    """Deeper than Python goes, or than the decoder does: neither is a row, and neither a bug."""
    row = b'{"gitledger":1,"ledger":"l","recorded_at":"","agent":"a","tool":"t","v":%s}'
    with pytest.raises(LedgerDamaged, match="not a row"):
        codec.decode(row % (b"[" * depth + b"]" * depth))


def test_row_has_a_size_limit() -> None:
    """What cannot be taken back may not be large."""
    with pytest.raises(WrongValue, match="65536"):
        codec.encode(row(free={str(n): "x" * 4000 for n in range(20)}))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b'": ', b'":'),
        lambda data: data.rstrip(b"\n"),
        lambda data: data.replace(b"{\n", b'{\n  "text": "first",\n', 1),
        lambda data: data + b"\n",
    ],
)
def test_other_spellings_are_not_canonical(change: object) -> None:
    """The same row in other bytes is told apart."""
    _, data = codec.encode(row(text="x", flag=True))
    other = change(data)  # type: ignore[operator]
    assert not codec.is_canonical(codec.decode(other), other)
