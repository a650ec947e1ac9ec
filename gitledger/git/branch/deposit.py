"""Putting a batch of objects where it lasts: against power cuts, and against a `git gc` beside us.

A `git gc --prune=now` that counted what is reachable before our ref moved takes our objects after
it moved. Loose files are what it takes; a pack that came after it began is safe from it.

A few new objects become loose files. libgit2 syncs every file and its folder one after the other,
two waits an object; here all files are written, then all are synced, then all are named: one
journal of the file system takes them. Many objects become one pack, for `git index-pack`, which
checks it and installs all or none. Paths are plain text: this is the path of every append.
"""

import os
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha1
from struct import pack

from gitledger.errors import WriteFailed
from gitledger.git.files import create, forget, refused_at, sync_paths, write_failed
from gitledger.git.objects import KINDS, Batch, run_git, write_failure
from gitledger.git.repository import Repository

PACK_FROM = 300  # below it loose files are quicker, and packs must not pile up
GC_SECONDS = 12 * 3600.0  # git itself takes an older `gc.pid` for dead


def deposit(repository: Repository, batch: Batch, *, sync: bool) -> str:
    """Make every object of the batch durable; the name of the pack it went to, "" for loose files.

    Raises WriteFailed; the branch is untouched.
    """
    if not _many(batch) and not gc_running(repository):
        try:
            write_loose(repository, batch.objects, sync=sync)
        except Swept:  # a gc began this moment
            pass
        else:
            return ""
    return write_pack(repository, list(batch.objects.values()), sync=sync)


def settle_batch(
    repository: Repository, batch: Batch, pack: str, span: tuple[bytes | None, bytes], *, sync: bool
) -> None:
    """After the ref moved over a span: make the pack small, or safe where a `git gc` runs."""
    if pack and _many(batch) and not gc_running(repository):
        from gitledger.git.branch.deltas import deltify  # noqa: PLC0415 - single rows need no pack

        deltify(repository, pack, span, sync=sync)
    else:
        survive_gc(repository, batch, sync=sync)


def survive_gc(repository: Repository, batch: Batch, *, sync: bool) -> None:
    """After the ref moved: put the batch beyond the reach of a `git gc` that runs or just ran.

    The objects go in reverse, because an equal pack would get the name that gc means to remove.
    """
    if not gc_running(repository) and (_many(batch) or all_loose(repository, batch.objects)):
        return
    try:
        # blobs were put first; git's packs begin with the commit
        write_pack(repository, list(batch.objects.values())[::-1], sync=sync)
    except WriteFailed:  # the row is recorded: only when its objects are gone is this news
        if not all_loose(repository, batch.objects):
            raise


def _many(batch: Batch) -> bool:
    return len(batch.objects) >= PACK_FROM


def gc_running(repository: Repository) -> bool:
    """Whether a `git gc` works on this repository now (one that died does not count)."""
    path = repository.common / "gc.pid"
    try:
        words = path.read_text(encoding="utf-8", errors="replace").split()
        age = time.time() - path.stat().st_mtime
    except OSError:  # no gc runs, or it has just ended
        return False
    if age > GC_SECONDS:
        return False
    if len(words) == 2 and words[0].isdigit() and words[1] == os.uname().nodename:
        from gitledger.git.liveness import is_alive  # noqa: PLC0415 - a gc seldom runs

        return is_alive(int(words[0]))
    return True


SMALL = 4000  # bytes that fit one block of a file system, compressed or not
TEMPORARY = "tmp_obj_"  # git's name for a file in the making: its `gc` clears what a kill leaves


class Swept(Exception):
    """`git gc --prune=now` clears files in the making and empty folders, and took one of ours."""


def write_loose(
    repository: Repository, objects: Mapping[bytes, tuple[bytes, bytes]], *, sync: bool
) -> None:
    """Write objects (id -> kind, bytes) as loose files.

    One that is there already is only made young again, so that no `gc` takes it for garbage.
    Raises Swept when a `gc` cleared what was in the making, WriteFailed otherwise; objects that
    got their names stay, complete.
    """
    root = f"{repository.common}/objects"
    try:
        _write(root, objects, sync=sync)
    except FileNotFoundError as error:
        raise Swept(refused_at(error, root)) from None
    except OSError as error:
        raise write_failed(error, refused_at(error, root)) from None


def loose_path(root: str, oid: bytes) -> str:
    """Where an object stands as a loose file below an `objects` folder."""
    name = oid.hex()
    return f"{root}/{name[:2]}/{name[2:]}"


def all_loose(repository: Repository, objects: Iterable[bytes]) -> bool:
    """Whether every object still stands as a loose file; asked of the disk, not of a cache."""
    root = f"{repository.common}/objects"
    return all(os.access(loose_path(root, oid), os.F_OK) for oid in objects)


def _write(root: str, objects: Mapping[bytes, tuple[bytes, bytes]], *, sync: bool) -> None:
    begun: dict[str, tuple[str, int]] = {}
    folders: set[str] = set()
    try:
        for oid, (kind, data) in objects.items():
            path = loose_path(root, oid)
            if not _freshened(path, sync=sync):
                raw = deflate(b"%s %d\0%s" % (kind, len(data), data))
                begun[path] = _begin(path, raw, folders)
        if sync:
            for _, descriptor in begun.values():
                os.fsync(descriptor)
        for path in list(begun):
            temporary, descriptor = begun[path]
            os.rename(temporary, path)  # noqa: PTH104 - plain text paths, as said above
            del begun[path]
            os.close(descriptor)
    finally:
        for temporary, descriptor in begun.values():
            os.close(descriptor)
            forget(temporary)
    if sync:
        sync_paths(sorted(folders))


def deflate(data: bytes) -> bytes:
    """Bytes as a zlib stream; few bytes stand in it as they are.

    Setting up a compressor costs more than all else of a small object, and saves no disk block.
    Format: RFC 1950 (header, Adler-32) around one stored block of RFC 1951.
    """
    if len(data) > SMALL:
        return zlib.compress(data, 1)
    return b"\x78\x01\x01%s%s%s" % (
        pack("<HH", len(data), 0xFFFF ^ len(data)),
        data,
        pack(">I", zlib.adler32(data)),
    )


def _freshened(path: str, *, sync: bool) -> bool:
    """Whether the object is there, made young now; who wrote it may not have synced it."""
    try:
        os.utime(path)
        if sync:
            sync_paths([path, path.rpartition("/")[0]])
    except FileNotFoundError:  # a gc took it between looking and touching
        return False
    return True


def _begin(path: str, raw: bytes, folders: set[str]) -> tuple[str, int]:
    """A complete file beside its final place, still under git's temporary name."""
    folder, _, name = path.rpartition("/")
    temporary = f"{folder}/{TEMPORARY}{os.getpid()}_{name[:12]}"
    folders.add(folder)
    try:
        # git's own mode: an object is never written to
        return temporary, create(temporary, raw, mode=0o444)
    except FileNotFoundError:  # git makes `objects/xx` on first use, and gc removes it empty
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - plain text paths
        folders.add(folder.rpartition("/")[0])
    except FileExistsError:
        forget(temporary)  # a killed process had our number
    return temporary, create(temporary, raw, mode=0o444)


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
        raise write_failure(OSError(said or "git index-pack was cut short (is the disk full?)"))
    if sync:
        folder = f"{repository.common}/objects/pack"
        try:
            sync_paths([folder])
        except OSError as error:
            raise write_failed(error, folder) from None
    return done.stdout.decode("ascii", "replace").split()[-1]
