"""A large batch made small: its objects, written whole, are packed anew as deltas of each other.

git never looks again for deltas among objects of one pack that has none: 100,000 rows of one batch
stay 577 MiB after every `git gc`. So the pack of a batch is made anew once, by the git program, as
soon as the branch has it.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from struct import unpack

from gitledger.errors import GitFailed
from gitledger.git.files import sync_paths
from gitledger.git.objects import run_git
from gitledger.git.repository import Repository

LARGE = 5_000  # objects of a pack that is looked at
SAMPLED = 400
FEW = 0.05  # the share of deltas below which nobody looked for any
FANOUT = 8 + 256 * 4  # bytes before the ids in an index of version 2
DELTAS = {6, 7}  # kinds of entries; git's Documentation/gitformat-pack


def deltify(
    repository: Repository, pack: str, span: tuple[bytes | None, bytes], *, sync: bool
) -> None:
    """Put the objects between two tips in a pack of deltas, and take the one without away.

    `pack` is the 40-digit name of the pack that was written whole; it stays where the new one has
    not all that it has, and wherever git fails: then only size is lost.
    """
    old, new = span
    asked = f"{new.hex()}\n" + (f"^{old.hex()}\n" if old else "")
    parts = "pack,pack-metadata" if sync else "none"
    folder = repository.common / "objects" / "pack"
    options = ("--revs", "--no-reuse-delta", "--delta-base-offset", "--quiet")
    words = ("-c", f"core.fsync={parts}", "pack-objects", *options, str(folder / "pack"))
    done = run_git(repository, words, asked.encode())
    made = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not made or made == pack:
        return
    with suppress(OSError):  # a pack too many costs room, no object
        if _ids(folder / f"pack-{pack}.idx") <= _ids(folder / f"pack-{made}.idx"):
            if sync:
                sync_paths([str(folder)])
            for kind in ("idx", "rev", "pack"):  # the index first: without it no pack is looked for
                (folder / f"pack-{pack}.{kind}").unlink(missing_ok=True)
            repository.handle.free()  # libgit2 remembers which packs there are


def _ids(index: Path) -> set[bytes]:
    data = index.read_bytes()
    count = _count(data)
    return {data[at : at + 20] for at in range(FANOUT, FANOUT + 20 * count, 20)}


def _count(index: bytes) -> int:
    """How many objects an index of version 2 has. Raises OSError for any other file."""
    if index[:8] != b"\xfftOc\0\0\0\2":
        raise OSError("no index of version 2")
    return int.from_bytes(index[FANOUT - 4 : FANOUT])


def whole_packs(repository: Repository) -> Sequence[int]:
    """The sizes in bytes of large packs in which hardly an object is a delta, by a sample."""
    folder = repository.common / "objects" / "pack"
    return [*_whole(sorted(folder.glob("pack-*.idx")))]


def _whole(indexes: Sequence[Path]) -> Iterator[int]:
    for path in indexes:
        with suppress(OSError):
            data, pack = path.read_bytes(), path.with_suffix(".pack")
            count = _count(data)
            if count >= LARGE and _share_of_deltas(data, pack, count) < FEW:
                yield pack.stat().st_size


def _share_of_deltas(index: bytes, pack: Path, count: int) -> float:
    table = FANOUT + 24 * count  # after the ids and their checksums
    picked = range(0, count, max(count // SAMPLED, 1))
    found = [unpack(">I", index[table + 4 * n : table + 4 * n + 4])[0] for n in picked]
    near = [offset for offset in found if offset < 1 << 31]
    with pack.open("rb") as file:
        kinds = []
        for offset in near:
            file.seek(offset)
            kinds.append(file.read(1)[0] >> 4 & 7)
    return sum(kind in DELTAS for kind in kinds) / max(len(kinds), 1)


def repack_whole(repository: Repository) -> None:
    """Look for deltas among all objects of a repository, once. Raises GitFailed."""
    done = run_git(repository, ("repack", "-a", "-d", "-f", "--quiet"))
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GitFailed(f"git repack failed: {said}", "git repack -adf")
