"""The door of every ledger: what becomes of a fact's values before they are a row. Pure.

All ways in pass here: rows typed, CSV, JSON, imports, hooks. Values are checked against the
definition, names against the rules of `names`, and every free text is redacted. The natural key is
that of the values as they came: the same log read again by a later version is the same fact.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gitledger.errors import Problem
from gitledger.ledger.names import COLUMNS, column_problem
from gitledger.ledger.redaction import SESSION, identifier, kinds_in, label, redact
from gitledger.ledger.row import Value
from gitledger.ledger.schema import Schema, check

IDENTIFIERS = frozenset({"session", "session_id", "rid", "request_id", "thread_id"})
LABELS = frozenset({"account", "agent", "voter"})
NAME = "name"  # the code of a problem with a name


class Admitted(NamedTuple):
    """Values as a row keeps them, and the natural key of the values as they came."""

    values: dict[str, Value]
    key: tuple[str, ...] | None


def admit(
    values: Mapping[str, Any], schema: Schema, where: str = ""
) -> tuple[Admitted, list[Problem]]:
    """What the door makes of a fact, and every problem that keeps it out."""
    checked, problems = check(values, schema, where)
    place = f"{where}, " if where else ""
    for name, value in checked.items():
        if schema.by_name[name].type not in {"text", "list"}:
            continue
        wrong = column_problem(name, value, is_key=name in schema.key)
        if wrong:
            told, hint = wrong
            problems.append(Problem(f"{place}column {name}", f"{told}: {value!a}", hint, NAME))
    return Admitted(kept_values(checked, schema), schema.key_of(checked)), problems


def kept_values(values: Mapping[str, Value], schema: Schema) -> dict[str, Value]:
    """Checked values as a row keeps them; rows of before are compared through this as well."""
    return {
        name: _clean(name, value, in_key=name in schema.key) if _is_free(name, schema) else value
        for name, value in values.items()
    }


def sensitive_columns(
    values: Mapping[str, Value], schema: Schema
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Columns of a row that hold what this door takes out, each with the kinds of what is found.

    For rows that came by another way: what the door wrote holds nothing of the kind.
    """
    clean = kept_values(values, schema)
    for name, value in values.items():
        if clean[name] != value:
            yield name, _kinds(value) or (SESSION,)


def _kinds(value: object) -> tuple[str, ...]:
    """The kinds of what should not stand in a value or below it, each once."""
    if isinstance(value, str):
        return kinds_in(value)
    if isinstance(value, Mapping):
        below = [*value, *value.values()]
    else:
        below = list(value) if isinstance(value, Sequence) else []
    return tuple(dict.fromkeys(kind for item in below for kind in _kinds(item)))


def _is_free(name: str, schema: Schema) -> bool:
    """Whether a column holds words of somebody: no name, no word of a list, no typed value."""
    column = schema.by_name.get(name)
    if column is None or name in COLUMNS or column.enum:
        return False
    return column.type in {"text", "map"} or (
        column.type == "list" and column.items in {"text", "map"}
    )


def _clean(name: str, value: Any, *, in_key: bool = False) -> Any:
    """A value with every text below it redacted; what stands under a name is cleaned as that."""
    if isinstance(value, str):
        if name in IDENTIFIERS:
            return identifier(value)
        return label(value) if in_key or name in LABELS else redact(value)
    if isinstance(value, Mapping):
        return {redact(key): _clean(key, item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return tuple(_clean(name, item, in_key=in_key) for item in value)
    return value
