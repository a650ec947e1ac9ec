"""Whether a new definition contradicts itself. Pure.

Not asked of a definition that stands on the branch: rows in history go by it, whatever it admits.
"""

from collections.abc import Iterator

from gitledger.errors import Problem
from gitledger.ledger.schema import Column, Schema, check

CODE = "schema-bounds"


def contradictory(schema: Schema, where: str) -> list[Problem]:
    """Bounds that exclude every value, and allowed words that the same column refuses."""
    return [
        Problem(f"{where} column {column.name}", what, hint, CODE)
        for column in schema.columns
        for what, hint in _contradictory(column)
    ]


def _contradictory(column: Column) -> Iterator[tuple[str, str]]:
    low, high = column.min, column.max
    if low is not None and high is not None and low > high:
        yield f"min: {low} is more than max: {high}", "exchange them, or drop one"
    elif column.type != "list":
        alone = Schema("", "", (), (column,))
        for word in column.enum:
            for problem in check({column.name: word}, alone)[1]:
                yield f"enum: {word!r} {problem.what}", "drop the word, or widen the column"
