"""A row's columns as lines: every value, a list of maps part by part. Depends on nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

Values = Mapping[str, Any]


def lines_of(values: Values) -> Iterator[tuple[str, str]]:
    """A row's columns by name, one line each; of a list of maps one for each of them."""
    for name, value in values.items():
        if isinstance(value, str):
            if "\n" not in value:
                yield name, value
        elif is_list(value) and any(isinstance(part, Mapping) for part in value):
            yield from ((name, in_words(part)) for part in value)
        else:
            yield name, in_words(value)


def texts_of(values: Values) -> Iterator[tuple[str, str]]:
    """The columns that hold a text of several lines."""
    for name, value in values.items():
        if isinstance(value, str) and "\n" in value:
            yield name, value


def in_words(value: object) -> str:
    """A value in a line: `meter 5h, used_pct 1`; what lies deeper in brackets."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {inner(part)}" for name, part in value.items())
    if is_list(value):
        return ", ".join(map(inner, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def inner(value: object) -> str:
    """A value inside another one."""
    nested = isinstance(value, Mapping) or is_list(value)
    return f"({in_words(value)})" if nested else in_words(value)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a value is a list of values."""
    return isinstance(value, Sequence) and not isinstance(value, str)
