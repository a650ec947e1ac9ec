"""What only the whole ledger can tell: each fact once, each reference to a row that exists. Pure.

Rows are counted one by one in the order of history; the answers come at the end.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from gitledger.errors import Problem
from gitledger.ledger import corrections
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema, key_digest

Precedes = Callable[[int, int], bool]


class Seen(NamedTuple):
    """Where a row stands: the place of its commit in history (0 is the first), path, blob id."""

    commit: int
    path: str
    oid: bytes


@dataclass(slots=True)
class Census:
    """Every row met so far, by id, with the keys and references to settle at the end."""

    rows: dict[str, Seen] = field(default_factory=dict)
    twice: list[tuple[Seen, Seen]] = field(default_factory=list)
    fixes: list[Row] = field(default_factory=list)
    _keys: dict[bytes, str | list[str]] = field(default_factory=dict)
    _links: list[tuple[str, str, str]] = field(default_factory=list)
    _linking: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def count(self, row_id: str, seen: Seen) -> None:
        """Take in that a row file stands at a path, whatever its bytes are."""
        first = self.rows.setdefault(row_id, seen)
        if first is not seen:
            self.twice.append((first, seen))

    def read(self, row: Row, schema: Schema) -> None:
        """Take in what a sound row says: its natural key, and the rows it names."""
        key = schema.key_of(row.values)
        if key is not None:
            self._hold(key_digest(row.ledger, key), row.id)
        if row.ledger == corrections.LEDGER:
            self.fixes.append(row)
        for name in self._linking_columns(schema):
            value = row.values.get(name, ())
            targets = value if isinstance(value, tuple) else (value,)
            self._links += [(row.id, name, str(target)) for target in targets]

    def _hold(self, key: bytes, row_id: str) -> None:
        held = self._keys.setdefault(key, row_id)
        if isinstance(held, list):
            held.append(row_id)
        elif held != row_id:
            self._keys[key] = [held, row_id]

    def _linking_columns(self, schema: Schema) -> tuple[str, ...]:
        found = self._linking.get(id(schema))
        if found is None:
            found = tuple(
                column.name
                for column in schema.columns
                if column.type == "row" or (column.type == "list" and column.items == "row")
            )
            self._linking[id(schema)] = found
        return found

    def findings(self, precedes: Precedes) -> Iterator[tuple[int, Problem]]:
        """Each finding with the place of its commit.

        `precedes` tells whether the commit at one place is an ancestor of the one at another.
        """
        for first, again in self.twice:
            what = f"the same row stands at {first.path} as well"
            hint = "a row stands once; remove neither, and ask who copied it"
            yield again.commit, Problem(again.path, what, hint, "row-twice")
        yield from self._dangling()
        yield from self._corrected()
        yield from self._doubled(precedes)

    def _dangling(self) -> Iterator[tuple[int, Problem]]:
        for row_id, column, target in self._links:
            if target not in self.rows:
                seen = self.rows[row_id]
                what = f"{column} names row {target}, which this ledger does not have"
                hint = "fetch the ledger branch that has it, or void this row"
                yield seen.commit, Problem(seen.path, what, hint, "reference-unresolved")

    def _corrected(self) -> Iterator[tuple[int, Problem]]:
        """Corrections of corrections, and replacements that belong to another ledger."""
        fixes = {fix.id for fix in self.fixes}
        for fix in self.fixes:
            seen = self.rows[fix.id]
            target, new = str(fix.values["target"]), str(fix.values.get("replacement", ""))
            if target in fixes:
                what, hint = f"corrects {target}, itself a correction", "amend the row it was about"
                yield seen.commit, Problem(seen.path, what, hint, "correction-of-correction")
            if (
                target in self.rows
                and new in self.rows
                and (_ledger(self.rows[target]) != _ledger(self.rows[new]))
            ):
                what = f"replaces {target} by a row of another ledger"
                yield seen.commit, Problem(seen.path, what, "", "correction-across-ledgers")

    def _doubled(self, precedes: Precedes) -> Iterator[tuple[int, Problem]]:
        dead: Mapping[str, Row] = corrections.superseded(self.fixes)
        for held in self._keys.values():
            live = [row_id for row_id in held if row_id not in dead] if type(held) is list else []
            for earlier, later in pairwise(live):
                yield self._double(earlier, later, precedes)

    def _double(self, earlier: str, later: str, precedes: Precedes) -> tuple[int, Problem]:
        """Two live rows with one key: recorded knowing each other, or on two sides of a merge."""
        seen = self.rows[later]
        hint = f"gitledger void {later} -m 'the same fact as {earlier}'"
        if precedes(self.rows[earlier].commit, seen.commit):
            what = f"has the natural key of row {earlier}"
            return seen.commit, Problem(seen.path, what, hint, "duplicate-key")
        what = f"two clones recorded this fact before they met; the other is row {earlier}"
        return seen.commit, Problem(seen.path, what, hint, "duplicate-merged", "warning")


def _ledger(seen: Seen) -> str:
    return seen.path.split("/", 2)[1]
