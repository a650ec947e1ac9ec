"""Counts and figures as a person reads them."""

import pytest

from gitledger.errors import numbered
from gitledger.report.figures import counted


@pytest.mark.parametrize(
    ("many", "told"),
    [(0, "0 facts wait"), (1, "1 fact waits"), (2, "2 facts wait"), (None, "unknown facts wait")],
)
def test_a_count_agrees_with_its_noun(many: int | None, told: str) -> None:
    """One is told in the singular, everything else in the plural."""
    assert counted(many, "fact waits", "facts wait") == told


def test_a_plural_needs_no_telling() -> None:
    """Where the plural is an s, the noun is enough."""
    assert [counted(1, "row"), counted(1200, "row")] == ["1 row", "1,200 rows"]


def test_a_sentence_of_a_finding_counts_alike() -> None:
    """The rooms below the report word a number so too."""
    told = [numbered(many, "row was lost", "rows were lost") for many in (0, 1, 2)]
    assert told == ["0 rows were lost", "1 row was lost", "2 rows were lost"]
