"""Rows that hold as they stand: a yes is `check`'s own, and what `check` writes is one."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from things import COLUMNS, schema

from gitledger.ledger.schema import check

ODD: dict[str, dict[str, Any]] = {
    "share": {"type": "number", "max": 1},
    "free": {"type": "number"},
    "maps": {"type": "list", "items": "map"},
    "code": {"type": "text", "pattern": "[A-Z]+"},
    "odd": {"type": "date", "enum": ["2026-11-23"]},
    "short": {"type": "sha256", "max_length": 63},
    "yes": {"type": "boolean", "min": 1},
}
THINGS = schema(columns=COLUMNS | ODD)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**54), 2**54),
    st.decimals(allow_nan=True),
    st.sampled_from([Decimal(t) for t in ("0.5", "-0.0", "1E+2", "0.1234567890123456", "1E-31")]),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from(["open", "2026-11-23", "2026-02-30", "a" * 40, "a" * 64, "a" * 16, "a\x1bb"]),
    st.sampled_from(["2026-11-23T10:00:00Z", "2026-11-23T10:00:00.10Z", "2026-13-23T10:00:00Z"]),
    st.sampled_from(["\ud800", "é" * 5, "7", "AB"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), inner, max_size=3),
    ),
    max_leaves=6,
)
GIVEN = st.lists(st.sampled_from([*(COLUMNS | ODD), "zzz"]), unique=True).flatmap(
    lambda names: st.fixed_dictionaries(dict.fromkeys(names, VALUES))
)


def alike(one: object, other: object) -> bool:
    """Equal, of the same types and in the same order all the way down."""
    return repr(one) == repr(other)


@given(values=GIVEN, name=st.sampled_from(["a", "b" * 9]))
def test_a_yes_is_what_check_says(values: dict[str, Any], name: str) -> None:
    """Whatever is given: these very values, in this order, and no problem."""
    given_ = {"name": name, **values}
    if THINGS.holds(given_):
        assert alike(check(given_, THINGS), (given_, []))


@given(values=GIVEN)
def test_what_check_writes_holds(values: dict[str, Any]) -> None:
    """A yes is the rule: only what is rare or slow is left to `check`."""
    checked, _ = check({"name": "a", **values}, THINGS)
    left = {name: checked[name] for name in checked if name not in {"code", "odd", "short", "yes"}}
    assert THINGS.holds(left) == ("name" in left)


DEEP: Any = "x"
for _ in range(9):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "a", "zzz": 1},
        {"count": 2, "name": "a"},
        {"name": "a", "count": True},
        {"name": "a", "count": 10},
        {"name": "a", "share": Decimal("1.5")},
        {"name": "a", "free": Decimal("-0.0")},
        {"name": "a", "free": Decimal("1E+2")},
        {"name": "a", "free": 0.5},
        {"name": "a", "at": "2026-02-30T10:00:00Z"},
        {"name": "a", "tags": ["a"]},
        {"name": "a", "extra": DEEP},
        {"name": "a", "extra": {"a": None}},
        {"name": "é" * 5},
        {"name": None},
    ],
)
def test_what_is_not_a_rows_is_a_no(values: dict[str, Any]) -> None:
    """Missing, unknown, out of order, of another type, beyond bounds, written otherwise."""
    assert not THINGS.holds(values)
