"""A definition with a column of every type, as tests of schemas and of sound rows take it."""

from typing import Any

from gitledger.ledger.schema import Schema, parse_schema

COLUMNS: dict[str, dict[str, Any]] = {
    "name": {"type": "text", "required": True, "max_length": 8},
    "state": {"type": "text", "enum": ["open", "done"]},
    "count": {"type": "integer", "min": 0, "max": 9},
    "share": {"type": "number", "min": 0, "max": 1, "unit": "share"},
    "at": {"type": "timestamp"},
    "day": {"type": "date"},
    "sha": {"type": "commit"},
    "digest": {"type": "sha256"},
    "ref": {"type": "row"},
    "flag": {"type": "boolean"},
    "tags": {"type": "list"},
    "extra": {"type": "map"},
    "code": {"type": "text", "pattern": "[A-Z]+-[0-9]+"},
}


def definition(**changes: Any) -> dict[str, Any]:
    """A whole definition with some top keys changed."""
    return {"gitledger": 1, "ledger": "things", "columns": COLUMNS, **changes}


def schema(**changes: Any) -> Schema:
    """The schema of that definition."""
    parsed, problems = parse_schema(definition(**changes), "things.yaml")
    assert parsed is not None, problems
    return parsed
