"""Pages lead somewhere: links, anchors and pictures; the reference says what click says."""

import re
from pathlib import Path

import pytest
from commands_page import PAGE, page
from sessions import ROOT

LINK = re.compile(r"(?<!`)\]\(([^)\s#]*)(?:#([^)\s]+))?\)")
FENCED = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
KINDS = ("tutorial.md", "how-to", "reference", "explanation")


def prose(path: Path) -> str:
    """A page without its blocks of code."""
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as mkdocs and forges make them."""
    plain = (
        re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in HEADING.findall(prose(path))
    )
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text).strip().lower()) for text in plain}


def dead_links(path: Path) -> list[str]:
    """The links of a page to no file and to no heading."""
    found = []
    for target, anchor in LINK.findall(prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        aim = (path.parent / target) if target else path
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            found.append(f"{path.relative_to(ROOT)}: {target}#{anchor}")
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    """To a file that is there, and to a heading that it has."""
    assert dead_links(path) == []


def test_a_dead_link_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not there, and a heading that is not."""
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# A `B` c?\n[good](#a-b-c) [bad](#a-b) [gone](none.md)\n")
    assert dead_links(page) == ["page.md: #a-b", "page.md: none.md#"]


def test_the_commands_are_those_of_the_program() -> None:
    """`make commands-page` writes the page again."""
    assert PAGE.read_text(encoding="utf-8") == page(), "make commands-page"


def test_every_page_is_in_the_navigation() -> None:
    """mkdocs.yml lists each page, and no other."""
    listed = re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    there = [str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")]
    assert sorted(listed) == sorted(there)


def test_names_in_the_contributors_page_are_there() -> None:
    """Every path that CONTRIBUTING.md names exists."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:gitledger|tests|docs|ledgers|hooks)/[\w./-]*\w/?)`", text)
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).exists()] == []
