"""Every command that a text of the program names can be typed: its verbs and its options."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from gitledger.cli.main import program

HOUSE = Path(__file__).parent.parent / "gitledger"
ROOT = click.Context(program)
# a command ends where a sentence, a bracket or another command begins
COMMAND = re.compile(r"\bgitledger ([a-z][a-z-]*(?: (?!&&)[^\s;:,()`|]+)*)")
EVERYWHERE = {"-h", "--help"} | {word for one in program.params for word in one.opts}


def texts(path: Path) -> Iterator[str]:
    """The texts of a module that are no docstrings; what is filled in is an X."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = {id(part) for node in ast.walk(tree) for part in inner(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                getattr(part, "value", "X") if literal(part) else "X" for part in node.values
            )
        elif literal(node) and id(node) not in passed:
            yield node.value  # type: ignore[attr-defined]


def literal(node: ast.AST) -> bool:
    """Whether a node is a text."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def inner(node: ast.AST) -> list[ast.expr]:
    """The texts of a node that are told elsewhere: pieces of a text, docstrings."""
    if isinstance(node, ast.JoinedStr):
        return node.values
    if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
        return [part.value for part in node.body[:1] if isinstance(part, ast.Expr)]
    return []


def wrong_words(text: str) -> list[str]:
    """The verbs below a verb, and the options, of commands named in a text that do not exist."""
    wrong = []
    for found in COMMAND.finditer(text):
        words = found[1].partition(" -- ")[0].split()  # what follows is another program's
        verb = program.get_command(ROOT, words[0])
        if isinstance(verb, click.Group) and words[1:]:
            verb = verb.get_command(ROOT, words[1])
            wrong += [] if verb else [found[0]]
        known = EVERYWHERE | {word for one in verb.params for word in one.opts} if verb else None
        given = [word.split("=")[0].strip(".'\"") for word in words if word.startswith("--")]
        wrong += [f"{found[0]}: {word}" for word in given if known and word not in known]
    return wrong


def test_a_command_that_is_named_can_be_typed() -> None:
    """A next step that click refuses helps nobody."""
    found = {
        str(path.relative_to(HOUSE)): wrong
        for path in sorted(HOUSE.rglob("*.py"))
        if (wrong := [word for text in texts(path) for word in wrong_words(text)])
    }
    assert found == {}


def test_what_cannot_be_typed_is_found() -> None:
    """A verb below a verb and an option that are not there; prose and other programs are passed."""
    assert wrong_words("next: gitledger config edit") == ["gitledger config edit"]
    assert wrong_words("`gitledger init --upgrade`, then") == [
        "gitledger init --upgrade: --upgrade"
    ]
    assert wrong_words("gitledger config set FILE && git push --force; a newer gitledger may") == []
