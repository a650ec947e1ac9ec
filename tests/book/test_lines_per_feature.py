"""What a churn row says of lines beside features."""

import pytest

from gitledger.book.window_churn import feature_values

MEASURED = {"net": 4, "gross_insertions": 51, "gross_deletions": 47}


def test_net_and_touched_lines_are_kept_apart() -> None:
    """+51 -47 is net 4, and 98 touched."""
    told = feature_values(MEASURED, 2)
    assert told == {"features": 2, "normalized_churn": 2, "touched_per_feature": 49}


@pytest.mark.parametrize(("features", "told"), [(None, {}), (0, {"features": 0})])
def test_no_feature_no_lines_per_feature(features: int | None, told: dict[str, int]) -> None:
    """A division by nothing is unknown."""
    assert feature_values(MEASURED, features) == told
