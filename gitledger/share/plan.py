"""What an exchange with one remote would do, before anything moves.

The commit that goes there, the commit that the local branch moves to, and what they bring. Reads
objects; writes nothing.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gitledger.book.holdback import row_id, with_dependents
from gitledger.errors import ExchangeFailed, GitledgerError, HistoryIncomplete, with_noun
from gitledger.git.branch import definitions
from gitledger.git.branch.store import store_commit
from gitledger.git.branch.tip import Tip, tip_at
from gitledger.git.code.revision import merge_base
from gitledger.git.objects import Batch, CommitPlace, run_git
from gitledger.git.proof.checkpoint import path_of
from gitledger.git.proof.tip import row_files
from gitledger.git.repository import Identity, Repository, shallow_boundary
from gitledger.ledger.schema import Schema
from gitledger.share.restate import Entries, restate, rows_of
from gitledger.share.union import Choice, Union, unite_tips


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done: `going` is pushed (None: nothing is), then the branch moves to `local`.

    `sent` and `received` are rows by path (with their blobs), `back` paths of rows that one side
    had taken out, `held` ids that stay here. `kept`: the old tip is in no history any more.
    """

    ours: Tip
    theirs: Tip
    going: bytes | None
    local: bytes | None
    sent: Mapping[str, bytes] = field(default_factory=dict)
    received: Mapping[str, bytes] = field(default_factory=dict)
    back: Sequence[str] = ()
    held: frozenset[str] = frozenset()
    kept: bool = False
    batch: Batch = field(default_factory=Batch)


def contains(repository: Repository, tip: bytes | None, commit: bytes) -> bool:
    """Whether a commit is a tip or among what it descends from."""
    return tip is not None and (tip == commit or merge_base(repository, tip, commit) == commit)


def plan_exchange(
    ours: Tip, theirs: Tip, choice: Choice, who: Identity, held: frozenset[str] = frozenset()
) -> Plan:
    """The plan for two tips, either of which may be unborn.

    Raises ExchangeFailed where they are two ledgers, ExchangeConflict where they contradict.
    """
    repository = ours.repository
    if ours.commit is None or theirs.commit is None:
        return _one_sided(ours, theirs, who, held)
    if ours.commit == theirs.commit:
        return Plan(ours, theirs, None, ours.commit)
    if merge_base(repository, ours.commit, theirs.commit) is None:
        raise another_ledger(ours, theirs, choice)
    batch, made = Batch(), Batch()
    union = unite_tips(ours, theirs, choice, made)
    back = tuple(union.back)
    staying = _staying(ours, union, held)
    if staying:
        return _without(ours, theirs, union, (who, choice.remote, staying), made)
    behind = contains(repository, theirs.commit, ours.commit)
    going: bytes | None = None
    if union.tree == theirs.tree:
        local = theirs.commit
    elif union.tree == ours.tree and contains(repository, ours.commit, theirs.commit):
        going = local = ours.commit
    else:
        definitions.refuse_unsigned(ours)
        batch = made  # else the union is one of the two, and every object of it stands
        going = local = _merge(ours, theirs.commit, union, (who, choice.remote), batch)
    kept = local == theirs.commit and not behind
    return Plan(
        *(ours, theirs, going, local, union.ours, union.theirs),
        back=back,
        kept=kept,
        batch=batch,
    )


def shallow(choice: Choice) -> HistoryIncomplete:
    """The refusal where a shallow clone was cut above what has to be read, with the way out."""
    hint = f"git fetch --unshallow {choice.remote} {choice.branch}"
    return HistoryIncomplete("this clone is shallow", hint)


def another_ledger(ours: Tip, theirs: Tip, choice: Choice) -> GitledgerError:
    """The refusal where the two histories never met, or were cut above where they did."""
    if shallow_boundary(theirs.repository):
        return shallow(choice)
    words = ("rev-list", "--max-parents=0", (theirs.commit or b"").hex())
    root = run_git(theirs.repository, words).stdout.decode("ascii", "replace").split()[-1:]
    began = f"{root[0][:12]}..." if root else "unknown"
    name = f"{choice.remote}/{choice.branch}"
    what = f"{name} began with another commit ({began}): it is another ledger"
    if next(row_files(ours.repository, ours.tree or b""), None) is None:
        point = path_of(ours.repository, choice.branch)  # a person gives it up, no program does
        gone = f"git branch -D {choice.branch}; rm -f {shlex.quote(str(point))}; gitledger init"
        return ExchangeFailed(what, f"the one here has no rows; to take that one: {gone}")
    return ExchangeFailed(what, "gitledger export, then import csv")


def _one_sided(ours: Tip, theirs: Tip, who: Identity, held: frozenset[str]) -> Plan:
    """One of the two has no ledger yet: it gets the other's."""
    repository = ours.repository
    if ours.commit is None:
        rows = dict(row_files(repository, theirs.tree)) if theirs.tree else {}
        return Plan(ours, theirs, None, theirs.commit, received=rows)
    rows = dict(row_files(repository, ours.tree or b""))
    root = _root(ours)
    begun = dict(row_files(repository, root.tree or b""))
    union = Union(tree=ours.tree or b"", ours={p: o for p, o in rows.items() if p not in begun})
    staying = _staying(ours, union, held)
    if not staying:
        return Plan(ours, theirs, ours.commit, ours.commit, sent=rows)
    batch = Batch()
    changed = unite_tips(ours, root, Choice.nobody(), batch)
    union.texts = changed.texts
    return _without(ours, root, union, (who, "nobody", staying), batch)


def _root(tip: Tip) -> Tip:
    """The commit that a ledger began with."""
    words = ("rev-list", "--max-parents=0", (tip.commit or b"").hex())
    names = run_git(tip.repository, words).stdout.decode("ascii", "replace").split()
    return tip_at(tip.repository, bytes.fromhex(names[-1]))


def _staying(ours: Tip, union: Union, held: frozenset[str]) -> frozenset[str]:
    """The held rows among those that the other side lacks, and what names them."""
    if not held & {row_id(path) for path in union.ours}:
        return frozenset()
    rows = rows_of(ours, union.ours)
    schemas: dict[str, Schema] = {
        name: definitions.schema(ours, name) for name in {row.ledger for row in rows}
    }
    return with_dependents(held, rows, schemas) & {row.id for row in rows}


def _without(
    ours: Tip,
    theirs: Tip,
    union: Union,
    whose: tuple[Identity, str, frozenset[str]],
    batch: Batch,
) -> Plan:
    """The plan where some rows stay here: the others go in fresh commits, ours join them here."""
    who, remote, staying = whose
    sent = {path: oid for path, oid in union.ours.items() if row_id(path) not in staying}
    texts: Entries = union.texts
    going = restate(theirs, sent, texts, who, batch) if sent or texts else None
    other = going or theirs.commit or b""
    if going is None and contains(ours.repository, ours.commit, other):
        local = ours.commit
    else:
        local = _merge(ours, other, union, (who, remote), batch)
    return Plan(
        *(ours, theirs, going, local, sent, union.theirs),
        back=tuple(union.back),
        held=staying,
        batch=batch,
    )


def _merge(
    ours: Tip, theirs: bytes, union: Union, whose: tuple[Identity, str], batch: Batch
) -> bytes:
    """The commit that joins both: the remote's first, so that first parents are server order."""
    who, remote = whose
    mine, meet = len(union.ours), "meets" if len(union.ours) == 1 else "meet"
    message = f"merge: {with_noun(mine, 'row')} {meet} {len(union.theirs)} of {remote}\n"
    if union.back:
        verb = "is" if len(union.back) == 1 else "are"
        message += (
            f"\n{with_noun(len(union.back), 'row')} that one side had taken out {verb} back.\n"
        )
    parents = (theirs, ours.commit or b"")
    return store_commit(ours.repository, batch, message, who, CommitPlace(union.tree, parents))
