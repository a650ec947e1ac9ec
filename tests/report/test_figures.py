"""Counts and figures as a person reads them."""

import pytest

from gitledger.errors import with_noun
from gitledger.report.figures import count_text, figure, interval, money, percent


@pytest.mark.parametrize(
    ("many", "told"),
    [(0, "0 facts wait"), (1, "1 fact waits"), (2, "2 facts wait"), (None, "unknown facts wait")],
)
def test_a_count_agrees_with_its_noun(many: int | None, told: str) -> None:
    """One is told in the singular, everything else in the plural."""
    assert count_text(many, "fact waits", "facts wait") == told


def test_a_plural_needs_no_telling() -> None:
    """Where the plural is an s, the noun is enough."""
    assert [count_text(1, "row"), count_text(1200, "row")] == ["1 row", "1,200 rows"]


def test_a_sentence_of_a_finding_counts_alike() -> None:
    """The rooms below the report word a number so too."""
    told = [with_noun(many, "row was lost", "rows were lost") for many in (0, 1, 2)]
    assert told == ["0 rows were lost", "1 row was lost", "2 rows were lost"]


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0, "0.0 %"),
        (0.0004, "<0.1 %"),
        (0.0005, "0.1 %"),
        (0.9994, "99.9 %"),
        (0.9996, ">99.9 %"),
        (1, "100.0 %"),
        (1.2, "120.0 %"),
        (-0.0001, "-<0.1 %"),
        (None, "unknown"),
    ],
)
def test_only_nothing_and_all_print_as_such(share: float | None, told: str) -> None:
    """What is nearly 0 or nearly 1 says so."""
    assert percent(share) == told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0.23232, "0.232"),
        (0.9996, "1.00"),
        (9.996, "10.0"),
        (99.96, "100"),
        (5981.5, "5,982"),
        (0.000123456, "0.000123"),
        (12, "12"),
    ],
)
def test_a_figure_has_three_digits(number: float, told: str) -> None:
    """Also where rounding reaches the next power of ten."""
    assert figure(number) == told


def test_a_tiny_amount_is_not_nothing() -> None:
    """Dollars below what four decimals show."""
    assert [money(0), money(0.00001), money(0.0123), money(2)] == [
        "$0.0000",
        "<$0.0001",
        "$0.0123",
        "$2.00",
    ]


def test_bounds_without_a_value_are_told_with_the_reason() -> None:
    """A measure that is open."""
    told = interval({"value": None, "low": 1.5, "high": 3, "reason": "churn open until 2026-12-07"})
    assert told == "1.50 to 3 (churn open until 2026-12-07)"
