"""A folder kept in memory: made once, laid down for every test that wants its own.

`git init` and a first commit are six processes; a ledger is forty files more. Bytes cannot be
changed by a test, so that each starts from the same ones.
"""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

UNUSED = ".sample"  # git's hooks that nobody runs
CONFIG = "config"  # git's, which names a remote by its path
P = ParamSpec("P")
R = TypeVar("R")
Files = Mapping[str, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Frozen:
    """Folders, the outer ones first, and files as path -> (mode, bytes), all below one folder."""

    around: bytes
    folders: tuple[str, ...]
    files: Files

    def lay(self, place: Path) -> Path:
        """The folder at `place`, over what stands there; remotes beside it are those beside it."""
        root = os.fspath(place)
        around = os.fsencode(place.parent)
        os.makedirs(root, exist_ok=True)  # noqa: PTH103 - thousands of tests do this
        for name in self.folders:
            os.makedirs(f"{root}/{name}", exist_ok=True)  # noqa: PTH103
        for name, (mode, kept) in self.files.items():
            content = kept.replace(self.around, around) if name.endswith(CONFIG) else kept
            handle = os.open(f"{root}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
            assert os.write(handle, content) == len(content)
            os.close(handle)
        return place

    def digest(self) -> str:
        """A text that is another where a file differs, but for the place of the whole."""
        told = sha256()
        for name, (mode, kept) in self.files.items():
            content = kept.replace(self.around, b"") if name.endswith(CONFIG) else kept
            told.update(b"%s\0%o\0%d\0%s" % (os.fsencode(name), mode, len(content), content))
        return told.hexdigest()


def freeze(place: Path) -> Frozen:
    """What stands at `place` now, without git's samples of hooks."""
    folders, files = list[str](), dict[str, tuple[int, bytes]]()
    for name, entry in _below(os.fspath(place), ""):
        if entry.is_dir(follow_symlinks=False):
            folders.append(name)
        elif not name.endswith(UNUSED):
            status = entry.stat(follow_symlinks=False)
            assert stat.S_ISREG(status.st_mode), name
            with open(entry.path, "rb") as file:  # noqa: PTH123 - as above
                files[name] = (status.st_mode & 0o777, file.read())
    return Frozen(os.fsencode(place.parent), tuple(folders), files)


def _below(root: str, inside: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below a folder by its path there, in the order of names, outer folders first."""
    with os.scandir(f"{root}/{inside}") as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        yield inside + entry.name, entry
        if entry.is_dir(follow_symlinks=False):
            yield from _below(root, f"{inside}{entry.name}/")


def played_once(
    change: Callable[Concatenate[Path, P], R],
) -> Callable[Concatenate[Path, P], R]:
    """What prepares a test's folder: from the same bytes, by the same words, it is played once.

    After that the files that it wrote are laid down and those that it took away are taken away.
    For changes of that folder alone that leave nothing running and return what cannot change.
    """
    kept: dict[str, tuple[Frozen, frozenset[str], R]] = {}

    @wraps(change)
    def lay(place: Path, *words: P.args, **more: P.kwargs) -> R:
        before = freeze(place)
        asked = repr((words, sorted(more.items())))
        assert " at 0x" not in asked, f"{asked} names an object, not a value"
        if os.fsdecode(before.around) in asked:  # of this test alone
            return change(place, *words, **more)
        asked += before.digest()
        if asked not in kept:
            answer = change(place, *words, **more)
            kept[asked] = (*_difference(before, freeze(place)), answer)
            return answer
        written, gone, answer = kept[asked]
        written.lay(place)
        for name in gone:
            (place / name).unlink()
        return answer

    return lay


def _difference(before: Frozen, after: Frozen) -> tuple[Frozen, frozenset[str]]:
    """What was written, and the files that were taken away."""
    files = {name: kept for name, kept in after.files.items() if before.files.get(name) != kept}
    tied = [name for name in files if not name.endswith(CONFIG) and after.around in files[name][1]]
    assert not tied, f"{tied} name the folder and fit in no other place"
    return replace(after, files=files), frozenset(before.files) - frozenset(after.files)
