"""Loose objects: a few new ones, synced together, each complete before it gets its name.

libgit2 syncs every file and its folder one after the other, two waits an object. Here all files
are written, then all are synced, then all are named: one journal of the file system takes them.
Paths are plain text throughout, because this is the path of every append.
"""

import os
import zlib
from collections.abc import Iterable, Mapping
from struct import pack

from gitledger.git.files import create, forget, refused_at, sync_paths, write_failed
from gitledger.git.repository import Repository

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
                raw = deflated(b"%s %d\0%s" % (kind, len(data), data))
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


def deflated(data: bytes) -> bytes:
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
    except FileNotFoundError:
        return False
    return True


def _begin(path: str, raw: bytes, folders: set[str]) -> tuple[str, int]:
    """A complete file beside its final place, still under git's temporary name."""
    folder, _, name = path.rpartition("/")
    temporary = f"{folder}/{TEMPORARY}{os.getpid()}_{name[:12]}"
    folders.add(folder)
    try:
        return temporary, create(temporary, raw, mode=0o444)
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - plain text paths
        folders.add(folder.rpartition("/")[0])
    except FileExistsError:
        forget(temporary)  # a killed process had our number
    return temporary, create(temporary, raw, mode=0o444)
