"""Paths on the ledger branch: built and read by one module."""

from hypothesis import given
from hypothesis import strategies as st

from gitledger.ledger import layout

WHEN = "2026-11-23T13:42:26.000001Z"


@given(st.integers(0, layout.LAST_BUCKET))
def test_a_built_path_reads_back(bucket: int) -> None:
    """Ledger, bucket, time and id come back from the path."""
    path = layout.row_path("my-runs", bucket, layout.row_file(WHEN, "0123456789abcdef"))
    place = layout.parse_row_path(path)
    assert place is not None
    assert (place.ledger, place.bucket, place.id) == ("my-runs", bucket, "0123456789abcdef")
    assert layout.recorded_at(place.time) == WHEN


def test_schema_path_is_no_row_space() -> None:
    """The definition stands beside the rows, not among them."""
    assert layout.parse_row_path(layout.schema_path("runs")) is None
    assert layout.parse_row_path("ledgers/runs/00/00/note.txt") is None
