"""Line survival on constructed histories, built with real git and counted by hand."""

from pathlib import Path

import pytest
from constructed import CASES
from survivals import followed


@pytest.mark.parametrize("name", CASES)
def test_whole_graph(name: str, tmp_path: Path) -> None:
    """Lines born and dead within 14 days over the whole graph are those counted by hand."""
    build, whole, _ = CASES[name]
    history = build()
    ids = history.build(tmp_path / "repo")
    counts = followed(tmp_path / "repo", ids["A"], ids["B"], ids[history.order[-1]])
    assert whole == (counts.born, counts.dead)


@pytest.mark.parametrize("name", CASES)
def test_first_parents(name: str, tmp_path: Path) -> None:
    """Along first parents only, lines of merged branches are nobody's but the merge's."""
    build, _, chain = CASES[name]
    history = build()
    ids = history.build(tmp_path / "repo")
    tip = ids[history.order[-1]]
    counts = followed(tmp_path / "repo", ids["A"], ids["B"], tip, first_parent=True)
    assert chain == (counts.born, counts.dead)
