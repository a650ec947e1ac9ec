"""One fact a key: the same statement again is a no-op, another one under its key is refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.book.book import Book
from gitledger.errors import InvalidData, Problem
from gitledger.git.branch.draft import Draft, Receipt
from gitledger.ledger.codec import encode_json
from gitledger.ledger.door import kept_values

ROWS_PER_COMMIT = 1000
MOMENTS = frozenset({"date", "started_at", "finished_at"})  # when it was said, not what


def record_once(book: Book, ledger: str, values: Mapping[str, Any], *, agent: str = "") -> Receipt:
    """Record one fact. Raises InvalidData when its key is held by a row that says otherwise."""
    draft = book.draft(ledger, values)
    done = book.record([draft], agent=agent)[0]
    problems = contradictions(book, [draft], [done], [ledger])
    if problems:
        raise InvalidData(f"nothing was recorded in {ledger}", problems=problems)
    return done


def contradictions(
    book: Book, drafts: Sequence[Draft], done: Sequence[Receipt], places: Sequence[str]
) -> list[Problem]:
    """A problem for each fact whose key a row holds that states one of its columns otherwise."""
    pairs = [(d, r, w) for d, r, w in zip(drafts, done, places, strict=True) if r.already]
    held = {row.id: row for ledger in {d.ledger for d, _, _ in pairs} for row in book.rows(ledger)}
    problems = []
    for draft, recorded, where in pairs:
        row = held.get(recorded.row.id)
        # as the door would keep it now: an older version may have let more through
        told = row and kept_values(row.values, book.schema(draft.ledger))
        columns = otherwise(told, draft.values) if told is not None else ()
        if columns:
            what = f"its key is held by row {recorded.row.id}, with another {', '.join(columns)}"
            hint = f"gitledger amend {recorded.row.id} {columns[0]}=... -m WHY"
            problems.append(Problem(where, what, hint, "held-otherwise"))
    return problems


def otherwise(held: Mapping[str, Any], stated: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns stated that the held row lacks or has with another value."""
    return tuple(
        name
        for name, value in stated.items()
        if name not in MOMENTS and encode_json([held.get(name)]) != encode_json([value])
    )


def record_fact(
    book: Book, ledger: str, values: Mapping[str, Any], *, agent: str = ""
) -> dict[str, Any]:
    """Record one fact: its row's id, whether it stood already, its columns as they were stored.

    Raises InvalidData when its key is held by a row that says otherwise.
    """
    done = record_once(book, ledger, values, agent=agent)
    return {"row": done.row.id, "already": done.already, **book.stored(done).values}


def stated_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """The fields that a person gave: an empty one is unknown."""
    return {name: text for name, text in fields.items() if text != ""}
