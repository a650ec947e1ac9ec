"""The document of a bucket: what is packed is unpacked the same, and nothing else is."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.ledger.bucket import LEFT_OUT, outline_of, pack, unpack
from gitledger.ledger.row import Outline, Row

TREE = bytes(range(20))
WHEN = "2026-11-23T13:42:26.000001Z"
PLAIN = st.one_of(
    st.text(max_size=9), st.integers(-9, 9), st.booleans(), st.decimals(-9, 9, places=2)
)
NESTED = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
    max_leaves=9,
)
VALUES = st.dictionaries(st.sampled_from("abc"), NESTED)


def outline(values: Any) -> Outline:
    """An outline with these columns."""
    return Outline("notes", WHEN, "main", "gitledger 1", values, "0123456789abcdef")


@given(st.lists(VALUES, max_size=5))
@settings(max_examples=150, deadline=None)
def test_outlines_come_back_as_they_were(many: list[Any]) -> None:
    """Numbers keep their digits and lists are tuples, however a column is nested."""
    given_rows = [outline(values) for values in many]
    assert repr(unpack(pack(given_rows, "notes", TREE), "notes", TREE)) == repr(given_rows)


@pytest.mark.parametrize(("ledger", "tree"), [("facts", TREE), ("notes", TREE[::-1])])
def test_a_document_belongs_to_its_bucket(ledger: str, tree: bytes) -> None:
    """That of another ledger or another tree is none."""
    data = pack([outline({"a": Decimal("1.0")})], "notes", TREE)
    assert unpack(data, ledger, tree) is None


def test_an_outline_lacks_the_pane() -> None:
    """Of a snapshot the text is left out, which no measure reads; all else stands."""
    row = Row("snapshots", WHEN, "main", "t", {"window": "W", LEFT_OUT["snapshots"]: "p"}, "0" * 16)
    assert outline_of(row) == Outline("snapshots", WHEN, "main", "t", {"window": "W"}, "0" * 16)


def test_other_outlines_lack_nothing() -> None:
    """A ledger without such a text has its rows' columns whole."""
    row = Row("notes", WHEN, "main", "t", {"text": "kept"}, "0" * 16)
    assert outline_of(row).values == row.values
