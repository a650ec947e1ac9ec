"""Refs by name and as their files tell them; `branch/move` sets one.

Read from the files, and not by libgit2, which may answer from a cached packed-refs: a stale answer
would lose somebody's row.
"""

import pygit2

from gitledger.errors import LedgerDamaged
from gitledger.git.repository import Repository
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
        # packed, or none; or a folder, where a branch `a/b` is
        return None
    except OSError as error:
        raise LedgerDamaged(f"{path} cannot be read: {error.strerror}", "run `git fsck`") from None
    try:
        commit = bytes.fromhex(text.decode())
    except ValueError:  # half written before a power cut: refused below
        commit = b""
    if len(commit) != 20:
        raise LedgerDamaged(
            f"{path} holds no commit id",
            f"`git reflog show {ref.removeprefix('refs/heads/')}` names the tips it had",
        )
    return commit


def _packed(repository: Repository, ref: str) -> bytes | None:
    text = packed_refs(repository)
    at = text.find(b" %s\n" % ref.encode())
    return bytes.fromhex(text[at - 40 : at].decode()) if at >= 40 else None


def packed_refs(repository: Repository) -> bytes:
    """The text of packed-refs, empty where there is none."""
    try:
        with open(f"{repository.common}/packed-refs", "rb") as file:  # noqa: PTH123 - as above
            return file.read()
    except FileNotFoundError:
        return b""
