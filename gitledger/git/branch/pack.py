"""Many objects as one pack, for `git index-pack`, which checks it and installs all or none."""

import zlib
from collections.abc import Iterable, Sequence
from hashlib import sha1
from struct import pack

from gitledger.git.files import sync_paths, write_failed
from gitledger.git.objects import KINDS, failed, run_git
from gitledger.git.repository import Repository

ATTEMPTS = 8
# `git gc --prune=now` takes packs in the making, and loose objects just as they are compared
SWEPT = ("No such file", "existing object")


def pack_stream(objects: Iterable[tuple[bytes, bytes]], count: int) -> Iterable[bytes]:
    """A version 2 pack of whole objects; `deltify` finds the deltas once the branch has them.

    Format: git's Documentation/gitformat-pack.
    """
    digest = sha1(usedforsecurity=False)
    header = b"PACK" + pack(">II", 2, count)
    digest.update(header)
    yield header
    for kind, data in objects:
        chunk = _entry_header(KINDS[kind], len(data)) + zlib.compress(data, 1)
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


def write_pack(
    repository: Repository, objects: Sequence[tuple[bytes, bytes]], *, sync: bool
) -> str:
    """Install objects (kind, bytes) as one pack; its name. Raises WriteFailed, GitFailed."""
    stream = b"".join(pack_stream(objects, len(objects)))
    parts = "pack,pack-metadata" if sync else "none"
    words = ("-c", f"core.fsync={parts}", "index-pack", "--stdin")
    for _ in range(ATTEMPTS):
        done = run_git(repository, words, stream)
        said = done.stderr.decode(errors="replace").strip()
        if done.returncode == 0 or not any(word in said for word in SWEPT):
            break
    if done.returncode != 0:
        raise failed(OSError(said or "git index-pack was cut short (is the disk full?)"))
    if sync:
        folder = f"{repository.common}/objects/pack"
        try:
            sync_paths([folder])
        except OSError as error:
            raise write_failed(error, folder) from None
    return done.stdout.decode("ascii", "replace").split()[-1]
