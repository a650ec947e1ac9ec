"""One process at a time: advisory locks in the common git directory.

They belong to the kernel, so they die with their holder. The one of `naming` is taken first where
both are, then that of `writing`; git's own lock on the branch is taken below, for the move alone
(see `move`).
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gitledger.errors import LedgerLocked
from gitledger.git.files import write_failed
from gitledger.git.repository import Repository

WAIT_SECONDS = 60.0  # for another writer; an import of many rows holds it longest


@contextmanager
def writing(repository: Repository, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the ledger's writing lock.

    Raises LedgerLocked after `wait` seconds, WriteFailed where the git directory is read-only.
    """
    with _holding(repository.state / "lock", wait):
        yield


@contextmanager
def naming(repository: Repository, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Be the only one here that chooses the id of a new window, until its first row stands.

    Two that looked at the same branch would choose the same id. Raises as `writing` does.
    """
    with _holding(repository.state / "naming", wait):
        yield


@contextmanager
def _holding(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock of a file."""
    try:
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise write_failed(error, path) from None
    try:
        _acquire(descriptor, path, wait)
        _note(descriptor)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    pause = 0.001
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:  # over NFS flock is fcntl's lock, which may answer EACCES
            if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
                raise write_failed(error, path) from None
        else:
            return
        if time.monotonic() > deadline:
            holder = os.pread(descriptor, 64, 0).decode().strip() or "unknown"
            raise LedgerLocked(
                f"another gitledger (process {holder}) has been writing for {wait:.0f} s",
                "wait for it, or end it if it hangs; its lock goes with it",
            )
        # by chance, or two that wait would meet again each time
        time.sleep((0.5 + os.urandom(1)[0] / 510) * pause)
        pause = min(pause * 1.5, 0.02)  # 20 ms at most: an append is over in a few


def _note(descriptor: int) -> None:
    """Say who holds the lock. A full disk must not stop a writer that could still succeed.

    The length stays the same: cutting a file first makes some file systems write it out at once.
    """
    with suppress(OSError):
        os.pwrite(descriptor, b"%-19d\n" % os.getpid(), 0)
