"""Git objects as bytes: their ids, a batch of new ones, reading one, and the git program.

Objects are named by us before anything is written, so the same plan can be written as loose files
or as a pack (see `deposit`), checked afterwards, and written again if a `git gc` took them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha1
from typing import TYPE_CHECKING, NamedTuple

import pygit2

from gitledger.errors import HistoryIncomplete, LedgerDamaged, WriteFailed
from gitledger.git import program
from gitledger.git.repository import Repository, git_environment

if TYPE_CHECKING:
    from gitledger.git.program import Finished

BLOB = 3
SEEN = 1024  # trees and commits kept in memory: those of a quarter of a million rows
KINDS = {b"commit": 1, b"tree": 2, b"blob": BLOB}  # numbers in a pack
ELSEWHERE = "write from a place where the git directory is writable"
HINTS = {  # by libgit2's words: its errors have no number of the system's
    "no space": "free some space and run it again",
    "file too large": "raise the file-size limit and run it again",
    "permission": ELSEWHERE,
    "read-only": ELSEWHERE,
}
LOOKS = (0.0, 0.01, 0.05)  # seconds before each new look for an object that should be there


def object_id(kind: bytes, data: bytes) -> bytes:
    """The 20-byte id git gives these bytes."""
    return sha1(b"%s %d\0%s" % (kind, len(data), data), usedforsecurity=False).digest()


class CommitPlace(NamedTuple):
    """Where a commit stands: its tree, and its parents, the first one first (20 bytes each)."""

    tree: bytes
    parents: tuple[bytes, ...]


@dataclass(slots=True)
class Batch:
    """Objects to be written together, each once, in the order they were added."""

    objects: dict[bytes, tuple[bytes, bytes]] = field(default_factory=dict)

    def add(self, kind: bytes, data: bytes) -> bytes:
        """Put an object in; returns its id."""
        oid = object_id(kind, data)
        self.objects.setdefault(oid, (kind, data))
        return oid


def write_failure(error: Exception) -> WriteFailed:
    """libgit2's refusal to write, as a sentence with a next step."""
    words = str(error)
    hints = (hint for sign, hint in HINTS.items() if sign in words.lower())
    hint = next(hints, "fix that and run it again")
    return WriteFailed(f"nothing was recorded: {words}", hint)


def run_git(
    repository: Repository, words: tuple[str, ...], stdin: bytes = b"", **environment: str
) -> "Finished":
    """The git program on this repository only. Raises GitFailed when there is none."""
    return program.run(
        words,
        directory=repository.git_dir,
        environment=git_environment(repository) | environment,
        stdin=stdin,
    )


def read(repository: Repository, oid: bytes) -> bytes:
    """An object's bytes by its 20-byte id.

    A partial clone's missing object is fetched through the git program. Raises LedgerDamaged
    or HistoryIncomplete.
    """
    held = repository.seen.get(oid)
    if held is not None:
        return held
    name = pygit2.Oid(raw=oid)
    try:
        kind, data = repository.handle.read(name)
    except (KeyError, pygit2.GitError):  # a repack meanwhile took the pack that libgit2 knew
        again = _read_afresh(repository, name)
        return _fetched(repository, name) if again is None else again
    if kind != BLOB:
        _keep(repository, oid, data)
    return data


@contextmanager
def trusting_ids() -> Iterator[None]:
    """Reads within take git's word for an object's id: libgit2's hash doubles the cost of a read.

    It looks for collisions as well, which is for `verify`. For many blobs at once; `check_blob`
    costs a tenth.
    """
    pygit2.settings.enable_strict_hash_verification(False)  # noqa: FBT003 -- pygit2's signature
    try:
        yield
    finally:
        pygit2.settings.enable_strict_hash_verification(True)  # noqa: FBT003 -- as above


def check_blob(data: bytes, oid: bytes) -> bytes:
    """A blob's bytes, when they are those of its id. Raises LedgerDamaged."""
    if object_id(b"blob", data) != oid:
        raise LedgerDamaged(f"object {oid.hex()} is not what its name says", "run `git fsck`")
    return data


def _keep(repository: Repository, oid: bytes, data: bytes) -> None:
    if len(repository.seen) >= SEEN:
        repository.seen.clear()
    repository.seen[oid] = data


def remember(repository: Repository, batch: Batch) -> None:
    """Keep the trees and commits that were just written: the next append begins with them."""
    if len(batch.objects) < SEEN:
        repository.seen.clear()
        for oid, (kind, data) in batch.objects.items():
            if kind != b"blob":
                repository.seen[oid] = data


def _read_afresh(repository: Repository, name: pygit2.Oid) -> bytes | None:
    """The object by a new look at the folders: a `git gc` beside us moves it to another pack.

    libgit2 keeps a list of packs, and gives up when one that it opens is gone.
    """
    for pause in LOOKS:
        time.sleep(pause)
        with suppress(KeyError, pygit2.GitError):
            return pygit2.Odb(f"{repository.common}/objects").read(name)[1]
    return None


def _fetched(repository: Repository, name: pygit2.Oid) -> bytes:
    """The object by the git program, which asks the remote of a partial clone for it."""
    promised = (repository.common / "objects" / "pack").glob("*.promisor")
    if not any(promised):
        raise LedgerDamaged(f"object {name} is missing or broken", "run `git fsck`")
    kind = _with_fetching(repository, ("cat-file", "-t", str(name)))
    return _with_fetching(repository, ("cat-file", kind.decode().strip(), str(name)))


def _with_fetching(repository: Repository, words: tuple[str, ...]) -> bytes:
    """What git prints, which may ask a remote; refused where that would run a stranger's program.

    Raises HistoryIncomplete.
    """
    where, told = repository.git_dir, git_environment(repository)
    if program.may_fetch(where, told):
        done = program.run(words, directory=where, environment=told, fetching=True)
        if done.returncode == 0:
            return done.stdout
    raise HistoryIncomplete(
        f"object {words[-1]} was left out of this partial clone and could not be fetched",
        "git fetch --refetch --no-filter origin",
    )
