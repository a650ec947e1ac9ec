"""Rows that this clone keeps to itself, and what of a set of rows may go without them.

A row that names a held one would stand there without what it names, so it is held as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gitledger.errors import LedgerDamaged
from gitledger.git.files import replace_file, write_refusals
from gitledger.git.repository import Repository
from gitledger.git.sharing import shared_writing
from gitledger.ledger import layout
from gitledger.ledger.row import ID_DIGITS, Row
from gitledger.ledger.schema import Schema

FILE = "held"


def held_rows(repository: Repository) -> frozenset[str]:
    """Ids of the rows that this clone holds back. Raises LedgerDamaged for an unreadable list."""
    path = _path(repository)
    try:
        words = path.read_text(encoding="ascii").split()
    except FileNotFoundError:  # nothing was ever held back here
        return frozenset()
    except (OSError, UnicodeDecodeError):  # an unreadable list must let no row go: refused below
        words = ["?"]
    if any(len(word) != ID_DIGITS or set(word) - set("0123456789abcdef") for word in words):
        hint = f"write one row id a line into {path}, or remove it: then every row is shared"
        raise LedgerDamaged(f"{path} is not a list of rows", hint)
    return frozenset(words)


def keep_held(repository: Repository, rows: Iterable[str]) -> None:
    """Remember which rows are held, whole or not at all. Raises WriteFailed."""
    path = _path(repository)
    text = "".join(f"{row}\n" for row in sorted(rows))
    with write_refusals(path), shared_writing(repository):
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            replace_file(path, text.encode(), 0o644)  # no secret: only ids
        else:
            path.unlink(missing_ok=True)


def _path(repository: Repository) -> Path:
    return repository.state / FILE


def with_dependents(
    held: frozenset[str], rows: Sequence[Row], schemas: Mapping[str, Schema]
) -> frozenset[str]:
    """The held rows, and those of `rows` that name one of them, directly or through another."""
    names = {row.id: _named(row, schemas.get(row.ledger)) for row in rows}
    found = set(held)
    while fresh := {row for row, named in names.items() if row not in found and named & found}:
        found |= fresh
    return frozenset(found)


def _named(row: Row, schema: Schema | None) -> set[str]:
    """The rows that a row names."""
    found = set[str]()
    for column in schema.links if schema else ():
        value = row.values.get(column, ())
        found |= {str(one) for one in (value if isinstance(value, tuple) else (value,))}
    return found


def row_id(path: str) -> str:
    """The id in a row's path, "" for a path that is none."""
    place = layout.parse_row_path(path)
    return place.id if place else ""
