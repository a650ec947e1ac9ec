"""Texts for people say it in plain English: words that only the source code knows stay out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent / "gitledger"
OLD_WORDS = re.compile(
    r"\bmend(?:s|ed|ing)?\b|\bst(?:and|ands|ood)\b|\bbeside\b|\bpanes?\b|\bleft behind\b"
    r"|(?<!there )\bis no (?!longer\b)\w|\b(?:file|line) a ledger\b|\ba line each\b"
    r"|\bt(?:ake|akes|aken|ook) back\b|\bby turns\b|\b[Ff]inali[sz]|\b(?:BEFORE|AFTER)\b"
    r"|\bLeft behind\b|\(mended\)|\blanded\b|\bborn\b|\bspool\b|\bluck\b|\bripe\b"
)
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


def test_the_scan_finds_what_it_forbids() -> None:
    """A check that cannot fail is none."""
    for text in ("mend the line", "it stands there", "is no meter", "the AFTER pane"):
        assert OLD_WORDS.search(text)
    for text in ("there is no commit", "is no longer there", "standard input"):
        assert not OLD_WORDS.search(text)
