"""Corrections: later rows take back earlier ones, the first correction wins."""

from gitledger.ledger.corrections import corrections_by_row, rows_that_count
from gitledger.ledger.row import Row


def fix(row_id: str, when: str, **values: str) -> Row:
    """A correction recorded at a time."""
    return Row("corrections", when, "main", "t", values, row_id)


def test_first_correction_wins_whatever_the_order() -> None:
    """Two corrections of one row: the earlier counts, however they are listed."""
    early = fix("b" * 16, "2026-01-01T00:00:00.000000Z", target="r", kind="void")
    late = fix("a" * 16, "2026-01-02T00:00:00.000000Z", target="r", kind="amend")
    assert corrections_by_row([late, early])["r"] is early


def test_applied_drops_what_no_longer_counts() -> None:
    """A voided row is not read; others keep their order."""
    rows = [Row("x", "", "", "", {}, name) for name in ("1", "2", "3")]
    gone = {"2": fix("c", "", target="2", kind="void")}
    assert [row.id for row in rows_that_count(rows, gone)] == ["1", "3"]


def test_an_amended_rows_replacement_counts() -> None:
    """Only the target is dropped."""
    rows = [Row("x", "", "", "", {}, name) for name in ("old", "new")]
    gone = {"old": fix("c", "", target="old", kind="amend", replacement="new")}
    assert [row.id for row in rows_that_count(rows, gone)] == ["new"]
