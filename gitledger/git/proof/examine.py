"""Every commit of a range examined: what it changed, and every row it added.

The one judgement that hooks, `check` and `verify` share; `verify` runs it over the whole history.
Nothing that a writer believed is trusted: changes come from raw objects, schemas from the blobs
in force at each commit, rows from their bytes.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from gitledger.errors import FormatUnknown, LedgerDamaged, Problem
from gitledger.git import trees
from gitledger.git.commit import RawCommit, parse
from gitledger.git.objects import read
from gitledger.git.proof.history import CommitStep, steps, walk
from gitledger.git.proof.keyholders import Holders, Key, rows_like
from gitledger.git.proof.provenance import Silent
from gitledger.git.proof.standing import StandingRows
from gitledger.git.proof.texts import TextPolicy, TextsInForce
from gitledger.git.repository import Repository
from gitledger.ledger import codec, corrections, layout
from gitledger.ledger.announcement import (
    REQUIRED,
    SQUASHED,
    contradictions,
    is_plain,
    other_agent,
    tells_all,
)
from gitledger.ledger.appendonly import AddedRow, Judgement, judge, judge_merge
from gitledger.ledger.census import BEFORE, Census, RowSighting
from gitledger.ledger.references import Named
from gitledger.ledger.row import Row
from gitledger.ledger.rowproof import prove

Progress = Callable[[int, int], None]
SNAPSHOTS = "snapshots"
FIXES = f"{layout.LEDGERS}/{corrections.LEDGER}/"
MALFORMED = "make the commit anew: forges and `git fsck` refuse this one"


@dataclass(frozen=True, slots=True)
class ProofFinding:
    """A problem with the commit (40 hex digits) that brought it; its `where` is the path."""

    commit: str
    problem: Problem


@dataclass(slots=True)
class Examination:
    """What was examined and what was found. Guards that every commit is examined once, in order.

    `commits` stand parents before children; `added` counts the rows of each; `census` settles
    what only the whole can tell, `silent` are commits that add rows without naming them,
    `announced` ids that some commit names, `named` what of the world outside rows speak of,
    `texts` which definitions and settings are in force. Of a range, `before` is the tree that it
    begins with, `stood` the rows there and where its other sides begin, `keys` the natural keys of
    its rows by ledger.
    """

    repository: Repository
    commits: tuple[RawCommit, ...]
    texts: TextsInForce
    findings: list[ProofFinding] = field(default_factory=list)
    notes: list[ProofFinding] = field(default_factory=list)
    census: Census = field(default_factory=Census)
    named: Named = field(default_factory=Named)
    added: list[int] = field(default_factory=list)
    places: dict[bytes, int] = field(default_factory=dict)
    snapshots: list[Row] = field(default_factory=list)
    silent: list[Silent] = field(default_factory=list)
    announced: set[str] = field(default_factory=set)
    before: bytes | None = None
    keys: dict[str, list[Key]] = field(default_factory=dict)
    stood: StandingRows = field(init=False)

    def __post_init__(self) -> None:
        """Nothing stands yet."""
        self.stood = StandingRows(self.repository)

    def take(self, step: CommitStep) -> None:
        """Examine the next commit."""
        commit = step.commit
        place = self.places[commit.oid] = len(self.added)
        if commit.flaw:
            self.tell(commit.oid, Problem("", commit.flaw, MALFORMED, "commit-malformed"))
        merge = len(commit.parents) > 1
        judged = judge_merge(step.sides) if merge else judge(step.sides[0])
        for problem in judged.problems:
            self.tell(commit.oid, problem)
        if judged.texts or judged.others or len(commit.parents) != 1:
            self._texts(step, judged)
        else:
            self.texts.inherit(commit)
        self.added.append(len(judged.added))
        if not is_plain(commit.said, judged.added):
            self._announced(commit, judged)
        self.announced.update(commit.said.rows)
        for row in judged.added:
            self._row(commit, row, place)

    def _announced(self, commit: RawCommit, judged: Judgement) -> None:
        """What the message says of the rows, against the rows; silence is judged at the end."""
        said, merge = commit.said, len(commit.parents) > 1
        for problem in contradictions(said, judged.added, self._is_known, merge=merge):
            self.tell(commit.oid, problem)
        whole = tells_all(said, judged.added)
        if whole:
            self.announced.update(row.place.id for row in judged.added)
        required = any(self.texts.config(p).get("announced") == REQUIRED for p in commit.parents)
        silent = not whole and required if said.squashed else not said.announces
        if judged.added and silent:
            again = frozenset(r.path for r in judged.added if self._is_known(r.place.id))
            self.silent.append(Silent(commit.oid, judged.added, required, again))
        elif judged.added and said.squashed:
            self.tell(commit.oid, Problem("", SQUASHED, "", "squash", "note"))

    def _is_known(self, row_id: str) -> bool:
        return self.census.seen(row_id) is not None

    def tell(self, commit: bytes, problem: Problem) -> None:
        """Keep a problem with the commit (20 bytes) that brought it: a finding, or a note."""
        target = self.findings if problem.severity == "error" else self.notes
        target.append(ProofFinding(commit.hex(), problem))

    def _row(self, commit: RawCommit, row: AddedRow, place: int) -> None:
        self.census.count(row.place.id, RowSighting(place, row.path, row.oid))
        schema = self.texts.definition(commit.oid, row.place.ledger)
        try:
            data = read(self.repository, row.oid)
        except LedgerDamaged as error:
            self.tell(commit.oid, Problem(row.path, error.what, error.hint, "object-unreadable"))
            return
        found, problems = prove(data, row.path, row.place, schema)
        for problem in problems:
            self.tell(commit.oid, problem)
        if found is None:
            return
        other = other_agent(commit.said, found, row.path) if len(commit.parents) == 1 else None
        if other is not None:
            self.tell(commit.oid, other)
        if schema is not None and not problems:
            self.census.read(found, schema)
            self.named.read(found, schema)
            key = schema.key_of(found.values) if self.before is not None else None
            if key is not None:
                self.keys.setdefault(found.ledger, []).append(key)
            if found.ledger == SNAPSHOTS:
                self.snapshots.append(found)

    def _texts(self, step: CommitStep, judged: Judgement) -> None:
        """Which texts are in force from this commit on, and what became of each."""
        commit = step.commit
        for path, word in judged.texts if commit.parents else ():
            self.tell(commit.oid, Problem(path, f"was {word}", "", f"text-{word}", "note"))
        for path in judged.others:
            what = "lies next to the ledgers; gitledger does not read it"
            self.tell(commit.oid, Problem(path, what, "", "file-outside", "note"))
        for problem in self.texts.take(step):
            self.tell(commit.oid, problem)

    def begin_with(self, tree: bytes) -> None:
        """Let the rows of a tree stand already: what comes may name them, and not repeat them."""
        self.before = tree
        self.stood.take(tree)
        self.census.past = self._past
        for row_id, oid in self.stood.rows_of(FIXES).items():
            with suppress(LedgerDamaged, FormatUnknown):
                self.census.earlier.append(codec.decode(read(self.repository, oid), row_id))

    def met(self) -> dict[str, bytes]:
        """Path and blob of every row that the commits added; of one path the last."""
        every = [seen for seen in self.census.rows.values() if seen.commit != BEFORE]
        every += [again for _, again in self.census.twice]
        return {seen.path: seen.oid for seen in every}

    def paths_met(self, row_id: str) -> set[str]:
        """Every path under which a row was met, in the range or before it."""
        added = {path for path in self.met() if layout.row_id(path) == row_id}
        return added | {*self.stood.paths_of(row_id)}

    def _past(self, row_id: str) -> RowSighting | None:
        """The row of an id that stood before. What a merge may bring back stood as well."""
        found = self.stood.row(row_id)
        return RowSighting(BEFORE, *found) if found else None


def examine(
    repository: Repository,
    tips: Iterable[bytes],
    policy: TextPolicy,
    *,
    known: Collection[bytes] = (),
    before: bytes | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Examination:
    """Examine every commit reachable from the tips and not from `known` commits' side.

    `known` holds the commits (20 bytes each) where the walk stops: what was examined before;
    `before` is the tree whose rows stand already.
    Raises HistoryIncomplete and LedgerDamaged where history itself cannot be read.
    """
    ordered = walk(repository, tips, known, lambda count: progress(0, count))
    done = Examination(repository, tuple(ordered.values()), TextsInForce(repository, policy))
    if before is not None:
        done.begin_with(before)
    tree_of = {oid: commit.tree for oid, commit in ordered.items()}
    for border in {p for commit in done.commits for p in commit.parents if p not in ordered}:
        tree_of[border] = parse(border, read(repository, border)).tree
        done.texts.begin(border, tree_of[border])
        if before is not None:
            done.stood.take(tree_of[border])
    for number, step in enumerate(steps(repository, done.commits, tree_of.__getitem__), 1):
        done.take(step)
        if number % 500 == 0:
            progress(number, len(done.commits))
    return done


def _precedes(done: Examination) -> Callable[[RowSighting, RowSighting], bool]:
    """Whether the commit of one row is an ancestor of another's, or the same."""
    straight = all(len(commit.parents) <= 1 for commit in done.commits)

    def answer(first: RowSighting, second: RowSighting) -> bool:
        earlier, later = first.commit, second.commit
        if earlier == BEFORE:
            return _holds(done, later, first.path)
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


def _holds(done: Examination, place: int, path: str) -> bool:
    """Whether something stands at a path in the tree of the commit at a place."""
    read_tree = partial(read, done.repository)
    return trees.lookup(done.commits[place].tree, path, read_tree) is not None


def settle(
    done: Examination, shown: StandingRows | None = None, holders: Holders | None = None
) -> None:
    """Ask the census, once all is examined; its findings join the others.

    `shown` are the rows that are there in the end; None where all that were met are. `holders`
    spares the reading of older rows that have none of the new keys.
    """
    _keys_before(done, holders)
    done.census.there = shown
    done.census.paths_of = done.paths_met if shown is None else shown.paths_of

    def stands(row: RowSighting, place: int) -> bool:
        return _holds(done, place, row.path)

    def equal(first: str, second: str) -> bool:
        return _values(done, first) == _values(done, second)

    for place, problem in done.census.findings(_precedes(done), stands, equal):
        done.tell(done.commits[place].oid, problem)


def _values(done: Examination, row_id: str) -> object:
    """What a row says apart from its envelope; None where its bytes tell nothing."""
    seen = done.census.seen(row_id)
    with suppress(LedgerDamaged, FormatUnknown):
        return codec.decode(read(done.repository, seen.oid), row_id).values if seen else None
    return None


def _keys_before(done: Examination, holders: Holders | None) -> None:
    """The keys of the rows that stood before, in the ledgers that got rows with keys."""
    if done.before is None or not done.keys:
        return
    tip = done.commits[-1].oid
    for name, keys in done.keys.items():
        schema = done.texts.definition(tip, name)
        if schema is not None:
            likely = holders(schema, done.stood.roots, keys) if holders else None
            if likely is not None and not likely:
                continue
            stood = done.stood.rows_of(f"{layout.LEDGERS}/{name}/")
            if likely is not None:
                stood = {row_id: oid for row_id, oid in stood.items() if row_id in likely}
            for row in rows_like(done.repository, stood.items(), schema, keys):
                done.census.held(row, schema)
