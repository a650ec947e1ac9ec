"""Advancing a ledger branch: plan, write objects, move the ref; the whole or nothing.

A caller gives a *plan*: a function from the branch as it stands to the commits that should follow.
Under the writing lock the plan is made, its objects are written and synced, and the ref moves by
compare-and-swap from the very tip that was planned on. If the git program moved it meanwhile, the
plan is made again. Killing the process at any point leaves the old tip or the new one.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pygit2

from gitledger.errors import LedgerCheckedOut, LedgerLocked, LedgerMoved, SigningFailed
from gitledger.git import objects, trees
from gitledger.git.lock import clear_dead_lock, ref_lock, writing
from gitledger.git.objects import Batch
from gitledger.git.refs import RefLocked, branch_ref, move_ref, read_ref
from gitledger.git.repository import Identity, Repository, flag, worktree_holding

ATTEMPTS = 200
GC_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """One commit to be: its message, and the files it adds or replaces (path -> bytes)."""

    message: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Tip:
    """The branch as it stands: commit and tree (20 bytes each), None where it is unborn."""

    repository: Repository
    commit: bytes | None
    tree: bytes | None

    def read(self, oid: bytes) -> bytes:
        """An object's bytes."""
        return objects.read(self.repository, oid)

    def entry(self, path: str) -> trees.Entry | None:
        """The tree entry at a path, or None."""
        return trees.lookup(self.tree, path, self.read) if self.tree else None

    def file(self, path: str) -> bytes | None:
        """A file's bytes at a path, or None."""
        entry = self.entry(path)
        return self.read(entry.oid) if entry and entry.mode != trees.TREE else None


Plan = Callable[[Tip], Sequence[CommitPlan]]


def tip_of(repository: Repository, branch: str) -> Tip:
    """The branch as it stands now."""
    return tip_at(repository, read_ref(repository, branch_ref(branch)))


def tip_at(repository: Repository, commit: bytes | None) -> Tip:
    """The state at a commit (20 bytes)."""
    if commit is None:
        return Tip(repository, None, None)
    raw = objects.read(repository, commit)
    return Tip(repository, commit, bytes.fromhex(raw[5:45].decode()))


def advance(repository: Repository, branch: str, plan: Plan, who: Identity) -> list[bytes]:
    """Carry out a plan on a branch; the new commits' ids, oldest first (none: nothing to do).

    Raises LedgerCheckedOut, LedgerLocked, LedgerMoved, WriteFailed or SigningFailed; in each case
    the branch is where it was.
    """
    refuse_checked_out(repository, branch)
    pygit2.settings.enable_fsync_gitdir(flag(repository, "gitledger.fsync") is not False)
    with writing(repository) as holder_died:
        if holder_died:
            clear_dead_lock(repository, branch_ref(branch), holder_died=True)
        return _advance_locked(repository, branch, plan, who)


def refuse_checked_out(repository: Repository, branch: str) -> None:
    """Raise LedgerCheckedOut when some worktree's HEAD is the ledger branch."""
    held = worktree_holding(repository, branch)
    if held is not None:
        raise LedgerCheckedOut(
            f"{branch} is checked out in {held}; writing would change it under your feet",
            f"git -C {held} switch <your branch>",
        )


def _advance_locked(repository: Repository, branch: str, plan: Plan, who: Identity) -> list[bytes]:
    ref = branch_ref(branch)
    for attempt in range(ATTEMPTS):
        tip = tip_of(repository, branch)
        planned = plan(tip)
        if not planned:
            return []
        batch = Batch()
        commits = _write(repository, tip, planned, who, batch)
        reason = f"gitledger: {planned[-1].message.splitlines()[0]}"
        try:
            move_ref(repository, ref, old=tip.commit, new=commits[-1], reason=reason)
        except LedgerMoved:
            _pause(attempt)
        except RefLocked:
            clear_dead_lock(repository, ref, holder_died=False)
            _pause(attempt)
        else:
            _survive_gc(repository, batch)
            return commits
    if ref_lock(repository, ref).exists():
        raise LedgerLocked(
            f"git's lock {ref_lock(repository, ref)} does not go away",
            "if no git is running here, `gitledger doctor --fix` removes it",
        )
    raise LedgerMoved(f"{branch} kept moving for {ATTEMPTS} attempts", "run it again")


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0.0, min(0.002 * (attempt + 1), 0.05)))  # noqa: S311 - jitter


def _write(
    repository: Repository, tip: Tip, planned: Sequence[CommitPlan], who: Identity, batch: Batch
) -> list[bytes]:
    """Build and write every object of the plan; the commit ids, oldest first."""
    sign = _signs(repository)
    commits: list[bytes] = []
    tree, parent = tip.tree, tip.commit
    for step in planned:
        tree = _grow(tree, step.files, tip, batch)
        if sign:
            objects.write(repository, batch)
            parent = _signed(repository, tree, parent, step.message, who)
        else:
            parent = batch.add(b"commit", _commit_bytes(tree, parent, step.message, who))
        commits.append(parent)
    if not sign:
        objects.write(repository, batch)
    return commits


def _grow(tree: bytes | None, files: Mapping[str, bytes], tip: Tip, batch: Batch) -> bytes:
    """A tree with files added or replaced; new objects go into the batch."""
    root = trees.Folder()
    for path, data in files.items():
        folder = root
        *parents, name = path.encode().split(b"/")
        for part in parents:
            folder = folder.folders.setdefault(part, trees.Folder())
        folder.files[name] = (trees.BLOB, batch.add(b"blob", data))

    def read(oid: bytes) -> bytes:
        fresh = batch.objects.get(oid)
        return fresh[1] if fresh else tip.read(oid)

    return _build(root, tree, read, batch)


def _build(folder: trees.Folder, old: bytes | None, read: trees.ReadTree, batch: Batch) -> bytes:
    raw = read(old) if old else b""
    changed = dict(folder.files)
    for name, child in folder.folders.items():
        entry = trees.find(raw, name)
        below = entry.oid if entry and entry.mode == trees.TREE else None
        changed[name] = (trees.TREE, _build(child, below, read, batch))
    return batch.add(b"tree", trees.with_entries(raw, changed))


def _commit_bytes(tree: bytes, parent: bytes | None, message: str, who: Identity) -> bytes:
    person = f"{who.name} <{who.email}> {int(who.when.timestamp())} +0000"
    lines = [f"tree {tree.hex()}"]
    if parent is not None:
        lines.append(f"parent {parent.hex()}")
    lines += [f"author {person}", f"committer {person}", "", message.rstrip("\n"), ""]
    return "\n".join(lines).encode()


def _signs(repository: Repository) -> bool:
    """Whether commits are to be signed; `gitledger.sign` overrules `commit.gpgSign`."""
    own = flag(repository, "gitledger.sign")
    return bool(own if own is not None else flag(repository, "commit.gpgsign"))


def _signed(
    repository: Repository, tree: bytes, parent: bytes | None, message: str, who: Identity
) -> bytes:
    """A commit signed by the git program, with whatever the user's configuration says."""
    stamp = f"{int(who.when.timestamp())} +0000"
    names = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", who.name), ("EMAIL", who.email), ("DATE", stamp))
    }
    parents = ("-p", parent.hex()) if parent else ()
    words = ("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S", *parents, tree.hex())
    text = (message.rstrip("\n") + "\n").encode()
    done = objects.run_git(repository, words, text, **names)
    if done.returncode != 0:
        raise SigningFailed(
            f"nothing was recorded: signing failed: {done.stderr.decode(errors='replace').strip()}",
            "mend the signing set-up, or `git config gitledger.sign false` for this ledger",
        )
    return bytes.fromhex(done.stdout.decode().strip())


def _survive_gc(repository: Repository, batch: Batch) -> None:
    """Write again what a `git gc --prune=now` took before the ref could protect it."""
    for _ in range(GC_ATTEMPTS):
        gone = objects.missing(repository, batch)
        if not gone:
            return
        objects.write(repository, Batch({oid: batch.objects[oid] for oid in gone}))
