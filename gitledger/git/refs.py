"""Reading and moving one ref, so that no writer can ever be overtaken.

A move is: take git's own lock on the ref, read the ref again from its files, compare it with the
tip that was read, only then set it. Both go to the files themselves, for three reasons: libgit2
may answer from a cached packed-refs, and a stale answer would lose somebody's row; its first move
of an unborn ref is not safe against a second one; and the lock file that it leaves when killed
says nothing of its owner (see `reflock`).
"""

import os

import pygit2

from gitledger.errors import LedgerDamaged, LedgerMoved
from gitledger.git.files import refused_at, sync_paths, write_failed
from gitledger.git.reflock import RefMove, in_the_way, locked
from gitledger.git.reflog import log_move
from gitledger.git.repository import Identity, Repository
from gitledger.ledger.names import ref_problem


def branch_ref(branch: str) -> str:
    """The full name of a branch."""
    return f"refs/heads/{branch}"


def tracking_ref(name: str) -> str:
    """The full name of a remote-tracking branch such as `origin/gitledger/main`."""
    return f"refs/remotes/{name}"


def valid_branch(branch: str) -> bool:
    """Whether git, and the file systems of others, take this as a branch name."""
    return not ref_problem(branch) and bool(pygit2.reference_is_valid_name(branch_ref(branch)))


def narrow_remotes(repository: Repository, branch: str) -> tuple[str, ...]:
    """Remotes whose fetch leaves this branch out, as a single-branch or shallow clone's does."""
    return tuple(
        str(remote.name)
        for remote in repository.handle.remotes
        if not any(
            remote.get_refspec(n).direction == 0
            and remote.get_refspec(n).src_matches(branch_ref(branch))
            for n in range(remote.refspec_count)
        )
    )


def ref_names(repository: Repository) -> list[str]:
    """The full names of all refs. Raises LedgerDamaged where they cannot be listed."""
    try:
        return [str(name) for name in repository.handle.listall_references()]
    except pygit2.GitError as error:
        raise LedgerDamaged(f"the refs cannot be listed: {error}", "run `git fsck`") from None


def read_ref(repository: Repository, ref: str) -> bytes | None:
    """The commit (20 bytes) a ref points to, or None. Loose file first, packed-refs next.

    `git pack-refs` writes the packed file before it removes the loose one, so a ref that moved
    house between the two looks is found by the third. Raises LedgerDamaged for a broken file:
    taking it for a branch that is not there would begin a second history.
    """
    for look in (_loose, _packed, _loose):
        found = look(repository, ref)
        if found is not None:
            return found
    return None


def _loose(repository: Repository, ref: str) -> bytes | None:
    path = f"{repository.common}/{ref}"
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - on the path of every append
            text = file.read().strip()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise LedgerDamaged(f"{path} cannot be read: {error.strerror}", "run `git fsck`") from None
    try:
        commit = bytes.fromhex(text.decode())
    except ValueError:
        commit = b""
    if len(commit) != 20:
        raise LedgerDamaged(
            f"{path} holds no commit id",
            f"`git reflog show {ref.removeprefix('refs/heads/')}` names the tips it had",
        )
    return commit


def _packed(repository: Repository, ref: str) -> bytes | None:
    text = _packed_refs(repository)
    at = text.find(b" %s\n" % ref.encode())
    return bytes.fromhex(text[at - 40 : at].decode()) if at >= 40 else None


def _packed_refs(repository: Repository) -> bytes:
    try:
        with open(f"{repository.common}/packed-refs", "rb") as file:  # noqa: PTH123 - as above
            return file.read()
    except FileNotFoundError:
        return b""


def move_ref(repository: Repository, move: RefMove, who: Identity, *, sync: bool) -> None:
    """Make a move, whole or not at all. Call it under the writing lock.

    Raises LedgerMoved when the ref is not at `old`, RefLocked while git's lock is held by others,
    WriteFailed when the file system refuses or another branch's name is in the way.
    """
    path = f"{repository.common}/{move.ref}"
    try:
        with locked(repository, move, sync=sync) as lock:
            if read_ref(repository, move.ref) != move.old:
                raise LedgerMoved(f"{move.ref} moved while a row was being written", "run it again")
            if move.old is None:
                _refuse_conflict(repository, move.ref)
            _replace(lock, path)
        if sync:
            folders = [path.rpartition("/")[0]]
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
    packed = _packed_refs(repository)
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
