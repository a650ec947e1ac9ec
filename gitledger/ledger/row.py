"""What a row is: a frozen value with an envelope and columns. Depends on nothing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias, Union

FORMAT = 1
ID_DIGITS = 16
ENVELOPE = ("gitledger", "ledger", "recorded_at", "agent", "tool")

# `Union`, because an alias that names itself cannot be built with `|` at run time
Value: TypeAlias = Union[str, int, bool, Decimal, Sequence["Value"], Mapping[str, "Value"]]  # noqa: UP007

MAX_AGENT = 100  # characters of an agent's name


class Row(NamedTuple):
    """One fact. `values` holds only the columns that are known: an unknown one is absent.

    `recorded_at` is RFC 3339 UTC with microseconds and `Z`; numbers are `int` or `Decimal`,
    as written; timestamps and dates are their canonical text. `id` is the first 16 hex digits
    of the SHA-256 of the row's exact bytes ("" until it was encoded).
    """

    ledger: str
    recorded_at: str
    agent: str
    tool: str
    values: Mapping[str, Value]
    id: str = ""


Outline: TypeAlias = Row  # the name of 0.1.0 for a row as measures read it; scripts import it


def texts(value: object) -> tuple[str, ...]:
    """A list of texts in a row or a card; nothing for anything else."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(str, value))
    return ()


def map_of(values: Mapping[str, object], name: str) -> Mapping[str, Any]:
    """A map in a row, a configuration or a payload; empty when it is absent or anything else."""
    value = values.get(name)
    return value if isinstance(value, Mapping) else {}


def without_unknown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns without those that are None: what is unknown is absent from a row."""
    return {name: value for name, value in values.items() if value is not None}


def windows_of(values: Mapping[str, object]) -> tuple[str, ...]:
    """The windows a row belongs to: the one it names, or all that were open at a commit."""
    named = values.get("window")
    return (str(named),) if named else texts(values.get("windows"))
