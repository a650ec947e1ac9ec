"""Reading and moving one ref, so that no writer can ever be overtaken.

A move is: take git's own lock on the ref, read the ref again from its files, compare it with the
tip that was read, only then set it. Reading goes to the files because libgit2 may answer from a
cached packed-refs; a stale answer there would lose somebody's row.
"""

import pygit2

from gitledger.errors import LedgerMoved, WriteFailed
from gitledger.git.objects import failed
from gitledger.git.repository import Repository

ZERO = "0" * 40


class RefLocked(Exception):
    """Somebody holds git's lock on the ref."""


def branch_ref(branch: str) -> str:
    """The full name of a branch."""
    return f"refs/heads/{branch}"


def valid_branch(branch: str) -> bool:
    """Whether git would take this as a branch name."""
    return bool(pygit2.reference_is_valid_name(branch_ref(branch))) and not branch.startswith("-")


def read_ref(repository: Repository, ref: str) -> bytes | None:
    """The commit (20 bytes) a ref points to, or None. Loose file first, packed-refs next.

    `git pack-refs` writes the packed file before it removes the loose one, so a ref that moved
    house between the two looks is found by the third.
    """
    for look in (_loose, _packed, _loose):
        found = look(repository, ref)
        if found is not None:
            return found
    return None


def _loose(repository: Repository, ref: str) -> bytes | None:
    try:
        text = (repository.common / ref).read_bytes().strip()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    return bytes.fromhex(text.decode()) if len(text) == 40 else None


def _packed(repository: Repository, ref: str) -> bytes | None:
    try:
        text = (repository.common / "packed-refs").read_bytes()
    except FileNotFoundError:
        return None
    at = text.find(b" %s\n" % ref.encode())
    return bytes.fromhex(text[at - 40 : at].decode()) if at >= 40 else None


def move_ref(
    repository: Repository, ref: str, *, old: bytes | None, new: bytes, reason: str
) -> None:
    """Set a ref from `old` (None: it must not exist) to `new`, atomically.

    Raises LedgerMoved when it is not at `old`, RefLocked when git's lock is held, WriteFailed
    when the file system refuses.
    """
    try:
        with repository.handle.transaction() as transaction:
            transaction.lock_ref(ref)
            if read_ref(repository, ref) != old:
                raise LedgerMoved(f"{ref} moved while a row was being written", "run it again")
            transaction.set_target(ref, pygit2.Oid(raw=new), message=reason)
    except (pygit2.GitError, OSError, KeyError, ValueError) as error:
        raise _refused(error, ref) from None


def _refused(error: Exception, ref: str) -> Exception:
    words = str(error).lower()
    if "no space" in words or "permission" in words or "read-only" in words:
        return failed(error)
    if "lock" in words and "directory" not in words:
        return RefLocked(str(error))
    if "directory" in words or "exists" in words or "conflict" in words:
        hint = f"a branch named like a part of {ref} is in the way: use `gitledger init --branch`"
        return WriteFailed(f"git cannot create {ref}: {error}", hint)
    return failed(error)
