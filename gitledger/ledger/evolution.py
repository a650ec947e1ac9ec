"""How a definition may change: it may take more, so that every older row stays valid. Pure."""

from collections.abc import Iterator

from gitledger.errors import Problem
from gitledger.ledger import layout
from gitledger.ledger.schema import Schema, check
from gitledger.ledger.values import Column


def weakenings(old: Schema, new: Schema) -> list[Problem]:
    """Why a new definition may not replace the old one: every older row must stay valid.

    It may gain optional columns and wider bounds, and lose neither columns nor its key.
    """
    where = layout.schema_path(old.ledger)
    problems = [
        Problem(where, f"column {column.name} {what}", hint, code)
        for column in old.columns
        for what, hint, code in _weakened(column, new.by_name.get(column.name))
    ]
    problems += [
        Problem(where, f"new column {c.name} is required", "older rows lack it", "schema-required")
        for c in new.columns
        if c.required and not getattr(old.by_name.get(c.name), "required", False)
    ]
    if old.key != new.key:
        what, hint = "the natural key changed", "a key stays what it was"
        problems.append(Problem(where, what, hint, "schema-key"))
    return problems


def _weakened(old: Column, new: Column | None) -> Iterator[tuple[str, str, str]]:
    """Why a column may not become another: what became of it, the next step, the code."""
    if new is None:
        hint = "rows in history still use it: bring it back"
        yield "was dropped", hint, "schema-dropped-column"
    elif _type(new) != _type(old):
        what = f"changed from {_type(old)} to {_type(new)}"
        yield what, "add a new column", "schema-changed-type"
    else:
        hint = "older rows may break it: widen it again, or add a new column"
        yield from ((what, hint, "schema-narrowed") for what in _narrowed(old, new))


def widenings(old: Schema, new: Schema) -> Iterator[str]:
    """What a new definition takes that the old one refuses, a sentence for each column."""
    for column in new.columns:
        before = old.by_name.get(column.name)
        if before is None:
            yield f"column {column.name} is new"
        elif any(_narrowed(column, before)):
            yield f"column {column.name} takes more than it did"
        elif before.required and not column.required:
            yield f"column {column.name} may be missing now"


def _type(column: Column) -> str:
    return f"list of {column.items}" if column.type == "list" else column.type


def _narrowed(old: Column, new: Column) -> Iterator[str]:
    """Which bounds of a column would refuse a value that the old ones took."""
    if new.enum and not old.enum:
        yield f"takes only {', '.join(new.enum)} now"
    elif new.enum and not set(old.enum) <= set(new.enum):
        yield f"no longer takes {', '.join(w for w in old.enum if w not in new.enum)}"
    if new.min is not None and (old.min is None or new.min > old.min):
        yield f"takes nothing below {new.min} now"
    if new.max is not None and (old.max is None or new.max < old.max):
        yield f"takes nothing above {new.max} now"
    if new.max_length < old.max_length:
        yield f"takes no more than {new.max_length} bytes now, not {old.max_length}"
    if new.pattern and new.pattern != old.pattern:
        yield f"takes only texts of the form {new.pattern} now"


def contradictory(schema: Schema, where: str) -> list[Problem]:
    """Bounds that exclude every value, and allowed words that the same column refuses."""
    return [
        Problem(f"{where} column {column.name}", what, hint, "schema-bounds")
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
