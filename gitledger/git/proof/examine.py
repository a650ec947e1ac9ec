"""Every commit of a range examined: what it changed, and every row it added.

The one judgement that hooks, `check` and `verify` share; `verify` runs it over the whole history.
Nothing that a writer believed is trusted: changes come from raw objects, schemas from the blobs
in force at each commit, rows from their bytes.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from gitledger.errors import FormatUnknown, LedgerDamaged, Problem
from gitledger.git.commit import RawCommit, parse
from gitledger.git.objects import read
from gitledger.git.proof.history import CommitStep, steps, walk
from gitledger.git.proof.keyholders import Key
from gitledger.git.proof.provenance import Silent
from gitledger.git.proof.standing import StandingRows
from gitledger.git.proof.texts import TextPolicy, TextsInForce
from gitledger.git.proof.watch import SILENT, WaitingRow, Watch
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
from gitledger.ledger.schema import Schema

SNAPSHOTS = "snapshots"
AT_ONCE = 512  # rows that are read, then proven
FIXES = f"{layout.LEDGERS}/{corrections.LEDGER}/"
MALFORMED = "make the commit anew: forges and `git fsck` refuse this one"


@dataclass(frozen=True, slots=True)
class ProofFinding:
    """A problem with the commit (40 hex digits) that brought it; its `where` is the path."""

    commit: str
    problem: Problem

    def payload(self) -> dict[str, str]:
        """JSON form, as other tools read it."""
        p = self.problem
        return {
            "code": p.code,
            "commit": self.commit,
            "path": p.where,
            "what": p.what,
            "hint": p.hint,
        }


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
    watch: Watch = SILENT
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
    _waiting: list[WaitingRow] = field(default_factory=list)

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
        # a merge chooses among the texts of its parents, a root has none to inherit
        if judged.texts or judged.others or len(commit.parents) != 1:
            self._texts(step, judged)
        else:
            self.texts.inherit(commit)
        self.added.append(len(judged.added))
        if not is_plain(commit.said, judged.added):
            self._announced(commit, judged)
        self.announced.update(commit.said.rows)
        for row in judged.added:
            self.census.count(row.place.id, RowSighting(place, row.path, row.oid))
            schema = self.texts.definition(commit.oid, row.place.ledger)
            self._waiting.append(WaitingRow(commit, row, schema))
        if len(self._waiting) >= AT_ONCE:
            self.prove_waiting()

    def prove_waiting(self) -> None:
        """Prove the rows that were added since; all are read first: by turns both take longer."""
        waiting, self._waiting = self._waiting, []
        for begun in range(0, len(waiting), AT_ONCE):
            some = waiting[begun : begun + AT_ONCE]
            for one, data in zip(some, [self._bytes(one) for one in some], strict=True):
                if data is not None:
                    self._row(one.commit, one.row, data, one.schema)

    def _bytes(self, one: WaitingRow) -> bytes | None:
        """The bytes of a row; None, and told, where they cannot be read."""
        try:
            return read(self.repository, one.row.oid)
        except LedgerDamaged as error:
            found = Problem(one.row.path, error.what, error.hint, "object-unreadable")
            self.tell(one.commit.oid, found)
            return None

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

    def _row(self, commit: RawCommit, row: AddedRow, data: bytes, schema: Schema | None) -> None:
        found, problems = prove(data, row.path, row.place, schema)
        for problem in problems:
            self.tell(commit.oid, problem)
        if found is None:
            return
        other = other_agent(commit.said, found, row.path) if len(commit.parents) == 1 else None
        if other is not None:
            self.tell(commit.oid, other)
        if schema is not None and not problems:
            self.watch.proven(row.oid, found)
            self.census.read(found, schema)
            self.named.read(found, schema)
            # of a whole history the census has every key; a range asks older rows for its own
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
    watch: Watch = SILENT,
) -> Examination:
    """Examine every commit reachable from the tips and not from `known` commits' side.

    `known` holds the commits (20 bytes each) where the walk stops: what was examined before;
    `before` is the tree whose rows stand already.
    Raises HistoryIncomplete and LedgerDamaged where history itself cannot be read.
    """
    ordered = walk(repository, tips, known, lambda count: watch.progress(0, count))
    texts = TextsInForce(repository, policy)
    done = Examination(repository, tuple(ordered.values()), texts, watch)
    if before is not None:
        done.begin_with(before)
    # the first commits of a range are compared with parents that lie outside of it
    tree_of = {oid: commit.tree for oid, commit in ordered.items()}
    for border in {p for commit in done.commits for p in commit.parents if p not in ordered}:
        tree_of[border] = parse(border, read(repository, border)).tree
        done.texts.begin(border, tree_of[border])
        if before is not None:
            done.stood.take(tree_of[border])
    for number, step in enumerate(steps(repository, done.commits, tree_of.__getitem__), 1):
        done.take(step)
        if number % 500 == 0:
            watch.progress(number, len(done.commits))
    done.prove_waiting()
    for told in (done.findings, done.notes):  # what waited is told where it belongs
        told.sort(key=lambda found: done.places.get(bytes.fromhex(found.commit), -1))
    return done
