"""Window ids and the next one."""

import pytest

from gitledger.windows.ids import nearest, next_id


@pytest.mark.parametrize(
    ("last", "following"),
    [
        (None, "W0-01"),
        ("W0-19", "W0-20"),
        ("W0-09", "W0-10"),
        ("W0-99", "W0-100"),
        ("W0-CHP", "W0-CHP-1"),
        ("W0-CHP-3", "W0-CHP-4"),
        ("007", "008"),
        ("sprint", "sprint-1"),
    ],
)
def test_next_id(last: str | None, following: str) -> None:
    """The trailing number counts on with its padding; without one, `-1` is appended."""
    assert following == next_id(last)


def test_next_id_passes_over_taken_ones() -> None:
    """An id that another provider's window holds is not reused."""
    assert next_id("W0-19", {"W0-20", "W0-21"}) == "W0-22"


def test_nearest_ids_resemble_the_unknown_one() -> None:
    """A typing error finds its window; a stranger finds nothing."""
    known = ("W0-19", "W0-20", "SPRINT-7")
    assert (nearest("w0-1", known)[0], nearest("xyz", known)) == ("W0-19", ())
