"""The card's bytes: stable, free of nulls and dust, and told apart to the leaf."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.decision.card import (
    Card,
    CardSource,
    bare,
    canonical,
    card_id,
    differences,
    recordable,
)
from gitledger.decision.ruling import Ruling

CARD = Card(
    subject="W0-01",
    kind="window",
    ruling=Ruling("GO", "window.go", ("churn measured",), ("a failing evidence row",)),
    source=CardSource("c" * 40, "2026-11-23T12:00:00.000000Z", "d" * 64, "0.1.0"),
    completeness=(("before", True), ("after", False)),
    estimates=({"name": "features_per_pp", "value": 0.232323, "low": None},),
    rows=("0123456789abcdef",),
)

leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    leaves | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


def test_a_card_has_one_id_for_one_content():
    """The id is the hash of the canonical bytes."""
    assert CARD.id == card_id(CARD.content())
    assert len(CARD.id) == 16


def test_a_recorded_card_comes_back_with_the_same_bytes():
    """Floats become decimals in a row and the same bytes again."""
    kept = recordable(CARD.content())
    assert kept["estimates"][0]["value"] == Decimal("0.232323")
    assert canonical(kept) == canonical(CARD.content())
    assert differences(kept, CARD.content()) == ()


def test_unknown_values_are_absent():
    """No null gets into a row."""
    assert "low" not in CARD.content()["estimates"][0]
    assert "windows_needed" not in CARD.content()


def test_a_difference_is_named_to_the_leaf():
    """Path, old value, new value."""
    other = CARD.content() | {"verdict": "NO-GO"}
    assert differences(CARD.content(), other) == ("verdict: was 'GO', is 'NO-GO'",)


def test_completeness_counts_and_names():
    """1 of 2, AFTER is missing."""
    assert CARD.content()["completeness"] == {"have": 1, "of": 2, "missing": ["after"]}


def test_many_rows_are_hashed_and_counted():
    """A card stays small; the hash covers every id."""
    rows = tuple(f"{i:016x}" for i in range(1000))
    big = Card("WEEK0", "week", CARD.ruling, CARD.source, rows=rows).content()
    assert (len(big["rows"]), big["rows_total"]) == (400, 1000)


@settings(max_examples=100)
@given(st.dictionaries(st.text(max_size=3), values, max_size=4))
def test_recording_never_changes_the_bytes(content):
    """Any JSON-like content survives a row."""
    assert canonical(recordable(bare(content))) == canonical(content)
