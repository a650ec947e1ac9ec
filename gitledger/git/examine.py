"""Every commit of a range examined: what it changed, and every row it added.

The one judgement that hooks, `check` and `verify` share; `verify` runs it over the whole history.
Nothing that a writer believed is trusted: changes come from raw objects, schemas from the blobs
in force at each commit, rows from their bytes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gitledger.errors import LedgerDamaged, Problem
from gitledger.git import trees
from gitledger.git.objects import read
from gitledger.git.rawhistory import RawCommit, Step, parse, steps, walk
from gitledger.git.repository import Repository
from gitledger.ledger import layout
from gitledger.ledger.appendonly import AddedRow, Judgement, judge, judge_merge
from gitledger.ledger.census import Census, Seen
from gitledger.ledger.named import Named
from gitledger.ledger.row import Row
from gitledger.ledger.rowproof import prove
from gitledger.ledger.schema import Schema, parse_schema
from gitledger.ledger.widening import weakened
from gitledger.ledger.yamltext import load

Progress = Callable[[int, int], None]
SNAPSHOTS = "snapshots"
SQUASHED = "its rows came by a squash merge: their own commits are not in this history"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with the commit (40 hex digits) that brought it; its `where` is the path."""

    commit: str
    problem: Problem


@dataclass(slots=True)
class Examination:
    """What was examined and what was found. Guards that every commit is examined once, in order.

    `commits` stand parents before children; `added` counts the rows of each; `census` settles
    what only the whole can tell, `named` what of the world outside rows speak of.
    """

    repository: Repository
    commits: tuple[RawCommit, ...]
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    census: Census = field(default_factory=Census)
    named: Named = field(default_factory=Named)
    added: list[int] = field(default_factory=list)
    places: dict[bytes, int] = field(default_factory=dict)
    snapshots: list[Row] = field(default_factory=list)
    _definitions: dict[bytes, Mapping[str, bytes]] = field(default_factory=dict)
    _schemas: dict[bytes, Schema | None] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Examine the next commit."""
        commit = step.commit
        place = self.places[commit.oid] = len(self.added)
        judged = judge(step.sides[0]) if len(step.sides) == 1 else judge_merge(step.sides)
        for problem in judged.problems:
            self._tell(commit, problem)
        if judged.texts or judged.others or len(commit.parents) != 1:
            self._texts(step, judged)
        else:
            self._definitions[commit.oid] = self._definitions[commit.parents[0]]
        self.added.append(len(judged.added))
        if judged.added:
            self._announced(commit, judged.added)
            for row in judged.added:
                self._row(commit, row, place)

    def _tell(self, commit: RawCommit, problem: Problem) -> None:
        target = self.findings if problem.severity == "error" else self.notes
        target.append(Finding(commit.oid.hex(), problem))

    def _row(self, commit: RawCommit, row: AddedRow, place: int) -> None:
        self.census.count(row.place.id, Seen(place, row.path, row.oid))
        blob = self._definitions[commit.oid].get(row.place.ledger)
        schema = self._schema(blob) if blob else None
        try:
            data = read(self.repository, row.oid)
        except LedgerDamaged as error:
            self._tell(commit, Problem(row.path, error.what, error.hint, "object-unreadable"))
            return
        found, problems = prove(data, row.path, row.place, schema)
        for problem in problems:
            self._tell(commit, problem)
        if found is not None and schema is not None and not problems:
            self.census.read(found, schema)
            self.named.read(found, schema)
            if found.ledger == SNAPSHOTS:
                self.snapshots.append(found)

    def _announced(self, commit: RawCommit, added: Collection[AddedRow]) -> None:
        """A row's commit names it: what does not was made by hand, or squashed by a forge."""
        if commit.squashed:
            self._tell(commit, Problem("", SQUASHED, "", "squash", "note"))
            return
        if len(added) <= commit.more or all(row.place.id in commit.rows for row in added):
            return
        what = "the commit that adds this row does not name it: gitledger did not write it"
        hint = "if the fact is true, void this row and record it with gitledger"
        for row in added:
            if row.place.id not in commit.rows:
                self._tell(commit, Problem(row.path, what, hint, "row-smuggled"))

    def _texts(self, step: Step, judged: Judgement) -> None:
        """Which definitions are in force from this commit on, and what became of each text."""
        commit = step.commit
        for path, word in judged.texts if commit.parents else ():
            self._tell(commit, Problem(path, f"was {word}", "", f"text-{word}", "note"))
        for path in judged.others:
            what = "stands beside the ledgers; gitledger does not read it"
            self._tell(commit, Problem(path, what, "", "file-outside", "note"))
        first = commit.parents[0] if commit.parents else None
        force = dict(self._definitions[first]) if first else {}
        for number, side in enumerate(step.sides):
            for change in side:
                match = layout.SCHEMA_PATH.match(change.path.decode("utf-8", "replace"))
                if match:
                    self._compare(commit, match[1], change)
                if match and number == 0:
                    force.pop(match[1], None)
                    if change.new is not None:
                        force[match[1]] = change.new.oid
        self._definitions[commit.oid] = force

    def _compare(self, commit: RawCommit, ledger: str, change: trees.Change) -> None:
        """Check a new definition, and that it only gained optional columns."""
        path = layout.schema_path(ledger)
        old = self._schema(change.old.oid) if change.old else None
        if change.new is None:
            return
        fresh = change.new.oid not in self._schemas
        new = self._schema(change.new.oid)
        if new is None or new.ledger != ledger:
            what = "is no definition of this ledger" if new else self._why_broken(change.new.oid)
            if fresh:
                hint = "put the parent's definition back, extended by optional columns"
                self._tell(commit, Problem(path, what, hint, "schema-broken"))
        elif old is not None:
            for problem in weakened(old, new):
                self._tell(commit, problem)

    def _schema(self, blob: bytes) -> Schema | None:
        if blob not in self._schemas:
            self._schemas[blob] = self._parsed(blob)[0]
        return self._schemas[blob]

    def _parsed(self, blob: bytes) -> tuple[Schema | None, Iterable[Problem]]:
        try:
            text = read(self.repository, blob).decode("utf-8", "replace")
        except LedgerDamaged as error:
            return None, [Problem("", error.what, error.hint)]
        values, problems = load(text, layout.SCHEMA_FILE)
        return (None, problems) if problems else parse_schema(values, layout.SCHEMA_FILE)

    def _why_broken(self, blob: bytes) -> str:
        return "; ".join(str(problem) for problem in self._parsed(blob)[1])

    def begin_at(self, commit: bytes, tree: bytes) -> None:
        """Let a commit outside the range be a parent: its definitions are in force there."""
        self._definitions[commit] = dict(_definitions_of(self.repository, tree))


def _definitions_of(repository: Repository, tree: bytes) -> Iterator[tuple[str, bytes]]:
    def load_tree(oid: bytes) -> bytes:
        return read(repository, oid)

    folder = trees.lookup(tree, layout.LEDGERS, load_tree)
    for entry in trees.entries(load_tree(folder.oid)) if folder else ():
        if entry.mode == trees.TREE:
            schema = trees.find(load_tree(entry.oid), layout.SCHEMA_FILE.encode())
            if schema:
                yield entry.name.decode("utf-8", "replace"), schema.oid


def examine(
    repository: Repository,
    tips: Iterable[bytes],
    *,
    known: Collection[bytes] = (),
    progress: Progress = lambda _done, _total: None,
) -> Examination:
    """Examine every commit reachable from the tips and not from `known` commits' side.

    `known` holds the commits (20 bytes each) where the walk stops: what was examined before.
    Raises HistoryIncomplete and LedgerDamaged where history itself cannot be read.
    """
    ordered = walk(repository, tips, known, lambda count: progress(0, count))
    done = Examination(repository, tuple(ordered.values()))
    tree_of = {oid: commit.tree for oid, commit in ordered.items()}
    for border in {p for commit in done.commits for p in commit.parents if p not in ordered}:
        tree_of[border] = parse(border, read(repository, border)).tree
        done.begin_at(border, tree_of[border])
    for number, step in enumerate(steps(repository, done.commits, tree_of.__getitem__), 1):
        done.take(step)
        if number % 500 == 0:
            progress(number, len(done.commits))
    return done


def precedes(done: Examination) -> Callable[[int, int], bool]:
    """Whether one commit (by place) is an ancestor of another, or the same."""
    straight = all(len(commit.parents) <= 1 for commit in done.commits)

    def answer(earlier: int, later: int) -> bool:
        if earlier == later or straight:
            return earlier <= later
        pending, seen = [later], {later}
        while pending:
            parents = done.commits[pending.pop()].parents
            for place in (done.places.get(parent, -1) for parent in parents):
                if place == earlier:
                    return True
                if place > earlier and place not in seen:
                    seen.add(place)
                    pending.append(place)
        return False

    return answer


def settle(done: Examination) -> None:
    """Ask the census, once all is examined; its findings join the others."""
    for place, problem in done.census.findings(precedes(done)):
        target = done.findings if problem.severity == "error" else done.notes
        target.append(Finding(done.commits[place].oid.hex(), problem))


def tip_differs(done: Examination, tip: RawCommit) -> Iterator[Finding]:
    """What the tip's tree holds against what history added: git may not be shown another tree."""
    left = {seen.path: seen.oid for seen in done.census.rows.values()}
    left |= {again.path: again.oid for _, again in done.census.twice}
    known = {f.problem.where for f in done.findings if f.problem.code.startswith(("row-", "merge"))}
    for path, oid in _row_files(done.repository, tip.tree):
        if left.pop(path, None) != oid and path not in known:
            what = "the row at the tip is not the one that history added"
            yield Finding(tip.oid.hex(), Problem(path, what, "run `git fsck`", "tip-differs"))
    for path in left.keys() - known:
        what = "history added this row and the tip does not have it"
        yield Finding(tip.oid.hex(), Problem(path, what, "run `git fsck`", "tip-differs"))


def _row_files(repository: Repository, tree: bytes) -> Iterator[tuple[str, bytes]]:
    """Path and blob of every row file of a tree, from trees whose bytes have their ids."""
    pending = [("", tree)]
    while pending:
        prefix, oid = pending.pop()
        for mode, name, below in trees.lines(read(repository, oid)):
            path = prefix + name.decode("utf-8", "replace")
            if mode == trees.TREE:
                pending.append((path + "/", below))
            elif path.endswith(".json") and layout.parse_row_path(path):
                yield path, below
