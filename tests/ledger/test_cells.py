"""CSV cells: nothing runs in a spreadsheet, and every cell comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitledger.ledger.cells import FORMULA, quote_cell, unquote_cell


@given(st.text(alphabet="'=+-@\t\r\n1.eE a\uff1d", max_size=8))
def test_every_cell_comes_back(cell: str) -> None:
    """Out and in is the same cell; what goes out is a number or begins with no formula sign."""
    out = quote_cell(cell)
    assert unquote_cell(out) == cell
    assert not out.startswith(FORMULA) or float(out) is not None


@pytest.mark.parametrize("cell", ["-5", "+1.5e3", "-.5", "-5.", "x=1", "", "a'b"])
def test_numbers_and_words_stay(cell: str) -> None:
    """No quote where none is needed."""
    assert cell == quote_cell(cell)


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "-2+3", "--5", "\t=1", "'=1", "''", "-5 ft"])
def test_formulas_are_quoted(cell: str) -> None:
    """One quote before it."""
    assert f"'{cell}" == quote_cell(cell)


def test_quotes_of_others_stay() -> None:
    """A word that a person quoted is no formula: it is read as it stands."""
    assert [unquote_cell("'tis"), unquote_cell("'5")] == (["'tis", "'5"])
