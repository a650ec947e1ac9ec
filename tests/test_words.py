"""Texts and pages for people say it in plain English: words of the source code stay out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "gitledger"
OLD_WORDS = re.compile(
    r"\bmend(?:s|ed|ing)?\b|\bst(?:and|ands|ood)\b|\bbeside\b|\bpanes?\b|\bleft behind\b"
    r"|(?<!there )\bis no (?!longer\b)\w|\b(?:file|line) a ledger\b|\ba line each\b"
    r"|\bt(?:ake|akes|aken|ook) back\b|\bby turns\b|\b[Ff]inali[sz]|\b(?:BEFORE|AFTER)\b"
    r"|\bLeft behind\b|\(mended\)|\blanded\b|\bborn\b|\bspool\b|\bluck\b|\bripe\b"
)
# of pages also what reads oddly there: a code, a key and a column keep their names, in backticks
OLD_IN_PAGES = re.compile(
    r"\barms?\b|\b[Tt]old\b|\b[Hh]olds? at every look\b|\bstanding\b"
    r"|\b(?:features|points|minutes|dollars|tokens) an? (?:window|feature|week|dollar)\b"
)
CODE = re.compile(r"^ *```.*?^ *```|`[^`]*`|\]\([^)]*\)|^ {4}.*?$", re.DOTALL | re.MULTILINE)
EXEMPT = {
    "docs/words.md": "names the words that are not used",
    "docs/decisions.md": "a log for developers: its entries stay as they were written",
}
# words that are right where they are, with the page
RIGHT = {
    ("docs/explanation/churn.md", "taken back"): "of a revert, git's own sense",
    ("docs/explanation/replay.md", "arms"): "the name of a public instance",
    ("docs/explanation/windows.md", "is no w"): "there is no wrap-around",
}
# the demo draws what providers print
NOT_OURS = ("demo",)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The string literals of a module that hold several words, help included, docstrings not."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            decorators = " ".join(map(ast.dump, getattr(node, "decorator_list", [])))
            if node.body and "'command'" not in decorators and "'group'" not in decorators:
                told.add(id(getattr(node.body[0], "value", None)))
    for node in ast.walk(tree):
        words = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if words and id(node) not in told and " " in str(node.value).strip():  # type: ignore[attr-defined]
            yield node.lineno, str(node.value)  # type: ignore[attr-defined]


def test_no_text_uses_a_word_of_the_source_code() -> None:
    """Each is found by its wording, wherever it is."""
    found = [
        f"{path.relative_to(HOUSE)}:{line}: {text!r}"
        for path in sorted(HOUSE.rglob("*.py"))
        if path.relative_to(HOUSE).parts[0] not in NOT_OURS
        for line, text in texts(path)
        if OLD_WORDS.search(text)
    ]
    assert found == []


def pages() -> list[Path]:
    """Every page that a user reads."""
    named = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in named if str(page.relative_to(ROOT)) not in EXEMPT]


MARKUP = re.compile(r"<style>.*?</style>|<[^>]*>|{[{%].*?[%}]}|{#.*?#}", re.DOTALL)


def templates() -> Iterator[tuple[Path, str]]:
    """Every page that the program draws, without tags and placeholders."""
    for path in sorted(HOUSE.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        yield path, MARKUP.sub(lambda found: "\n" * found[0].count("\n"), text)


def test_no_drawn_page_uses_them() -> None:
    """The words of a template are ours; what it is filled with comes from modules."""
    drawn = [*templates()]
    assert any("What one percent buys" in text for _, text in drawn)
    assert [f"{path}: {word}" for path, text in drawn for _, word in old_words(text)] == []


def old_words(text: str) -> Iterator[tuple[int, str]]:
    """Line and word of a page's prose; what stands in code is a name or an output."""
    prose = CODE.sub(lambda found: "\n" * found[0].count("\n"), text)
    for pattern in (OLD_WORDS, OLD_IN_PAGES):
        for found in pattern.finditer(prose):
            yield prose.count("\n", 0, found.start()) + 1, found[0]


def test_no_page_uses_them_either() -> None:
    """Nor what reads oddly in prose; each exception has its reason."""
    found = [
        f"{name}:{line}: {word}"
        for page in pages()
        for name in [str(page.relative_to(ROOT))]
        for line, word in old_words(page.read_text(encoding="utf-8"))
        if (name, word) not in RIGHT
    ]
    assert found == []


def test_every_exception_is_still_needed() -> None:
    """One that no page uses any more would let the word come back."""
    used = {
        (str(page.relative_to(ROOT)), word)
        for page in pages()
        for _, word in old_words(page.read_text(encoding="utf-8"))
    }
    assert set(RIGHT) <= used


def test_the_scan_of_pages_passes_over_code() -> None:
    """A word in a block or in backticks is a name; the same word in prose is found."""
    text = "one\n\n```sh\nan arm\n```\n\n`arm` is told\nan arm\n"
    assert list(old_words(text)) == [(8, "arm"), (7, "told")][::-1]


def test_the_scan_finds_what_it_forbids() -> None:
    """A check that cannot fail is none."""
    for text in ("mend the line", "it stands there", "is no meter", "the AFTER pane"):
        assert OLD_WORDS.search(text)
    for text in ("there is no commit", "is no longer there", "standard input"):
        assert not OLD_WORDS.search(text)
