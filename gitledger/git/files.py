"""New files, whole and durable, and what an operating system's refusal means to a person.

Under everything here that writes; knows nothing of git. Imports errors only.
"""

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from gitledger.errors import WriteFailed

HINTS = {
    errno.ENOSPC: "free some space and run it again",
    errno.EDQUOT: "free some of your quota and run it again",
    errno.EFBIG: "raise the file-size limit and run it again",
    errno.EROFS: "the file system is read-only: write from where it is not",
    errno.EACCES: "get write permission for the git directory",
    errno.EPERM: "get write permission for the git directory",
}
ASKED_HINTS = HINTS | {  # of a file that a person named, wherever that is
    errno.EEXIST: "name a file in a folder: one of those above it is a file",
    errno.EACCES: "name a file in a folder that you may write to",
    errno.EPERM: "name a file in a folder that you may write to",
    errno.ENOENT: "name a file in a folder that can be made",
    errno.ENOTDIR: "name a file in a folder: one of those above it is a file",
    errno.EISDIR: "name a file, not a folder",
}
PLAIN = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
CHUNK = 1 << 20
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def write_failed(
    error: OSError,
    path: str | os.PathLike[str],
    *,
    done: str = "recorded",
    hints: Mapping[int, str] = MappingProxyType(HINTS),
) -> WriteFailed:
    """An operating-system refusal as a sentence: what, where, what to do.

    Nothing was `done`: recorded, or written where it is a file that a person asked for.
    """
    why = os.strerror(error.errno) if error.errno else str(error)
    hint = hints.get(error.errno or 0, "fix that and run it again")
    return WriteFailed(f"nothing was {done}: {os.fspath(path)}: {why}", hint)


@contextmanager
def write_refusals(
    path: str | os.PathLike[str],
    *,
    inside: bool = False,
    done: str = "recorded",
    hints: Mapping[int, str] = MappingProxyType(HINTS),
) -> Iterator[None]:
    """Raise WriteFailed, as `write_failed` tells it, for what the system refuses within.

    With `inside` the path is a folder, and the refusal may name the place in it.
    """
    try:
        yield
    except OSError as error:
        place = refused_at(error, path) if inside else path
        raise write_failed(error, place, done=done, hints=hints) from None


def refused_at(error: OSError, otherwise: str | os.PathLike[str]) -> str | os.PathLike[str]:
    """The path that a refusal names; `otherwise` where it names none, or a mere descriptor."""
    named = error.filename
    return named if isinstance(named, str) else otherwise


def create(path: str, data: bytes, *, mode: int = 0o666) -> int:
    """A new file with these bytes; its descriptor, still open. Raises OSError, leaving no file."""
    descriptor = os.open(path, NEW, mode)
    try:
        write_all(descriptor, data)
    except BaseException:
        os.close(descriptor)
        os.unlink(path)  # noqa: PTH108 - plain text paths, for speed
        raise
    return descriptor


def write_all(descriptor: int, data: bytes) -> None:
    """Every byte, or an OSError: a full disk takes a part first and refuses the rest."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def append(path: str | os.PathLike[str], data: bytes) -> None:
    """Bytes behind those of a file by one write: many may do it at once. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def read_plain(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a regular file. Raises OSError, also for a file of another kind.

    A pipe in a cache's place would be waited for without end, and a link leads elsewhere.
    """
    descriptor = os.open(path, PLAIN)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "is not a regular file", os.fspath(path))
        parts = [os.read(descriptor, found.st_size + 1)]
        while parts[-1]:
            parts.append(os.read(descriptor, CHUNK))
    finally:
        os.close(descriptor)
    return b"".join(parts)


def bytes_at(path: str | os.PathLike[str]) -> bytes:
    """A file's bytes; none where there is no file, or none that can be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - on the path of every command
            return file.read()
    except OSError:
        return b""


def kind_of(path: str | os.PathLike[str]) -> str:
    """What stands at a path, links not followed: file, folder, other, or "" for nothing."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return ""
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def put_in_place(scratch: Path, path: Path) -> None:
    """Move a file to where a cache stands, in place of whatever is there. Raises OSError.

    An empty folder there is removed; a full one is somebody's, and refuses.
    """
    if kind_of(path) == "folder":
        path.rmdir()
    scratch.replace(path)


def sync_paths(paths: Iterable[str]) -> None:
    """Make files durable, and the names in folders."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def forget(path: str) -> None:
    """Remove a file that may be gone already, or that nobody can remove."""
    try:
        os.unlink(path)  # noqa: PTH108 - plain text paths
    except OSError:
        return


def replace_file(path: Path, text: bytes, mode: int | None = None) -> None:
    """Write a file whole or not at all. Raises OSError, leaving no scrap.

    Without a mode it gets the one that a new file of this process gets.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_bytes(text)
        if mode is not None:
            scratch.chmod(mode)
        scratch.replace(path)
    finally:
        forget(str(scratch))


def put_file(path: Path, data: bytes, mode: int | None = None) -> None:
    """A file that a person asked for, whole or not at all. Raises WriteFailed.

    A device or a pipe is written into: renaming a file over it would take it from everybody.
    """
    with write_refusals(path, done="written", hints=ASKED_HINTS):
        if path.exists() and not path.is_file():
            _write_into(path, data)
        else:
            replace_file(path, data, mode)


def _write_into(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)  # refuses a folder
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)


def put_in_folder(path: Path, data: bytes, mode: int | None = None) -> None:
    """The same, in a folder that is made where it is not there yet. Raises WriteFailed."""
    with write_refusals(path, inside=True, done="written", hints=ASKED_HINTS):
        path.parent.mkdir(parents=True, exist_ok=True)
    put_file(path, data, mode)


def put_folder(folder: Path, files: Mapping[str, bytes], mode: int) -> None:
    """Files by their names, all of them or none. Raises WriteFailed, leaving no scrap.

    They are written beside the folder first, so that a full disk refuses before the first one
    stands; what else a folder that is there already holds stays.
    """
    scratch = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        with write_refusals(folder, inside=True, done="written", hints=ASKED_HINTS):
            for name, data in files.items():
                put_in_folder(scratch / name, data, mode)
            _move_all(scratch, folder, files)
    finally:
        from shutil import rmtree  # noqa: PLC0415 - slow to load, and few verbs write a folder

        rmtree(scratch, ignore_errors=True)


def _move_all(scratch: Path, folder: Path, names: Iterable[str]) -> None:
    if kind_of(folder) == "":
        scratch.rename(folder)
        return
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (scratch / name).replace(folder / name)
