"""What `--json` prints: an answer behind its schema, numbers without float dust."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from gitledger.errors import Problem
from gitledger.ledger.characters import shown_in_json
from gitledger.ledger.codec import encode_json


def answer_json(schema: str, payload: Mapping[str, Any]) -> str:
    """The payload as JSON, its schema first, hidden characters escaped."""
    body = {"schema": schema, **{name: tidy(value) for name, value in payload.items()}}
    text = encode_json(body, indent=2).decode()
    return text if text.isascii() else shown_in_json(text)


def tidy(value: Any) -> Any:
    """Plain JSON values: floats to 12 significant digits, not-a-number as null."""
    if isinstance(value, float):
        return Decimal(format(value, ".12g")) if value - value == 0 else None
    if isinstance(value, Mapping):
        return {str(key): tidy(item) for key, item in value.items()}
    if isinstance(value, Problem):
        return asdict(value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [tidy(item) for item in value]
    return value
