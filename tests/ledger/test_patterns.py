"""Patterns of a definition: compared whole, and never without an end."""

import time

import pytest

from gitledger.ledger.patterns import is_pattern, require
from gitledger.ledger.schema import check, parse_schema
from gitledger.ledger.values import WrongValue

ENDLESS = "(a|aa)+$"


def test_the_whole_text_has_the_form() -> None:
    """A text that merely contains the form is refused, one that is it passes."""
    require("AB-12", "[A-Z]+-[0-9]+")
    with pytest.raises(WrongValue, match="not of the form"):
        require("AB-12 ", "[A-Z]+-[0-9]+")


@pytest.mark.parametrize("text", ["(", "[", "a{2", 7, None, "(?P<n>a)(?P=m)"])
def test_what_no_expression_is(text: object) -> None:
    """Broken expressions and other values are told apart from patterns; braces may stand alone."""
    assert is_pattern(text) is (text == "a{2")


def test_an_endless_pattern_refuses_the_value_in_time() -> None:
    """An expression that would backtrack for years gives a problem of its column in seconds."""
    schema, problems = parse_schema(
        {
            "gitledger": 1,
            "ledger": "codes",
            "columns": {"code": {"type": "text", "pattern": ENDLESS}},
        },
        "codes",
    )
    assert schema is not None, problems
    began = time.monotonic()
    _, found = check({"code": "a" * 90 + "!"}, schema)
    assert [problem.where for problem in found] == ["column code"]
    assert "within 1 s: simplify the pattern" in found[0].what
    assert time.monotonic() - began < 20
