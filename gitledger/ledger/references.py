"""Windows and commits that rows name, and which of them nothing else knows. Pure.

Rows are taken in one by one; what does not resolve is no fault of the ledger: a window may still
be on its way, and git forgets commits that no branch has.
"""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gitledger.ledger.row import Row, Value
from gitledger.ledger.schema import Schema
from gitledger.ledger.values import Column

OPENING = {"snapshots", "windows"}  # ledgers whose rows make a window known
REWRITES = "rewrites"
NO_OBJECT = {"patch_id"}  # 40 hex digits as well, and no object of git


class _Columns(NamedTuple):
    windows: tuple[str, ...]
    commits: tuple[str, ...]


@dataclass(slots=True)
class Named:
    """Every window and commit (40 hex digits) that rows name, with the ids of those rows."""

    windows: dict[str, list[str]] = field(default_factory=dict)
    commits: dict[str, list[str]] = field(default_factory=dict)
    _opened: dict[str, list[str]] = field(default_factory=dict)
    _rewritten: set[str] = field(default_factory=set)
    _columns: dict[int, _Columns] = field(default_factory=dict)

    def read(self, row: Row, schema: Schema) -> None:
        """Take in what a sound row names."""
        # by identity: a definition lasts as long as a proof, and to hash it costs more than a row
        columns = self._columns.get(id(schema))
        if columns is None:
            columns = self._columns[id(schema)] = _naming(schema.columns)
        windows = self._opened if row.ledger in OPENING else self.windows
        for name in columns.windows:
            _note(windows, row.values.get(name, ()), row.id)
        for name in columns.commits:
            _note(self.commits, row.values.get(name, ()), row.id)
        if row.ledger == REWRITES:
            self._rewritten.add(str(row.values["old"]))

    def unknown_windows(self, dead: Container[str]) -> dict[str, list[str]]:
        """Windows without a reading and without a finalisation, with the live rows naming them."""
        opened = {window for window, rows in self._opened.items() if _live(rows, dead)}
        return _alive(self.windows, dead, without=opened)

    def wanted_commits(self, dead: Container[str]) -> dict[str, list[str]]:
        """Commits that live rows name and that did not become others by a recorded rewrite."""
        return _alive(self.commits, dead, without=self._rewritten)


def _naming(columns: Iterable[Column]) -> _Columns:
    windows, commits = [], []
    for column in columns:
        kind = column.items if column.type == "list" else column.type
        if column.name in {"window", "windows"} and kind == "text":
            windows.append(column.name)
        elif kind == "commit" and column.name not in NO_OBJECT:
            commits.append(column.name)
    return _Columns(tuple(windows), tuple(commits))


def _note(found: dict[str, list[str]], value: Value, row: str) -> None:
    for name in value if isinstance(value, tuple) else (value,):
        found.setdefault(str(name), []).append(row)


def _live(rows: Iterable[str], dead: Container[str]) -> list[str]:
    return [row for row in rows if row not in dead]


def _alive(
    named: Mapping[str, list[str]], dead: Container[str], *, without: Collection[str]
) -> dict[str, list[str]]:
    found = {name: _live(rows, dead) for name, rows in named.items() if name not in without}
    return {name: rows for name, rows in found.items() if rows}
