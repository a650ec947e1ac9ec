"""What only the whole ledger can tell: each fact once, each reference to a row that exists. Pure.

Rows are counted one by one in the order of history; the answers come at the end.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from gitledger.errors import Problem
from gitledger.ledger import corrections, layout
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema, key_digest

BEFORE = -1  # the place of what stood before the range that is looked at


class RowSighting(NamedTuple):
    """Where a row stands: the place of its commit in history (0 is the first), path, blob id.

    The place is BEFORE for a row that stood when the range began.
    """

    commit: int
    path: str
    oid: bytes


Precedes = Callable[[RowSighting, RowSighting], bool]
Stands = Callable[[RowSighting, int], bool]
Equal = Callable[[str, str], bool]
Past = Callable[[str], RowSighting | None]


@dataclass(slots=True)
class Census:
    """Every row met so far, by id, with the keys and references to settle at the end.

    Of a range `past` tells which row of an id stood before, and `earlier` are the corrections
    there. `there` are the ids of the rows at the tip, so that what was taken out settles nothing
    (None where every row counts), `paths_of` tells the paths there of one of them.
    """

    rows: dict[str, RowSighting] = field(default_factory=dict)
    twice: list[tuple[RowSighting, RowSighting]] = field(default_factory=list)
    fixes: list[Row] = field(default_factory=list)
    earlier: list[Row] = field(default_factory=list)
    past: Past = lambda _row_id: None
    there: Container[str] | None = None
    paths_of: Callable[[str], Iterable[str]] = lambda _row_id: ()
    _keys: dict[bytes, str | list[str]] = field(default_factory=dict)
    _held: dict[bytes, list[str]] = field(default_factory=dict)
    _links: list[tuple[str, str, str]] = field(default_factory=list)

    def stood(self, row_id: str, path: str, oid: bytes) -> None:
        """Take in that a row stood at a path before."""
        self.rows.setdefault(row_id, RowSighting(BEFORE, path, oid))

    def seen(self, row_id: str) -> RowSighting | None:
        """Where the row of an id was met first, in the range or before it."""
        return self.rows.get(row_id) or self.past(row_id)

    def held(self, row: Row, schema: Schema) -> None:
        """Take in the natural key of a row that stood before."""
        key = schema.key_of(row.values)
        digest = key_digest(row.ledger, key) if key is not None else b""
        if digest in self._keys:
            self._held.setdefault(digest, []).append(row.id)

    def count(self, row_id: str, seen: RowSighting) -> None:
        """Take in that a row file stands at a path, whatever its bytes are."""
        first = self.rows.get(row_id)
        if first is None:
            first = self.rows[row_id] = self.past(row_id) or seen
        if first is not seen and (first.path, first.oid) != (seen.path, seen.oid):
            self.twice.append((first, seen))  # the same file again is the same row: a squash did it

    def read(self, row: Row, schema: Schema) -> None:
        """Take in what a sound row says: its natural key, and the rows it names."""
        key = schema.key_of(row.values)
        if key is not None:
            self._hold(key_digest(row.ledger, key), row.id)
        if row.ledger == corrections.LEDGER:
            self.fixes.append(row)
        for name in schema.links:
            value = row.values.get(name, ())
            targets = value if isinstance(value, tuple) else (value,)
            self._links += [(row.id, name, str(target)) for target in targets]

    def _hold(self, key: bytes, row_id: str) -> None:
        held = self._keys.setdefault(key, row_id)
        if isinstance(held, list):
            held.append(row_id)
        elif held != row_id:
            self._keys[key] = [held, row_id]

    def findings(
        self, precedes: Precedes, stands: Stands, equal: Equal
    ) -> Iterator[tuple[int, Problem]]:
        """Each finding with the place of its commit.

        `precedes` tells whether the commit of one row is an ancestor of another's, `stands`
        whether a row is there in the tree of the commit at a place, `equal` whether two rows say
        the same apart from their envelopes.
        """
        yield from self._twice()
        dead = self.superseded()
        yield from self._unlanded(dead, stands)
        yield from self._doubled((precedes, equal), dead)

    def _twice(self) -> Iterator[tuple[int, Problem]]:
        """Rows that are there under another path as well, each where it was added again.

        Two clones that sent the same row by ways of their own may have given it two buckets;
        readers count a row once, by its id.
        """
        for _, again in self.twice:
            same = sorted(self.paths_of(layout.row_id(again.path)))
            if again.path in same and len(same) > 1:
                other = next(path for path in same if path != again.path)
                what = f"the same row is at {other} as well; it counts once"
                yield again.commit, Problem(again.path, what, "", "row-twice", "note")

    def _is_there(self, row_id: str) -> bool:
        """Whether a row is there at the tip."""
        return self.seen(row_id) is not None if self.there is None else row_id in self.there

    def named_rows(self) -> set[str]:
        """Ids of the rows that rows name."""
        return {target for _, _, target in self._links}

    def superseded(self) -> Mapping[str, Row]:
        """Row ids that no longer count, by corrections of the range and before it."""
        every = (*self.earlier, *self.fixes)
        return corrections.corrections_by_row([fix for fix in every if self._is_there(fix.id)])

    def admitted(self) -> Iterator[Problem]:
        """What is wrong with rows that are about to be written."""
        for _, problem in self._unlanded(self.superseded(), lambda _row, _at: True):
            yield problem

    def _unlanded(self, dead: Mapping[str, Row], stands: Stands) -> Iterator[tuple[int, Problem]]:
        """What nobody could correct later: references to nothing, corrections that correct none."""
        for row_id, column, target in self._links:
            seen, found = self.rows[row_id], self.seen(target)
            if row_id in dead or not self._is_there(row_id) or self._is_there(target):
                continue
            if found is None or not stands(found, seen.commit):  # taken out later is told there
                what = f"{column} names row {target}, which this ledger does not have"
                hint = "fetch the ledger branch that has it, or void this row"
                yield seen.commit, Problem(seen.path, what, hint, "reference-unresolved")
        yield from self._corrected()
        yield from self._circles()

    def _corrected(self) -> Iterator[tuple[int, Problem]]:
        """Corrections of corrections, and replacements that belong to another ledger."""
        for fix in self.fixes:
            seen = self.rows[fix.id]
            names = [str(fix.values.get(name)) for name in ("target", "replacement")]
            target, new = map(self.seen, names)
            if target is None or not self._is_there(fix.id):
                continue
            if _ledger(target) == corrections.LEDGER:
                what = f"corrects {fix.values['target']}, itself a correction"
                hint = "amend the row it was about"
                yield seen.commit, Problem(seen.path, what, hint, "correction-of-correction")
            if new is not None and _ledger(target) != _ledger(new):
                what = f"replaces {fix.values['target']} by a row of another ledger"
                yield seen.commit, Problem(seen.path, what, "", "correction-across-ledgers")

    def _circles(self) -> Iterator[tuple[int, Problem]]:
        """Replacements that lead back to the row they replace: none of those rows counts."""
        ways: dict[str, set[str]] = {}
        for number, fix in enumerate((*self.earlier, *self.fixes)):
            if not self._is_there(fix.id):
                continue
            target, new = str(fix.values["target"]), str(fix.values.get("replacement", ""))
            if new and number >= len(self.earlier) and _leads(ways, new, target):
                seen = self.rows[fix.id]
                what = f"replaces {target} by {new}, which was replaced by it"
                hint = "record the fact anew with gitledger"
                yield seen.commit, Problem(seen.path, what, hint, "correction-circle")
            ways.setdefault(target, set()).add(new)

    def _doubled(
        self, asks: tuple[Precedes, Equal], dead: Mapping[str, Row]
    ) -> Iterator[tuple[int, Problem]]:
        for digest, held in self._keys.items():
            before = self._held.get(digest, [])
            if type(held) is str and not before:
                continue
            fresh = [held] if isinstance(held, str) else held
            every = dict.fromkeys((*before, *fresh))  # the same row under two paths is one fact
            live = [row_id for row_id in every if row_id not in dead and self._is_there(row_id)]
            for earlier, later in pairwise(live):
                if later in fresh and later not in before:
                    yield self._double(earlier, later, *asks)

    def _double(
        self, earlier: str, later: str, precedes: Precedes, equal: Equal
    ) -> tuple[int, Problem]:
        """Two live rows with one key: the same fact, or two that contradict each other."""
        seen, first = self.rows[later], self.seen(earlier)
        if equal(earlier, later):
            what = f"the same fact was recorded as row {earlier} as well; it counts once"
            return seen.commit, Problem(seen.path, what, "", "duplicate-merged", "note")
        hint = f"gitledger void {later} -m 'row {earlier} is right'; or void that one"
        if first is not None and precedes(first, seen):
            what = f"has the natural key of row {earlier}, and says otherwise"
            return seen.commit, Problem(seen.path, what, hint, "duplicate-key")
        what = f"two clones recorded this key otherwise before they met: see row {earlier}"
        return seen.commit, Problem(seen.path, what, hint, "duplicate-differs", "warning")


def _leads(ways: Mapping[str, set[str]], start: str, goal: str) -> bool:
    """Whether replacements lead from one row to another."""
    pending, met = [start], {start}
    while pending:
        at = pending.pop()
        if at == goal:
            return True
        fresh = ways.get(at, set()) - met
        met |= fresh
        pending += fresh
    return False


def _ledger(seen: RowSighting) -> str:
    return seen.path.split("/", 2)[1]
