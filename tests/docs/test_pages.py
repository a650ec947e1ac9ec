"""What the documentation tells to type does what it says, page by page."""

import re
from pathlib import Path

import pytest
from ground import git
from sessions import ROOT, Session, blocks, replayed, steady

DOCS = ROOT / "docs"
FAST = ("README.md", "docs/tutorial.md")  # the scenarios play a week: tests/plan
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
MOST_NOT_RUN = 15
COMMAND = re.compile(r"^\s*(?:\$ )?(?:gitledger|git|pip|python -m pip|make|cd) ", re.MULTILINE)
FENCE = re.compile(r"^ *```(?P<kind>\w*)[^\n]*\n(?P<body>.*?)^ *```", re.DOTALL | re.MULTILINE)


def name(page: Path) -> str:
    """A page as a person names it."""
    return str(page.relative_to(ROOT))


def played() -> list[object]:
    """The pages with commands; those that take long are for `make check-all`."""
    found = [page for page in PAGES if any(blocks(page.read_text(encoding="utf-8")))]
    return [
        pytest.param(page, id=name(page), marks=[] if name(page) in FAST else [pytest.mark.slow])
        for page in found
    ]


@pytest.mark.parametrize("page", played())
def test_a_page_shows_what_happens(
    page: Path, repo_dir: Path, request: pytest.FixtureRequest
) -> None:
    """Each command prints what the page says; `--update-golden` writes it anew."""
    (repo_dir / "table.py").write_text("def read(text):\n    return text\n", encoding="utf-8")
    git(repo_dir, "add", "table.py")
    git(repo_dir, "commit", "-q", "-m", "start")
    text, now = replayed(page, Session(repo_dir, repo_dir.parent / "programs"))
    if request.config.getoption("--update-golden"):
        page.write_text(now if steady(now) != steady(text) else text, encoding="utf-8")
    else:
        assert steady(now) == steady(text)


def test_few_blocks_are_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Each says why; the list is printed, and short."""
    found = [
        f"{name(page)}: {block.reason}"
        for page in PAGES
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.reason
    ]
    with capsys.disabled():
        print("\nnot run:", *found, sep="\n  ")
    assert len(found) <= MOST_NOT_RUN, found


def test_no_command_hides_in_another_kind_of_block() -> None:
    """A block without a language is a format or a picture, never something to type."""
    found = [
        f"{name(page)}: {hit[0].strip()}"
        for page in PAGES
        if page.name != "commands.md"  # what --help prints
        for fence in FENCE.finditer(page.read_text(encoding="utf-8"))
        if fence["kind"] not in {"console", "sh", "yaml", "json", "python"}
        if (hit := COMMAND.search(fence["body"]))
    ]
    assert found == []


def test_a_wrong_page_is_told(repo_dir: Path, tmp_path: Path) -> None:
    """An output that is not so, a command that is mistyped, and a script that fails."""
    session = Session(repo_dir, tmp_path / "programs")
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\ntwo\n```\n")
    text, now = replayed(page, session)
    assert (text != now, now) == (True, "```console\n$ echo one\none\n```\n")
    for wrong in ("```console\n$ gitledger statuss\n```\n", "```sh\nfalse\ntrue\n```\n"):
        page.write_text(wrong)
        with pytest.raises(AssertionError, match="exit"):
            replayed(page, session)
