"""Moving one ref, so that no writer can ever be overtaken.

A move is: take git's own lock on the ref, read the ref again from its files, compare it with the
tip that was read, only then set it. Both go to the files themselves: libgit2's first move of an
unborn ref is not safe against a second one, and the lock file that it leaves when killed says
nothing of its owner.

Ours is a hard link of a file in our own folder, so the next holder of the writing lock can prove
that it is ours and dead. Another program's lock is waited for, and reported; only a very old one
is removed. A move is added to the ref's log where git would add it: a help, never a truth.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1
from typing import NamedTuple

from gitledger.errors import LedgerLocked, LedgerMoved, WriteFailed
from gitledger.git.files import (
    NEW,
    create,
    forget,
    refused_at,
    sync_paths,
    write_all,
    write_failed,
)
from gitledger.git.reflog import ZERO
from gitledger.git.refs import packed_refs, read_ref
from gitledger.git.repository import Identity, Repository, flag, setting

ABANDONED_SECONDS = 600.0  # git holds a ref's lock for milliseconds
MAKING_ROOM = 8  # `git pack-refs` removes empty folders; ours is made again


class RefLocked(Exception):
    """Somebody else holds git's lock on the ref."""


class RefMove(NamedTuple):
    """A ref's way from one commit to the next (20 bytes; `old` None: it must not exist yet)."""

    ref: str
    old: bytes | None
    new: bytes
    reason: str


@contextmanager
def lock_ref(repository: Repository, move: RefMove, *, sync: bool) -> Iterator[str]:
    """Hold git's lock on the ref, the new value in it; whatever is left of it goes afterwards."""
    lock, scratch = ref_lock(repository, move.ref), _scratch(repository, move.ref)
    _clear_own(lock, scratch)
    descriptor = create(scratch, move.new.hex().encode() + b"\n")
    try:
        if sync:
            os.fsync(descriptor)
        _link(scratch, lock, move)
        try:
            yield lock
        finally:
            forget(lock)
    finally:
        os.close(descriptor)
        forget(scratch)


def ref_lock(repository: Repository, ref: str) -> str:
    """Where git puts its lock on a ref."""
    return f"{repository.common}/{ref}.lock"


def _scratch(repository: Repository, ref: str) -> str:
    # a branch's name may hold slashes; the scratch lies in one folder
    name = sha1(ref.encode(), usedforsecurity=False).hexdigest()[:16]
    return f"{repository.state}/moving-{name}"


def _clear_own(lock: str, scratch: str) -> None:
    """Take away what a killed writer of ours left; we hold its writing lock, so it is dead."""
    try:
        # a lock of ours is a hard link to our scratch; one of git's own is another inode
        if os.path.samestat(os.lstat(lock), os.lstat(scratch)):
            forget(lock)
    except (FileNotFoundError, NotADirectoryError):  # renamed into place: nothing is left
        pass
    forget(scratch)


def _link(scratch: str, lock: str, move: RefMove) -> None:
    for _ in range(MAKING_ROOM):
        try:
            os.link(scratch, lock)
        except FileNotFoundError:
            # git takes a ref's empty folders away with the branch, also between our two steps
            _make_room(lock.rpartition("/")[0], move.ref)
        except NotADirectoryError:
            raise in_the_way(move.ref) from None
        except FileExistsError:
            raise RefLocked(lock) from None
        except OSError:  # no hard links on this file system
            return _copy(lock, move)
        else:
            return None
    raise RefLocked(lock)


def _make_room(folder: str, ref: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as above
    except (FileExistsError, NotADirectoryError):
        raise in_the_way(ref) from None


def _copy(lock: str, move: RefMove) -> None:
    try:
        descriptor = create(lock, move.new.hex().encode() + b"\n")
    except FileExistsError:
        raise RefLocked(lock) from None
    os.fsync(descriptor)
    os.close(descriptor)


def clear_abandoned(repository: Repository, ref: str) -> bool:
    """Remove git's lock on a ref when it is far older than any move; says whether it did."""
    path = ref_lock(repository, ref)
    try:
        abandoned = time.time() - os.lstat(path).st_mtime > ABANDONED_SECONDS
    except OSError:
        return False
    if abandoned:
        forget(path)
    return abandoned


def refuse_locked(repository: Repository, ref: str) -> LedgerLocked:
    """The refusal when git's lock on the ref does not go away."""
    path = ref_lock(repository, ref)
    return LedgerLocked(
        f"nothing was recorded: git's lock {path} is held by another program",
        f"wait for that git to end; if none runs here: rm {path}",
    )


def in_the_way(ref: str) -> WriteFailed:
    """The refusal when a branch's name is a folder of another's, or the reverse."""
    return WriteFailed(
        f"nothing was recorded: git cannot have {ref} next to a branch named like a part of it",
        "rename that branch, or choose another for the ledger: `gitledger init --branch NAME`",
    )


def move_ref(repository: Repository, move: RefMove, who: Identity, *, sync: bool) -> None:
    """Make a move, whole or not at all. Call it under the writing lock.

    Raises LedgerMoved when the ref is not at `old`, RefLocked while git's lock is held by others,
    WriteFailed when the file system refuses or another branch's name is in the way.
    """
    path = f"{repository.common}/{move.ref}"
    try:
        with lock_ref(repository, move, sync=sync) as lock:
            if read_ref(repository, move.ref) != move.old:
                raise LedgerMoved(f"{move.ref} moved while a row was being written", "run it again")
            if move.old is None:  # a packed branch is no file that would refuse its name by itself
                _refuse_conflict(repository, move.ref)
            _replace(lock, path)
        if sync:
            folders = [path.rpartition("/")[0]]
            # a new file of a new folder: both names have to last
            sync_paths(folders if move.old else [*folders, f"{repository.common}/refs/heads"])
    except OSError as error:
        raise write_failed(error, refused_at(error, path)) from None
    log_move(repository, move, who)


def _replace(lock: str, path: str) -> None:
    try:
        os.rename(lock, path)  # noqa: PTH104 - as above
    except IsADirectoryError:
        for folder, _, _ in os.walk(path, topdown=False):
            os.rmdir(folder)  # noqa: PTH106 - git leaves empty folders where branches were
        os.rename(lock, path)  # noqa: PTH104


def _refuse_conflict(repository: Repository, ref: str) -> None:
    """A branch cannot be born below a branch, nor where a folder of branches is."""
    packed = packed_refs(repository)
    parts = ref.split("/")
    above = ["/".join(parts[:count]) for count in range(3, len(parts))]
    if (
        any(b" %s\n" % name.encode() in packed for name in above)
        or b" %s/" % ref.encode() in packed
    ):
        raise in_the_way(ref)
    for _, _, files in os.walk(f"{repository.common}/{ref}"):
        if files:
            raise in_the_way(ref)


def log_move(repository: Repository, move: RefMove, who: Identity) -> None:
    """Add the move to the ref's log where git would; the log is a help, and no part of the row."""
    path = f"{repository.common}/logs/{move.ref}"
    wanted = setting(repository, "core.logAllRefUpdates")
    if wanted is None:
        create_it = flag(repository, "core.bare") is not True
    else:
        create_it = wanted == "always" or flag(repository, "core.logAllRefUpdates") is True
    person = f"{who.name} <{who.email}> {int(who.when.timestamp())} +0000"
    line = b"%s %s %s\t%s\n" % (
        move.old.hex().encode() if move.old else ZERO,
        move.new.hex().encode(),
        person.encode(),
        move.reason.encode(),
    )
    try:
        descriptor = _opened(path, create_it=create_it)
    except OSError:
        return
    size = os.fstat(descriptor).st_size
    try:
        write_all(descriptor, line)
    except OSError:  # a full disk: git could not read a reflog with half a line
        os.ftruncate(descriptor, size)
    finally:
        os.close(descriptor)


def _opened(path: str, *, create_it: bool) -> int:
    how = (NEW & ~os.O_EXCL if create_it else os.O_WRONLY) | os.O_APPEND
    try:
        return os.open(path, how)
    except FileNotFoundError:
        if not create_it:
            raise
        os.makedirs(path.rpartition("/")[0], exist_ok=True)  # noqa: PTH103 - plain text, for speed
        return os.open(path, how)
