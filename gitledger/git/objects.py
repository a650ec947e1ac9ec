"""Writing git objects: a few as loose files, many as one pack.

Objects come as (kind, bytes) and are named by us before anything is written, so the same plan
can be written either way, checked afterwards, and written again if a `git gc` took them.
"""

import subprocess
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha1
from struct import pack

import pygit2

from gitledger.errors import GitFailed, HistoryIncomplete, LedgerDamaged, WriteFailed
from gitledger.git.repository import Repository, git_environment

PACK_FROM = 300  # below it loose files are quicker, and packs must not pile up
KINDS = {
    b"commit": (1, pygit2.enums.ObjectType.COMMIT),
    b"tree": (2, pygit2.enums.ObjectType.TREE),
    b"blob": (3, pygit2.enums.ObjectType.BLOB),
}


def object_id(kind: bytes, data: bytes) -> bytes:
    """The 20-byte id git gives these bytes."""
    return sha1(b"%s %d\0%s" % (kind, len(data), data), usedforsecurity=False).digest()


@dataclass(slots=True)
class Batch:
    """Objects to be written together, each once, in the order they were added."""

    objects: dict[bytes, tuple[bytes, bytes]] = field(default_factory=dict)

    def add(self, kind: bytes, data: bytes) -> bytes:
        """Put an object in; returns its id."""
        oid = object_id(kind, data)
        self.objects.setdefault(oid, (kind, data))
        return oid


def write(repository: Repository, batch: Batch) -> None:
    """Make every object of the batch durable. Raises WriteFailed; the branch is untouched."""
    if len(batch.objects) >= PACK_FROM:
        _write_pack(repository, batch.objects.values())
    else:
        _write_loose(repository, batch.objects.values())


def _write_loose(repository: Repository, objects: Iterable[tuple[bytes, bytes]]) -> None:
    write_one = repository.handle.write
    try:
        for kind, data in objects:
            write_one(KINDS[kind][1], data)
    except (pygit2.GitError, OSError) as error:
        raise failed(error) from None


def failed(error: Exception) -> WriteFailed:
    """libgit2's refusal to write, as a sentence with a next step."""
    words = str(error)
    lowered = words.lower()
    if "no space" in lowered:
        hint = "free some space and run it again"
    elif "file too large" in lowered:
        hint = "raise the file-size limit and run it again"
    elif "permission" in lowered or "read-only" in lowered:
        hint = "write from a place where the git directory is writable"
    else:
        hint = "mend that and run it again"
    return WriteFailed(f"nothing was recorded: {words}", hint)


def missing(repository: Repository, batch: Batch) -> list[bytes]:
    """Objects of the batch that are not there: a `git gc --prune=now` may take fresh ones."""
    exists = repository.handle.odb.exists
    return [oid for oid in batch.objects if not exists(pygit2.Oid(raw=oid))]


def pack_stream(objects: Iterable[tuple[bytes, bytes]], count: int) -> Iterable[bytes]:
    """A version 2 pack of whole objects (no deltas; the next `git gc` finds those).

    Format: git's Documentation/gitformat-pack.
    """
    digest = sha1(usedforsecurity=False)
    header = b"PACK" + pack(">II", 2, count)
    digest.update(header)
    yield header
    for kind, data in objects:
        chunk = _entry_header(KINDS[kind][0], len(data)) + zlib.compress(data, 1)
        digest.update(chunk)
        yield chunk
    yield digest.digest()


def _entry_header(kind: int, size: int) -> bytes:
    out = bytearray()
    byte = kind << 4 | size & 0x0F
    size >>= 4
    while size:
        out.append(byte | 0x80)
        byte = size & 0x7F
        size >>= 7
    out.append(byte)
    return bytes(out)


def _write_pack(repository: Repository, objects: Iterable[tuple[bytes, bytes]]) -> None:
    """Hand one pack to `git index-pack`, which checks, syncs and installs it whole or not."""
    plan = list(objects)
    stream = b"".join(pack_stream(plan, len(plan)))
    done = run_git(repository, ("index-pack", "--stdin"), stream)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip()
        raise failed(OSError(words or "git index-pack was cut short (is the disk full?)"))


def run_git(
    repository: Repository, words: tuple[str, ...], stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """The git program on this repository only. Raises GitFailed when there is none."""
    try:
        return subprocess.run(
            ["git", *words],
            input=stdin,
            capture_output=True,
            cwd=repository.git_dir,
            env=git_environment(repository) | environment,
            check=False,
        )
    except FileNotFoundError:
        raise GitFailed("the git program was not found", "install git, or mend PATH") from None


def read(repository: Repository, oid: bytes) -> bytes:
    """An object's bytes by its 20-byte id.

    A partial clone's missing object is fetched through the git program. Raises LedgerDamaged
    or HistoryIncomplete.
    """
    try:
        return repository.handle.read(pygit2.Oid(raw=oid))[1]
    except (KeyError, pygit2.GitError):
        return _fetched(repository, oid)


def _fetched(repository: Repository, oid: bytes) -> bytes:
    name = oid.hex()
    promised = (repository.common / "objects" / "pack").glob("*.promisor")
    if not any(promised):
        raise LedgerDamaged(f"object {name} is missing or broken", "run `git fsck`")
    done = run_git(repository, ("cat-file", "-t", name))
    if done.returncode != 0:
        raise HistoryIncomplete(
            f"object {name} was left out of this partial clone and could not be fetched",
            "git fetch --refetch --no-filter origin",
        )
    kind = done.stdout.decode().strip()
    return run_git(repository, ("cat-file", kind, name)).stdout
