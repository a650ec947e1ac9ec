"""What git passes over holds nothing that was asked for, whatever a user's configuration says."""

from pathlib import Path

import pytest
from ground import git, gitledger

from gitledger.git.branch import lookup
from gitledger.git.branch.lookup import lines_of, rows_with
from gitledger.git.branch.rows import read_rows
from gitledger.git.branch.tip import Tip, tip_of
from gitledger.git.repository import open_repository
from gitledger.ledger.schema import Schema, parse_schema

BRANCH = "gitledger/main"
TEXTS = ["x", 'say "x"', "back\\slash", "\u4e9c", "y", '  "a": "z"', "x "]
ODD = {
    "grep.lineNumber": "true",
    "grep.column": "true",
    "grep.fallbackToNoIndex": "true",
    "grep.patternType": "perl",
    "color.ui": "always",
    "color.grep": "always",
    "grep.threads": "3",
    "submodule.recurse": "true",
    "core.quotePath": "false",
}


@pytest.fixture
def facts(ledger_dir: Path) -> Path:
    """Rows whose texts are hard to find in a line."""
    file = ledger_dir / "facts.yaml"
    file.write_text("gitledger: 1\nledger: facts\nkey: []\ncolumns:\n  a: {type: text}\n"
                    "  b: {type: text}\n  n: {type: number}\n")  # fmt: skip
    assert gitledger(ledger_dir, "ledger", "add", str(file)).code == 0
    for number, text in enumerate(TEXTS):
        words = (f"a={text}", f"n={number % 3}.0") if number % 2 else (f"a={text}", f"b={text}")
        assert gitledger(ledger_dir, "append", "facts", *words).code == 0
    return ledger_dir


def tip_there(path: Path) -> Tip:
    """The ledger as it stands."""
    return tip_of(open_repository(path, {"PATH": "/usr/bin:/bin"}), BRANCH)


def schema_of(*key: str) -> Schema:
    """The definition of the same ledger with some natural key."""
    columns = {"a": {"type": "text"}, "b": {"type": "text"}, "n": {"type": "number"}}
    made, problems = parse_schema({"gitledger": 1, "ledger": "facts", "key": [*key],
                                   "columns": columns}, "facts")  # fmt: skip
    assert made is not None, problems
    return made


@pytest.mark.parametrize("key", [("a",), ("a", "b"), ("b", "n")])
def test_no_row_with_a_wanted_key_is_left_out(facts: Path, key: tuple[str, ...]) -> None:
    """Of quotes, backslashes, letters beyond ASCII, texts that look like a line, absent parts."""
    for name, value in ODD.items():
        git(facts, "config", name, value)
    tip, schema = tip_there(facts), schema_of(*key)
    rows = read_rows(tip, "facts")
    assert len(rows) == len(TEXTS)
    for row in rows:
        wanted = schema.key_of(row.values)
        assert wanted is not None
        found = rows_with(tip.repository, schema, [tip.tree or b""], [wanted])
        assert found is not None
        assert {one.id for one in rows if schema.key_of(one.values) == wanted} <= found
    plain = rows_with(tip.repository, schema, [tip.tree or b""], [("nowhere",) * len(key)])
    assert plain is not None
    assert len(plain) < len(rows)


def test_a_key_without_a_text_is_not_looked_up(facts: Path) -> None:
    """Numbers are written in more than one way."""
    tip = tip_there(facts)
    assert rows_with(tip.repository, schema_of("n"), [tip.tree or b""], [("1",)]) is None


def test_what_another_tree_has_beside_may_have_the_key(facts: Path) -> None:
    """Of a second tree only what the first lacks is named, all of it."""
    before = tip_there(facts)
    assert gitledger(facts, "append", "facts", "a=later").code == 0
    after = tip_there(facts)
    roots = [before.tree or b"", after.tree or b""]
    found = rows_with(after.repository, schema_of("a"), roots, [("nowhere",)])
    late = {row.id for row in read_rows(after, "facts") if row.values["a"] == "later"}
    assert found is not None
    assert late <= found


def test_lines_are_whole_and_named_by_their_paths(facts: Path) -> None:
    """Each row's line of a column, once, as the row has it."""
    tip = tip_there(facts)
    lines = lines_of(tip, ["facts"], ["b"])
    rows = read_rows(tip, "facts")
    assert lines is not None
    assert len([line for _, line in lines if line.startswith(b'  "b": ')]) == sum(
        "b" in row.values for row in rows
    )
    assert {path[-21:-5] for path, _ in lines} <= {row.id for row in rows}


def test_a_git_that_cannot_tell_is_told_from_one_that_finds_nothing(
    facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is an answer, a refusal is none."""
    tip = tip_there(facts)
    assert lines_of(tip, ["facts"], ["nowhere"]) == []
    monkeypatch.setattr(lookup, "WORDS", ("grep", "--no-such-option"))
    assert lines_of(tip, ["facts"], ["b"]) is None
    assert rows_with(tip.repository, schema_of("a"), [tip.tree or b""], [("x",)]) is None
