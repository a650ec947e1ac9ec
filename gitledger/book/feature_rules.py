"""Which rules count features: `features` in gitledger.yaml, as it stood when a window began."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.book.book import Book
from gitledger.git.branch.definitions import document
from gitledger.git.branch.origin import commits_of_rows
from gitledger.git.branch.tip import tip_at
from gitledger.ledger import layout
from gitledger.windows.features import DEFAULT_RULES, RULES
from gitledger.windows.window import BEFORE, Window

KEY = "features"


def rules_of(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The rules that a configuration names, the shipped ones where it names none."""
    named = config.get(KEY)
    if not isinstance(named, Sequence) or isinstance(named, str):
        return DEFAULT_RULES
    return tuple(rule for rule in RULES if rule in named)


def configured(book: Book) -> bool:
    """Whether the configuration says which rules count."""
    return KEY in book.config


def rules_at_start(book: Book, window: Window) -> tuple[str, ...]:
    """The rules in force when a window began: those of the commit that brought its first reading.

    A window without one is counted by the rules of now.
    """
    begun = [c.canonical for c in window.captures if c.phase == BEFORE]
    first = min(begun, key=lambda shot: (shot.captured_at, shot.row), default=None)
    if first is None:
        return rules_of(book.config)
    commit = commits_of_rows(book.tip, {first.row}).get(first.row)
    if commit is None:
        return rules_of(book.config)
    config = document(tip_at(book.repository, bytes.fromhex(commit)), layout.CONFIG)
    return rules_of(config or {})
