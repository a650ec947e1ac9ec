"""What remembers where the branch was: reflog, remotes, the last checkpoint, code commits.

A branch only grows, so every tip it ever had is among its commits. One that is not was taken away
by force; the rows it had are named where the objects still stand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gitledger.errors import GitledgerError, Problem, with_noun
from gitledger.git.commit import RawCommit, parse
from gitledger.git.objects import read
from gitledger.git.proof.checkpoint import Checkpoint
from gitledger.git.proof.examine import Examination, ProofFinding
from gitledger.git.proof.history import steps, walk
from gitledger.git.proof.remotes import FORMER, kept_tips
from gitledger.git.proof.restatement import holds_all
from gitledger.git.proof.tips import named_tips
from gitledger.git.reflog import ZERO, moves_of
from gitledger.git.refs import branch_ref, read_ref, tracking_ref
from gitledger.git.repository import DEFAULT_BRANCH, Repository, setting
from gitledger.ledger.appendonly import judge, judge_merge

TRAILER = "the Ledger-Tip"
NAMED = 200  # lost rows named one by one; beyond it they are counted


@dataclass(frozen=True, slots=True)
class Witness:
    """A tip (20 bytes) that the branch had, and who remembers it.

    `sure` is False where a loss is not the only explanation: a killed writer (the reflog is
    written before the branch moves), or a colleague who has not pushed the ledger. `commit` is
    the code commit whose `Ledger-Tip:` names the tip (40 hex digits), "" for other witnesses.
    """

    name: str
    tip: bytes
    sure: bool = True
    commit: str = ""

    @property
    def told(self) -> str:
        """Who remembers, in words."""
        return f"{self.name} of code commit {self.commit[:12]}" if self.commit else self.name


@dataclass(frozen=True, slots=True)
class RemoteTip:
    """A remote's copy of the branch as last known, and the tips that were pushed from here."""

    name: str
    tip: bytes
    pushed: tuple[bytes, ...]


def reflog(repository: Repository, ref: str) -> tuple[tuple[bytes, bytes, bytes], ...]:
    """The moves of a ref that git remembers, oldest first: old id, new id (20 bytes), reason."""
    moves = moves_of(repository.common, ref)
    return tuple((_id(move.old), _id(move.new), move.words) for move in moves)


def _id(name: str) -> bytes:
    try:
        return bytes.fromhex(name) if name.encode() != ZERO else b""
    except ValueError:  # a line of a reflog that somebody wrote by hand
        return b""


def remote_tips(repository: Repository, branch: str) -> tuple[RemoteTip, ...]:
    """Each remote's copy of this branch, by name."""
    found = []
    for remote in repository.handle.remotes.names():
        ref = tracking_ref(f"{remote}/{branch}")
        tip = read_ref(repository, ref)
        if tip is not None:
            moves = reflog(repository, ref)
            pushed = tuple(new for _, new, reason in moves if b"by push" in reason and new)
            found.append(RemoteTip(f"{remote}/{branch}", tip, pushed))
    return tuple(found)


def witnesses(repository: Repository, branch: str, point: Checkpoint | None) -> tuple[Witness, ...]:
    """Every tip that the branch certainly had, most telling first."""
    found = []
    if point is not None:
        found.append(Witness(f"the checkpoint verified at {point.at}", bytes.fromhex(point.tip)))
    moves = reflog(repository, branch_ref(branch))
    found += _moves(moves, f"the reflog of {branch}", read_ref(repository, branch_ref(branch)))
    for remote in remote_tips(repository, branch):
        found += [Witness(f"a push to {remote.name}", tip) for tip in remote.pushed]
        if not moves:
            # nothing here remembers that the branch never had what the remote has
            found.append(Witness(f"the last known tip of {remote.name}", remote.tip))
    for kept in kept_tips(repository, branch):
        name = f"{kept.remote}/{branch}" if kept.remote else FORMER
        found.append(Witness(f"what was verified of {name}", kept.tip))
    if branch == (setting(repository, "gitledger.branch") or DEFAULT_BRANCH):
        found += [Witness(TRAILER, tip, commit=code) for code, tip in named_tips(repository)]
    return tuple(found)


def _moves(
    moves: Sequence[tuple[bytes, bytes, bytes]], name: str, now: bytes | None
) -> Iterator[Witness]:
    """Tips of the reflog, newest first; one that the next move did not start from is not sure."""
    follower = now or b""
    for old, new, _ in reversed(moves):
        if new:
            # git writes the log before it moves the ref: a writer that was killed between the two
            # leaves a move to where nobody went on from
            sure = new == follower or old != follower
            yield Witness(name if sure else f"{name} (a killed writer?)", new, sure)
        if old:
            yield Witness(name, old)
        follower = old


def lost_findings(
    done: Examination, tip: bytes, branch: str, remembered: Sequence[Witness]
) -> Iterator[ProofFinding]:
    """A finding for each witness whose tip the branch lacks, and for each row that went with it."""
    missing = [witness for witness in remembered if witness.tip not in done.places]
    missing = list(_weighed(done, branch, missing))
    newest: dict[str, Witness] = {}
    for witness in missing:
        newest.setdefault(witness.name, witness)
    trails = {witness.tip: _trail(done, witness.tip) for witness in newest.values()}
    for head, trail in trails.items():
        if any(head in (other or ()) for end, other in trails.items() if end != head):
            continue  # it lies behind another lost tip, and is told with that one
        who = [w for w in newest.values() if w.tip == head or w.tip in (trail or ())]
        names = " and ".join(w.told for w in who)
        if trail is not None and holds_all(done, head, tip):
            yield ProofFinding(head.hex(), _restated(head, names))
            continue
        found = _moved(trail, tip, branch, names, head)
        sure = any(witness.sure for witness in who)
        yield ProofFinding(head.hex(), found if sure else replace(found, severity="note"))
    heads = {witness.tip for witness in missing if witness.sure}
    if heads:
        yield from _lost_rows(done, heads)


def _weighed(done: Examination, branch: str, missing: Sequence[Witness]) -> Iterator[Witness]:
    """What code commits say, weighed: no loss where a remote has it, none certain where none has.

    A commit made elsewhere may name a tip that was not pushed or not fetched yet.
    """
    ahead: dict[bytes, RawCommit] | None = None
    for witness in missing:
        if not witness.commit:
            yield witness
            continue
        if ahead is None:
            ahead = {}
            for remote in remote_tips(done.repository, branch):
                ahead |= _trail(done, remote.tip) or {}
        if witness.tip not in ahead:
            yield replace(witness, sure=_trail(done, witness.tip) is not None)


def _trail(done: Examination, tip: bytes) -> dict[bytes, RawCommit] | None:
    """The commits of a lost tip that this branch lacks, or None where objects are gone."""
    try:
        return walk(done.repository, [tip], done.places)
    except GitledgerError:
        return None


def _restated(tip: bytes, name: str) -> Problem:
    what = f"the branch reached the same rows and texts by other commits than {tip.hex()[:12]}"
    return Problem("", f"{what}, known from {name}", "", "history-restated", "note")


def _moved(
    trail: dict[bytes, RawCommit] | None, tip: bytes, branch: str, name: str, witness: bytes
) -> Problem:
    short = witness.hex()[:12]
    if trail is None:
        what = f"the branch lacks tip {short}, whose objects are gone; it is known from {name}"
        hint = "`git fetch` from whoever has it; if nobody has it, the rows are lost"
        return Problem("", what, hint, "tip-lost")
    borders = {p for commit in trail.values() for p in commit.parents if p not in trail}
    if borders == {tip}:
        back = with_noun(len(trail), "commit")
        what = f"the branch was moved back by {back}; tip {short} is known from {name}"
        hint = f"git update-ref refs/heads/{branch} {witness.hex()} {tip.hex()}"
        hint = f"gitledger sync where a remote has it, else {hint}"
        return Problem("", what, hint, "tip-rewound")
    what = f"history was rewritten: the branch lacks tip {short}, known from {name}"
    hint = f"keep it with `git branch ledger-lost {witness.hex()}`, then restore or join it"
    return Problem("", what, hint, "history-rewritten")


def _lost_rows(done: Examination, heads: set[bytes]) -> Iterator[ProofFinding]:
    """The rows that only lost commits have, by the commit that added each."""
    trail: dict[bytes, RawCommit] = {}
    for head in heads:
        trail |= _trail(done, head) or {}
    repository = done.repository

    def tree_of(oid: bytes) -> bytes:
        return trail[oid].tree if oid in trail else parse(oid, read(repository, oid)).tree

    named = 0
    told: set[str] = set()
    for step in steps(repository, tuple(trail.values()), tree_of):
        judged = judge(step.sides[0]) if len(step.sides) == 1 else judge_merge(step.sides)
        for row in judged.added:
            if row.place.id in done.census.rows or row.place.id in told:
                continue
            told.add(row.place.id)
            named += 1
            if named <= NAMED:
                what = "this row was recorded and the branch no longer has it"
                hint = f"git show {step.commit.oid.hex()[:12]}:{row.path}"
                yield ProofFinding(step.commit.oid.hex(), Problem(row.path, what, hint, "row-lost"))
    if named > NAMED:
        what = with_noun(named - NAMED, "more row was lost", "more rows were lost")
        yield ProofFinding("", Problem("", what, "restore the lost tip", "row-lost"))


def recorded_root(repository: Repository, branch: str, point: Checkpoint | None) -> bytes | None:
    """The root that the checkpoint remembers, else the commit the reflog saw the branch born as."""
    if point is not None:
        return bytes.fromhex(point.root)
    for old, new, _ in reflog(repository, branch_ref(branch))[:1]:
        try:
            born = parse(new, read(repository, new))
        except GitledgerError:
            return None
        return born.oid if not old and not born.parents else None
    return None


def roots(done: Examination, tip: bytes, recorded: bytes | None) -> Iterator[ProofFinding]:
    """A finding for each root but the recorded one, and for a recorded one that is not there."""
    found = [commit.oid for commit in done.commits if not commit.parents]
    first = recorded or _first_parent_root(done, tip)
    if first not in found:
        what = f"the branch began with commit {first.hex()[:12]}, and now begins otherwise"
        hint = "find out who rebuilt the branch; another clone has the old one"
        yield ProofFinding(found[0].hex(), Problem("", what, hint, "root-changed"))
        first = _first_parent_root(done, tip)  # of what is there the others are second ones
    for root in found:
        if root != first:
            what = f"a second root: this ledger begins with commit {first.hex()[:12]}"
            hint = "two ledgers were joined; move the rows over with export and import instead"
            yield ProofFinding(root.hex(), Problem("", what, hint, "second-root"))


def other_ledgers(done: Examination, branch: str) -> Iterator[ProofFinding]:
    """A finding for each remote whose branch of this name grew from another root."""
    for remote in remote_tips(done.repository, branch):
        trail = _trail(done, remote.tip) if remote.tip not in done.places else None
        for root in [commit.oid for commit in (trail or {}).values() if not commit.parents]:
            what = f"{remote.name} begins with commit {root.hex()[:12]}: it is another ledger"
            hint = "they never join: bring the rows of one over with export and import csv"
            yield ProofFinding(root.hex(), Problem("", what, hint, "remote-other-root"))


def _first_parent_root(done: Examination, tip: bytes) -> bytes:
    while parents := done.commits[done.places[tip]].parents:
        tip = parents[0]
    return tip
