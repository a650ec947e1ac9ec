"""Advancing a ledger branch: plan, write objects, move the ref; the whole or nothing.

A caller gives a *plan*: a function from the branch as it stands to the commits that should follow.
Under the writing lock the plan is made, its objects are written and synced, and the ref moves by
compare-and-swap from the very tip that was planned on. If the git program moved it meanwhile, the
plan is made again. Killing the process at any point leaves the old tip or the new one.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gitledger.errors import LedgerCheckedOut, LedgerMoved
from gitledger.git import objects, trees
from gitledger.git.branch.deposit import deposit, settle_batch, survive_gc
from gitledger.git.branch.lock import writing
from gitledger.git.branch.move import RefLocked, RefMove, clear_abandoned, move_ref, refuse_locked
from gitledger.git.branch.tip import Tip, tip_of
from gitledger.git.objects import Batch, CommitPlace
from gitledger.git.refs import branch_ref
from gitledger.git.repository import Identity, Repository, flag, signs, worktree_holding
from gitledger.git.sharing import shared_writing
from gitledger.ledger.redaction import redact

ATTEMPTS = 200  # a loser waits a random while and reads the new tip, so each has its turn
LOCK_SECONDS = 5.0  # for git's own lock on the ref, held for a moment by a fetch or a gc


class CommitPlan(NamedTuple):
    """One commit to be: its message, and the files it adds or replaces (path -> bytes)."""

    message: str
    files: Mapping[str, bytes]


Plan = Callable[[Tip], Sequence[CommitPlan]]


def advance(repository: Repository, branch: str, plan: Plan, who: Identity) -> list[bytes]:
    """Carry out a plan on a branch; the new commits' ids, oldest first (none: nothing to do).

    Raises LedgerCheckedOut, LedgerLocked, LedgerMoved, WriteFailed or SigningFailed; in each case
    the branch is where it was.
    """
    refuse_checked_out(repository, branch)
    with shared_writing(repository), writing(repository):
        return _advance_locked(repository, branch, plan, who)


def refuse_checked_out(repository: Repository, branch: str) -> None:
    """Raise LedgerCheckedOut when some worktree's HEAD is the ledger branch."""
    held = worktree_holding(repository, branch)
    if held is not None:
        raise LedgerCheckedOut(
            f"{branch} is checked out in {held}: a row would change the files there",
            f"git -C {held} switch <your branch>",
        )


def _advance_locked(repository: Repository, branch: str, plan: Plan, who: Identity) -> list[bytes]:
    ref = branch_ref(branch)
    sync = flag(repository, "gitledger.fsync") is not False
    for attempt in range(ATTEMPTS):
        tip = tip_of(repository, branch)
        planned = plan(tip)
        if not planned:
            return []
        batch = Batch()
        commits = _built(tip, planned, who, batch)
        reason = f"gitledger: {planned[-1].message.splitlines()[0]}"
        try:
            pack = deposit(repository, batch, sync=sync)
            _move(repository, RefMove(ref, tip.commit, commits[-1], reason), who, sync=sync)
        except LedgerMoved:
            _pause(attempt)
        else:
            settle_batch(repository, batch, pack, (tip.commit, commits[-1]), sync=sync)
            objects.remember(repository, batch)
            return commits
    raise LedgerMoved(f"{branch} kept moving for {ATTEMPTS} attempts", "run it again")


def store_batch(repository: Repository, batch: Batch) -> None:
    """Make a batch durable before anything names it. Raises WriteFailed."""
    deposit(repository, batch, sync=flag(repository, "gitledger.fsync") is not False)


def move(repository: Repository, move: RefMove, who: Identity, batch: Batch) -> None:
    """Move a ledger branch to a commit whose objects `store_batch` put, by compare-and-swap.

    Raises LedgerMoved where it is not at `old` any more, and what `advance` raises.
    """
    refuse_checked_out(repository, move.ref.removeprefix("refs/heads/"))
    sync = flag(repository, "gitledger.fsync") is not False
    with shared_writing(repository), writing(repository):
        _move(repository, move, who, sync=sync)
        if (
            batch.objects
        ):  # no ref named them since `store_batch`: a gc meanwhile may have taken some
            survive_gc(repository, batch, sync=sync)


def _move(repository: Repository, move: RefMove, who: Identity, *, sync: bool) -> None:
    """Move the ref; wait while another program holds git's lock on it."""
    deadline = time.monotonic() + LOCK_SECONDS
    attempt = 0
    while True:
        try:
            move_ref(repository, move, who, sync=sync)
        except RefLocked:
            if not clear_abandoned(repository, move.ref) and time.monotonic() > deadline:
                raise refuse_locked(repository, move.ref) from None
            _pause(attempt)
            attempt += 1
        else:
            return


def _pause(attempt: int) -> None:
    # `random` is loaded for nothing else on a hook's path; one byte keeps two writers out of step
    time.sleep(os.urandom(1)[0] / 255 * min(0.002 * (attempt + 1), 0.05))


def _built(tip: Tip, planned: Sequence[CommitPlan], who: Identity, batch: Batch) -> list[bytes]:
    """Put every object of the plan into the batch; the commit ids, oldest first."""
    commits: list[bytes] = []
    tree, parent = tip.tree, tip.commit
    for step in planned:
        tree = _grow(tree, step.files, tip, batch)
        parent = store_commit(
            tip.repository, batch, step.message, who, CommitPlace(tree, (parent,) if parent else ())
        )
        commits.append(parent)
    return commits


def store_commit(
    repository: Repository, batch: Batch, message: str, who: Identity, place: CommitPlace
) -> bytes:
    """A commit put into the batch, signed where this clone signs; its id. Raises SigningFailed."""
    message = redact(message)
    if signs(repository):
        from gitledger.git.branch.signing import sign_commit  # noqa: PLC0415 - few sign

        deposit(repository, batch, sync=False)  # the git program signs what it can read
        return batch.add(b"commit", sign_commit(repository, place, message, who))
    return batch.add(b"commit", _commit_bytes(place, message, who))


def _commit_bytes(place: CommitPlace, message: str, who: Identity) -> bytes:
    """A commit, unsigned; author and committer are one."""
    person = f"{who.name} <{who.email}> {int(who.when.timestamp())} +0000"
    lines = [f"tree {place.tree.hex()}", *(f"parent {parent.hex()}" for parent in place.parents)]
    lines += [f"author {person}", f"committer {person}", "", message.rstrip("\n"), ""]
    return "\n".join(lines).encode()


def _grow(tree: bytes | None, files: Mapping[str, bytes], tip: Tip, batch: Batch) -> bytes:
    """A tree with files added or replaced; new objects go into the batch."""
    entries = {path: (trees.BLOB, batch.add(b"blob", data)) for path, data in files.items()}
    return plant_entries(tip, tree, entries, batch)


def plant_entries(
    tip: Tip, tree: bytes | None, entries: Mapping[str, tuple[bytes, bytes] | None], batch: Batch
) -> bytes:
    """A tree with entries (path -> mode, blob) in place; None takes one out. See `trees.planted`.

    New trees go into the batch, and may be built upon there.
    """

    def read(oid: bytes) -> bytes:
        fresh = batch.objects.get(oid)
        return fresh[1] if fresh else tip.read(oid)

    return trees.plant_files(tree, entries, read, lambda raw: batch.add(b"tree", raw))
