"""Older rows with the key of a new one are found though most are passed over unread."""

from pathlib import Path

import pytest
from ground import git, gitledger

from gitledger.git.branch.rows import places, read_rows
from gitledger.git.branch.tip import tip_of
from gitledger.git.proof.keyholders import rows_like
from gitledger.git.repository import open_repository
from gitledger.ledger.schema import Schema, parse_schema

BRANCH = "gitledger/main"


def schema_of(key: list[str]) -> Schema:
    """A ledger of three columns with some natural key."""
    columns = {"a": {"type": "text"}, "b": {"type": "text"}, "n": {"type": "number"}}
    made, problems = parse_schema({"gitledger": 1, "ledger": "facts", "key": key,
                                   "columns": columns}, "facts")  # fmt: skip
    assert made is not None, problems
    return made


@pytest.mark.parametrize("key", [["a"], ["a", "b"], ["n"], ["b", "n"]])
def test_no_row_with_a_wanted_key_is_passed_over(ledger_dir: Path, key: list[str]) -> None:
    """Texts with quotes, backslashes and letters beyond ASCII, numbers, parts that are absent."""
    definition = "gitledger: 1\nledger: facts\nkey: []\ncolumns:\n"
    definition += "  a: {type: text}\n  b: {type: text}\n  n: {type: number}\n"
    file = ledger_dir / "facts.yaml"
    file.write_text(definition)
    assert gitledger(ledger_dir, "ledger", "add", str(file)).code == 0
    texts = ["x", 'say "x"', "back\\slash", "\u4e9c", "y", "a,b", "x "]
    for number, text in enumerate(texts):
        words = (f"a={text}", f"n={number % 3}.0") if number % 2 else (f"a={text}", f"b={text}")
        assert gitledger(ledger_dir, "append", "facts", *words).code == 0
    repository = open_repository(ledger_dir, {"PATH": "/usr/bin:/bin"})
    tip, schema = tip_of(repository, BRANCH), schema_of(key)
    rows = read_rows(tip, "facts")
    assert len(rows) == len(texts)
    stood = [(place.row_id, place.oid) for place in places(tip, "facts")]
    for row in rows:
        wanted = schema.key_of(row.values)
        assert wanted is not None
        found = {one.id for one in rows_like(repository, stood, schema, [wanted])}
        assert {r.id for r in rows if schema.key_of(r.values) == wanted} <= found


def test_most_rows_are_passed_over(ledger_dir: Path) -> None:
    """Of many rows with other keys none is taken apart."""
    for number in range(5):
        assert gitledger(ledger_dir, "append", "capabilities", f"capability=c{number}",
                         f"name=n{number}").code == 0  # fmt: skip
    repository = open_repository(ledger_dir, {"PATH": "/usr/bin:/bin"})
    tip = tip_of(repository, BRANCH)
    stood = [(place.row_id, place.oid) for place in places(tip, "capabilities")]
    columns = {"capability": {"type": "text"}, "name": {"type": "text"}}
    schema, _ = parse_schema({"gitledger": 1, "ledger": "capabilities", "key": ["capability"],
                              "columns": columns}, "x")  # fmt: skip
    assert schema is not None
    assert [*rows_like(repository, stood, schema, [("c9",)])] == []
    assert [r.values["name"] for r in rows_like(repository, stood, schema, [("c3",)])] == ["n3"]


def test_a_key_of_the_base_is_found_across_a_range(ledger_dir: Path) -> None:
    """The judge of a push still sees a fact that stands already."""
    words = ("capability=c1", "name=n")
    assert gitledger(ledger_dir, "append", "capabilities", *words).code == 0
    git(ledger_dir, "branch", "base", BRANCH)
    root = git(ledger_dir, "rev-list", "--max-parents=0", BRANCH).strip()
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", root)
    assert gitledger(ledger_dir, "append", "capabilities", "capability=c1", "name=m").code == 0
    done = gitledger(ledger_dir, "--json", "check", "--base", "base")
    assert "duplicate-differs" in {note["code"] for note in done.json["notes"]}
