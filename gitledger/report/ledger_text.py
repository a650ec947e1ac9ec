"""Definitions of ledgers as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.ledger.schema import Schema
from gitledger.report.figures import count_text


def put_line(ledger: str, before: str) -> str:
    """A definition that was put on the branch; `before` is "", "older" or "same"."""
    words = {"": "Added", "older": "Extended", "same": "No change to"}[before]
    return f"{words} ledger {ledger}."


def rename_line(payload: Mapping[str, Any]) -> str:
    """A ledger whose rows stand in another one now."""
    moved = f"{count_text(payload['rows'], 'row')} recorded there and voided here"
    return f"{payload['former']} is {payload['ledger']}: {moved}."


def list_lines(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every ledger with its rows and title, in columns."""
    width = max(len(item["ledger"]) for item in found)
    return [f"{item['ledger']:<{width}}  {item['rows']:>7}  {item['title']}" for item in found]


def schema_lines(schema: Schema) -> list[str]:
    """A ledger's title and natural key, then a column a line."""
    told = [f"{schema.ledger}: {schema.title}"]
    told.append(f"natural key: {', '.join(schema.key) or 'none'}")
    for column in schema.columns:
        words = [column.type, column.unit, "required" if column.required else ""]
        words += [" | ".join(column.enum), column.title]
        told.append(f"  {column.name:<20} " + ", ".join(word for word in words if word))
    return told
