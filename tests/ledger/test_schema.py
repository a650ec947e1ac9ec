"""Definitions and the rows they admit: every problem named, nothing guessed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from things import COLUMNS, definition, schema

from gitledger.ledger.evolution import contradictory, weakenings
from gitledger.ledger.schema import check, parse_schema
from gitledger.ledger.values import canonical_time


@pytest.mark.parametrize(
    ("values", "column", "why"),
    [
        ({}, "name", "is required"),
        ({"name": "x" * 9}, "name", "longer than 8 bytes"),
        ({"name": "é" * 5}, "name", "longer than 8 bytes"),
        ({"name": "a\x1bb"}, "name", "control character U+001B"),
        ({"name": "a\ud800"}, "name", "control character U+D800"),
        ({"name": 3}, "name", "not text"),
        ({"name": "a", "state": "shut"}, "state", "not one of open, done"),
        ({"name": "a", "count": "3.5"}, "count", "not a whole number"),
        ({"name": "a", "count": True}, "count", "not a whole number"),
        ({"name": "a", "count": 10}, "count", "more than 9"),
        ({"name": "a", "count": -1}, "count", "less than 0"),
        ({"name": "a", "count": 2**60}, "count", "beyond"),
        ({"name": "a", "share": "nan"}, "share", "not a finite number"),
        ({"name": "a", "share": float("inf")}, "share", "not a finite number"),
        ({"name": "a", "share": "0.1234567890123456"}, "share", "more than 15 digits"),
        ({"name": "a", "share": "1e400"}, "share", "more than 15 digits"),
        ({"name": "a", "share": "half"}, "share", "not a number"),
        ({"name": "a", "at": "yesterday"}, "at", "not an ISO time"),
        ({"name": "a", "at": "2026-11-23T10:00"}, "at", "no zone"),
        ({"name": "a", "day": "23.11.2026"}, "day", "not a date"),
        ({"name": "a", "sha": "abc"}, "sha", "not a full commit id"),
        ({"name": "a", "digest": "A" * 64}, "digest", "not a SHA-256"),
        ({"name": "a", "ref": "12"}, "ref", "not a row id"),
        ({"name": "a", "flag": "maybe"}, "flag", "not true or false"),
        ({"name": "a", "tags": 3}, "tags", "not a list"),
        ({"name": "a", "tags": ["ok", 3]}, "tags", "item 1"),
        ({"name": "a", "extra": "x"}, "extra", "not a map"),
        ({"name": "a", "code": "w-1"}, "code", "not of the form"),
        ({"name": "a", "colour": "red"}, "colour", "no such column"),
    ],
)
def test_wrong_value_is_named(values: dict[str, Any], column: str, why: str) -> None:
    """A wrong value is one problem that names its column and the reason."""
    _, problems = check(values, schema())
    assert [p.where for p in problems] == [f"column {column}"]
    assert why in problems[0].what


def test_all_problems_come_at_once() -> None:
    """A row with three wrong values has three problems."""
    _, problems = check({"count": "x", "share": 7, "zzz": 1}, schema(), "line 4")
    assert len(problems) == 4
    assert all(problem.where.startswith("line 4, column ") for problem in problems)


@pytest.mark.parametrize(
    ("column", "given_", "stored"),
    [
        ("count", " 7 ", 7),
        ("share", "0.50", Decimal("0.50")),
        ("share", 0.1 + 0.2, Decimal("0.3")),
        ("share", 1, 1),
        ("at", "2026-11-23T14:00:00+01:00", "2026-11-23T13:00:00Z"),
        ("at", "2026-11-23T13:00:00.250Z", "2026-11-23T13:00:00.25Z"),
        ("flag", "yes", True),
        ("tags", "a, b", ("a", "b")),
        ("extra", {"n": 1.5, "gone": None}, {"n": Decimal("1.5")}),
    ],
)
def test_values_become_canonical(column: str, given_: Any, stored: Any) -> None:
    """Text and other forms become the one form that is stored."""
    checked, problems = check({"name": "a", column: given_}, schema())
    assert (problems, checked[column]) == ([], stored)


def test_columns_come_in_schema_order() -> None:
    """The order of the given values does not reach the bytes."""
    checked, _ = check({"share": 1, "count": 2, "name": "a"}, schema())
    assert list(checked) == ["name", "count", "share"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"gitledger": 2}, "is not format 1"),
        ({"ledger": "Big Name"}, "not a name like"),
        ({"ledger": None}, "not a name like"),
        ({"columns": {}}, "none given"),
        ({"columns": {"Agent": {"type": "text"}}}, "not a column name"),
        ({"columns": {"agent": {"type": "text"}}}, "reserved"),
        ({"columns": {"a": "text"}}, "not a map"),
        ({"columns": {"a": {"type": "strng"}}}, "unknown"),
        ({"columns": {"a": {"type": "list", "items": "list"}}}, "items"),
        ({"columns": {"a": {"type": "text", "colour": 1}}}, "unknown key 'colour'"),
        ({"columns": {"a": {"type": "text", "enum": [True]}}}, "not a list of texts"),
        ({"columns": {"a": {"type": "text", "pattern": "("}}}, "regular expression"),
        ({"columns": {"a": {"type": "text", "max_length": 0}}}, "max_length"),
        ({"columns": {"a": {"type": "text", "required": "yes"}}}, "true or false"),
        ({"key": ["nobody"]}, "no column 'nobody'"),
        ({"csv": {"x": "nobody"}}, "names no column"),
        ({"extra": 1}, "unknown key 'extra'"),
    ],
)
def test_wrong_definition_is_named(changes: dict[str, Any], why: str) -> None:
    """A definition with a fault yields no schema and says the fault."""
    parsed, problems = parse_schema(definition(**changes), "things.yaml")
    assert parsed is None
    assert any(why in str(problem) for problem in problems)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"type": "number", "min": 2, "max": 1.5}, "min: 2 is more than max: 1.5"),
        ({"type": "integer", "min": 1, "max": 5, "enum": ["7"]}, "enum: '7' is 7, more than 5"),
        ({"type": "integer", "min": 1, "enum": ["0"]}, "enum: '0' is 0, less than 1"),
        ({"type": "text", "max_length": 3, "enum": ["open"]}, "longer than 3 bytes"),
        ({"type": "text", "pattern": "[a-z]+", "enum": ["A1"]}, "not of the form [a-z]+"),
        ({"type": "date", "enum": ["soon"]}, "enum: 'soon' is not a date"),
    ],
)
def test_a_contradiction_is_named(spec: dict[str, Any], why: str) -> None:
    """A definition that refuses what it names itself is told by its column, with a next step."""
    (found,) = contradictory(schema(columns={"a": spec}), "things.yaml")
    assert (found.where, why in found.what, found.hint != "") == (
        "things.yaml column a",
        True,
        True,
    )


def test_equal_bounds_are_no_contradiction() -> None:
    """One value is left where min is max, and the columns above contradict nothing."""
    columns = {**COLUMNS, "one": {"type": "number", "min": 1, "max": 1}}
    assert contradictory(schema(columns=columns), "things.yaml") == []


def test_schema_may_gain_an_optional_column() -> None:
    """Growing by an optional column is no weakening."""
    grown = {**COLUMNS, "more": {"type": "text"}}
    assert weakenings(schema(), schema(columns=grown)) == []


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({k: v for k, v in COLUMNS.items() if k != "day"}, "schema-dropped-column"),
        ({**COLUMNS, "day": {"type": "text"}}, "schema-changed-type"),
        ({**COLUMNS, "more": {"type": "text", "required": True}}, "schema-required"),
        ({**COLUMNS, "day": {"type": "date", "required": True}}, "schema-required"),
        ({**COLUMNS, "tags": {"type": "list", "items": "row"}}, "schema-changed-type"),
        ({**COLUMNS, "name": {**COLUMNS["name"], "max_length": 7}}, "schema-narrowed"),
        ({**COLUMNS, "name": {**COLUMNS["name"], "enum": ["a"]}}, "schema-narrowed"),
        ({**COLUMNS, "state": {"type": "text", "enum": ["open", "new"]}}, "schema-narrowed"),
        ({**COLUMNS, "count": {"type": "integer", "min": 1, "max": 9}}, "schema-narrowed"),
        ({**COLUMNS, "count": {"type": "integer", "min": 0, "max": 8}}, "schema-narrowed"),
        ({**COLUMNS, "code": {"type": "text", "pattern": "[A-Z]+"}}, "schema-narrowed"),
    ],
)
def test_weakening_is_named(columns: dict[str, Any], code: str) -> None:
    """Anything that would make an older row wrong is refused by name."""
    assert [p.code for p in weakenings(schema(), schema(columns=columns))] == [code]


def test_wider_bounds_are_no_weakening() -> None:
    """More words, wider bounds and a dropped pattern leave every older row valid."""
    wider = {
        "name": {"type": "text", "max_length": 9},
        "state": {"type": "text", "enum": ["open", "done", "new"]},
        "count": {"type": "integer", "min": -1},
        "code": {"type": "text"},
    }
    assert weakenings(schema(), schema(columns={**COLUMNS, **wider})) == []


def test_key_of_an_absent_column_is_empty_text() -> None:
    """Two rows without an account are the same fact when all else agrees."""
    keyed = schema(key=["name", "count", "share"])
    assert keyed.key_of({"name": "a", "share": Decimal("0.50")}) == ("a", "", "0.5")
    assert keyed.key_of({"name": "a", "share": Decimal("0.5")}) == ("a", "", "0.5")


@given(st.datetimes(timezones=st.timezones()))
def test_canonical_time_is_stable(moment: Any) -> None:
    """A canonical time names the same moment and is its own canonical form."""
    try:
        text = canonical_time(moment)
    except OverflowError:
        return
    assert canonical_time(text) == text
