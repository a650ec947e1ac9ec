"""A folder kept in memory: made once, laid down for every test that wants its own.

`git init` and a first commit are six processes; a ledger is forty files more. Bytes cannot be
changed by a test, so that each starts from the same ones.
"""

import os
from dataclasses import dataclass
from pathlib import Path

UNUSED = ".sample"  # git's hooks that nobody runs
CONFIG = "config"  # git's, which names a remote by its path


@dataclass(frozen=True, slots=True)
class Frozen:
    """Folders, the outer ones first, and files as (path, mode, bytes), all below one folder."""

    around: bytes
    folders: tuple[str, ...]
    files: tuple[tuple[str, int, bytes], ...]

    def lay(self, place: Path) -> Path:
        """The folder at `place`, over what stands there; remotes beside it are those beside it."""
        root = os.fspath(place)
        around = os.fsencode(place.parent)
        os.makedirs(root, exist_ok=True)  # noqa: PTH103 - thousands of tests do this
        for name in self.folders:
            os.makedirs(f"{root}/{name}", exist_ok=True)  # noqa: PTH103
        for name, mode, kept in self.files:
            content = kept.replace(self.around, around) if name.endswith(CONFIG) else kept
            handle = os.open(f"{root}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
            assert os.write(handle, content) == len(content)
            os.close(handle)
        return place


def freeze(place: Path) -> Frozen:
    """What stands at `place` now, without git's samples of hooks."""
    found = sorted(place.rglob("*"))
    assert not any(path.is_symlink() for path in found)
    names = [(str(path.relative_to(place)), path) for path in found if path.suffix != UNUSED]
    return Frozen(
        os.fsencode(place.parent),
        tuple(name for name, path in names if path.is_dir()),
        tuple((n, p.stat().st_mode & 0o777, p.read_bytes()) for n, p in names if p.is_file()),
    )
