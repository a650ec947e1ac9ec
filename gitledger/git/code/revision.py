"""What a person's words for a commit stand for. Reads only."""

import pygit2

from gitledger.errors import UnknownRevision
from gitledger.git.repository import Repository


def resolve_commit(repository: Repository, words: str) -> str:
    """The full id of the commit that a revision names. Raises UnknownRevision."""
    try:
        found = repository.handle.revparse_single(words)
        return str(found.peel(pygit2.Commit).id)
    except (KeyError, ValueError, pygit2.GitError):
        raise UnknownRevision(
            f"{words!r} names no commit of this repository", "git log --oneline shows them"
        ) from None


def holds_commit(repository: Repository, sha: str) -> bool:
    """Whether the repository still has a commit, given by its full id."""
    try:
        return isinstance(repository.handle.get(sha), pygit2.Commit)
    except ValueError:
        return False


def merge_base(repository: Repository, one: bytes, other: bytes) -> bytes | None:
    """Where two commits parted (20 bytes each), None where they never met."""
    found = repository.handle.merge_base(pygit2.Oid(raw=one), pygit2.Oid(raw=other))
    return bytes(found.raw) if found is not None else None
