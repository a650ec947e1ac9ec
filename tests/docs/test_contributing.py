"""CONTRIBUTING's map: each place is there, and defines what the map says."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent.parent
PAGE = (HOUSE / "CONTRIBUTING.md").read_text()
MAP = re.findall(r"^\| (.+) \| `(gitledger/\S+)` \| `(\w+)` \|$", PAGE, re.MULTILINE)


def test_the_map_is_whole() -> None:
    """Every line below the heading is read, and there are ten or more."""
    section = PAGE.partition("## Where is ...")[2].partition("\n## ")[0]
    assert len(MAP) == section.count("\n| ") - 1
    assert len(MAP) >= 10


@pytest.mark.parametrize(("behaviour", "place", "name"), MAP, ids=[name for *_, name in MAP])
def test_each_behaviour_begins_where_the_map_says(behaviour: str, place: str, name: str) -> None:
    """The file is there and defines the name at its top."""
    body = ast.parse((HOUSE / place).read_text()).body
    defined = {n.name for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    assert name in defined, behaviour


@pytest.mark.parametrize(
    "place", sorted({*re.findall(r"`((?:gitledger|tests|docs)/[^`]*)`", PAGE)})
)
def test_each_place_of_the_page_is_there(place: str) -> None:
    """Folders and files that the page names."""
    assert (HOUSE / place).exists()
