"""git's own lock on a ref: taken, and taken away again when its owner is provably dead.

A lock file that a killed writer left blocks git as well, and says nothing of its owner. Ours is a
hard link of a file in our own folder, so the next holder of the writing lock can prove that it is
ours and dead. Another program's is waited for, and reported; only a very old one is removed.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1
from typing import NamedTuple

from gitledger.errors import LedgerLocked, WriteFailed
from gitledger.git.files import create, forget
from gitledger.git.repository import Repository

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
def locked(repository: Repository, move: RefMove, *, sync: bool) -> Iterator[str]:
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
    name = sha1(ref.encode(), usedforsecurity=False).hexdigest()[:16]
    return f"{repository.state}/moving-{name}"


def _clear_own(lock: str, scratch: str) -> None:
    """Take away what a killed writer of ours left; we hold its writing lock, so it is dead."""
    try:
        if os.path.samestat(os.lstat(lock), os.lstat(scratch)):
            forget(lock)
    except (FileNotFoundError, NotADirectoryError):
        pass
    forget(scratch)


def _link(scratch: str, lock: str, move: RefMove) -> None:
    for _ in range(MAKING_ROOM):
        try:
            os.link(scratch, lock)
        except FileNotFoundError:
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
