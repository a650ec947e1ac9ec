"""The door: names judged, texts redacted, keys of what came."""

import pytest

from gitledger.ledger.door import NAME, admit, kept_values
from gitledger.ledger.schema import Schema, parse_schema

KEY = "sk-proj-" + "Ab3" * 12


@pytest.fixture
def schema() -> Schema:
    """A ledger with columns of every kind that the door treats on its own."""
    columns = {
        "voter": {"type": "text", "required": True},
        "window": {"type": "text"},
        "session": {"type": "text"},
        "kind": {"type": "text", "enum": ["key=x", "b"]},
        "sha": {"type": "commit"},
        "words": {"type": "list"},
        "more": {"type": "map"},
        "notes": {"type": "text"},
    }
    source = {"gitledger": 1, "ledger": "notes", "key": ["voter"], "columns": columns}
    made, problems = parse_schema(source, "here")
    assert made, problems
    return made


def test_texts_of_every_shape(schema: Schema) -> None:
    """Texts, lists and maps lose the secret, with keys of maps and nested ids."""
    words = {"voter": "v", "notes": KEY, "words": [f"a {KEY}"], "more": {KEY: [{"rid": KEY}]}}
    admitted, problems = admit(words, schema)
    assert problems == []
    assert KEY not in repr(admitted.values)
    assert admitted.values["notes"] == "<secret>"
    (nested,) = admitted.values["more"]["<secret>"]
    assert nested["rid"].startswith("s-")


def test_what_is_no_free_text_stays(schema: Schema) -> None:
    """Words of a list of words, hashes and names are judged elsewhere."""
    words = {"voter": "v", "kind": "key=x", "sha": "ab" * 20, "window": "W1"}
    assert admit(words, schema)[0].values == words


def test_keys_are_of_what_came(schema: Schema) -> None:
    """The key is that of the address, the row holds its pseudonym, and two stay two."""
    ada, bob = (admit({"voter": f"{n}@example.org"}, schema)[0] for n in ("ada", "bob"))
    assert ada.key == ("ada@example.org",)
    assert ada.values["voter"] != bob.values["voter"]
    assert (
        kept_values({"voter": "ada@example.org"}, schema)
        == ada.values
        == kept_values(ada.values, schema)
    )


@pytest.mark.parametrize(
    ("column", "name"), [("window", "../../x"), ("voter", "a\u202eb"), ("window", "sk-" + "a1" * 9)]
)
def test_names_are_refused(schema: Schema, column: str, name: str) -> None:
    """A window that is a path, a key column with a hidden character: each named by its column."""
    _, problems = admit({"voter": "v", column: name}, schema)
    assert [(f"column {column}", NAME)] == [(p.where, p.code) for p in problems]
    assert "\u202e" not in str(problems)
