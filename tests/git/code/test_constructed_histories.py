"""Line survival on constructed histories, built with real git and counted by hand."""

from pathlib import Path

import pytest
from constructed import CASES
from histories import History, text
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


JOINED = {"brought by two branches": 10, "taken out and in beside the start's": 3}


@pytest.mark.parametrize("name", CASES)
def test_lines_brought_twice_are_one(name: str, tmp_path: Path) -> None:
    """What another branch, or the start, had already is counted apart, and only that."""
    history = CASES[name][0]()
    ids = history.build(tmp_path / "repo")
    counts = followed(tmp_path / "repo", ids["A"], ids["B"], ids[history.order[-1]])
    assert counts.joined == JOINED.get(name, 0)


def test_the_older_birth_stands_for_a_line(tmp_path: Path) -> None:
    """The clock decides, whichever parent comes first, and the line is counted once."""
    history = CASES["brought by two branches"][0]()
    ids = history.build(tmp_path / "repo")
    counts = followed(tmp_path / "repo", ids["A"], ids["B"], ids["C"])
    told = {c.sha: (c.born, c.alive_at_end, c.dead, c.joined) for c in counts.by_commit}
    assert told == {ids["B0"]: (10, 10, 3, 0), ids["M1"]: (0, 0, 0, 10)}


MOVED = {
    "moved within the file": 10,
    "moved to a new file": 12,
    "two files swap names": 20,
    "rename with a new file at the old path": 10,
}


@pytest.mark.parametrize("name", CASES)
def test_moved_lines_are_counted_apart(name: str, tmp_path: Path) -> None:
    """Only where lines went elsewhere in the commit that took them are some of the dead moved."""
    history = CASES[name][0]()
    ids = history.build(tmp_path / "repo")
    counts = followed(tmp_path / "repo", ids["A"], ids["B"], ids[history.order[-1]])
    assert counts.moved == MOVED.get(name, 0)


def test_moved_lines_pair_up_and_say_something(tmp_path: Path) -> None:
    """Each added line stands for one dead line; braces and other white space stand for none."""
    made = History()
    made.commit("A", 0, {"other": text("here before")})
    made.commit("B", 1, {"f": text("twice is", "twice is", "  }", "inner", *"abcdefgh")})
    made.commit("C", 2, {"f": text(*"abcdefgh"), "g": text("twice is", "  }", "  inner")})
    ids = made.build(tmp_path / "repo")
    counts = followed(tmp_path / "repo", ids["A"], ids["B"], ids["C"])
    assert (counts.dead, counts.moved) == (4, 1)
