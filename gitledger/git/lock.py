"""One writer at a time: an advisory lock in the common git directory, and git's own lock files.

The advisory lock belongs to the kernel, so it dies with its holder. git's `<ref>.lock` does not:
a killed writer leaves it behind and blocks git as well. While we hold the advisory lock, a
`<ref>.lock` that the previous holder left (its note still stands in our lock file) is provably
nobody's, and is removed; any other is reported, never guessed away.
"""

import errno
import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gitledger.errors import LedgerLocked, WriteFailed
from gitledger.git.repository import Repository

WAIT_SECONDS = 60.0
ABANDONED_SECONDS = 600.0


@contextmanager
def writing(repository: Repository, wait: float = WAIT_SECONDS) -> Iterator[bool]:
    """Hold the ledger's writing lock; yields whether the previous holder died holding it.

    Raises LedgerLocked after `wait` seconds, WriteFailed where the git directory is read-only.
    """
    path = repository.state / "lock"
    try:
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise write_failed(error, path) from None
    try:
        _acquire(descriptor, path, wait)
        died = bool(os.pread(descriptor, 64, 0).strip())
        _note(descriptor, f"{os.getpid()}\n".encode())
        yield died
        _note(descriptor, b"")
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    pause = 0.001
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
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
        time.sleep(random.uniform(0.5, 1.0) * pause)  # noqa: S311 - jitter, not a secret
        pause = min(pause * 1.5, 0.02)


def _note(descriptor: int, text: bytes) -> None:
    """Say who holds the lock. A full disk must not stop a writer that could still succeed."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)
    except OSError:
        return


def write_failed(error: OSError, path: Path) -> WriteFailed:
    """An operating-system refusal as a sentence: what, where, what to do."""
    hints = {
        errno.ENOSPC: "free some space and run it again",
        errno.EDQUOT: "free some of your quota and run it again",
        errno.EFBIG: "raise the file-size limit and run it again",
        errno.EROFS: "the file system is read-only: write from where it is not",
        errno.EACCES: "get write permission for the git directory",
        errno.EPERM: "get write permission for the git directory",
    }
    why = os.strerror(error.errno) if error.errno else str(error)
    hint = hints.get(error.errno or 0, "mend that and run it again")
    return WriteFailed(f"nothing was recorded: {path}: {why}", hint)


def ref_lock(repository: Repository, ref: str) -> Path:
    """Where git puts its lock on a ref."""
    return repository.common / f"{ref}.lock"


def clear_dead_lock(repository: Repository, ref: str, *, holder_died: bool) -> bool:
    """Remove git's lock on our ref when its owner is provably dead; says whether it did.

    Only the previous holder of our own lock can have left it without a living owner. The lock
    file of a running `git` is younger than a moment or goes away by itself; see `LedgerLocked`.
    """
    path = ref_lock(repository, ref)
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:
        return False
    if not holder_died and age < ABANDONED_SECONDS:
        return False
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise write_failed(error, path) from None
    return True
