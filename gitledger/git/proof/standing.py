"""The row files of some trees, by path and by id, at the cost of their folders.

Of a hundred thousand rows that stood before a range nearly all are asked nothing: folders are
compared by their ids, and names are cut from the bytes of trees without a line of Python for each.
What is told of a row was read from its tree. May import errors and ledger.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gitledger.errors import LedgerDamaged
from gitledger.git.objects import object_id, read, trusting_ids
from gitledger.git.proof.tip import Folder, buckets, rows_in
from gitledger.git.repository import Repository
from gitledger.ledger import layout

# A superset of the rows of a tree's bytes; it begins with what is fixed, and so costs half of a
# pattern of the whole name.
_NAMED = re.compile(rb"Z-([0-9a-f]{16})\.json\0")


@dataclass(slots=True)
class StandingRows:
    """The rows of the trees that were taken in; of one path or id the tree taken first tells.

    Guards that each folder is listed once, however many trees share it.
    """

    repository: Repository
    folders: dict[Folder, None] = field(default_factory=dict)
    roots: list[bytes] = field(default_factory=list)
    _raws: dict[bytes, bytes] = field(default_factory=dict)
    _ids: dict[bytes, Folder] = field(default_factory=dict)
    _parsed: dict[Folder, dict[str, tuple[str, bytes]]] = field(default_factory=dict)
    _listed: set[Folder] = field(default_factory=set)

    def take(self, tree: bytes) -> None:
        """Take in the rows of a tree (20 bytes). Raises LedgerDamaged or HistoryIncomplete."""
        self.roots.append(tree)
        self.folders.update(dict.fromkeys(buckets(self.repository, tree, self._listed)))
        self._ids.clear()

    def sharing(self, tree: bytes) -> "StandingRows":
        """The rows of another tree alone; folders that both have are read once."""
        other = StandingRows(self.repository, _raws=self._raws)
        other.take(tree)
        return other

    def raw(self, folder: Folder) -> bytes:
        """The bytes of a folder's tree."""
        held = self._raws.get(folder[1])
        if held is None:
            held = self._raws[folder[1]] = read(self.repository, folder[1])
        return held

    def _checked(self, folder: Folder) -> bytes:
        """The same, its id checked here and not by libgit2."""
        raw = self.raw(folder)
        if object_id(b"tree", raw) != folder[1]:
            self.repository.seen.pop(folder[1], None)
            what = f"object {folder[1].hex()} is not what its name says"
            raise LedgerDamaged(what, "run `git fsck`")
        return raw

    def files_of(self, folder: Folder) -> list[tuple[str, bytes]]:
        """Path and blob of the rows of one folder."""
        return rows_in(folder[0], self.raw(folder))

    def files(self, wanted: Callable[[str], bool] = lambda _prefix: True) -> dict[str, bytes]:
        """Path and blob of the rows in folders whose path is wanted."""
        met = dict[str, bytes]()
        for folder in self.folders:
            if wanted(folder[0]):
                for path, oid in self.files_of(folder):
                    met.setdefault(path, oid)
        return met

    def rows_of(self, start: str) -> dict[str, bytes]:
        """Id and blob of the rows below a path, as first met."""
        met = dict[str, bytes]()
        for path, oid in self.files(lambda prefix: prefix.startswith(start)).items():
            met.setdefault(layout.row_id(path), oid)
        return met

    def row(self, row_id: str) -> tuple[str, bytes] | None:
        """Path and blob of the row with an id, as first met; None where no tree has it."""
        if not self._ids:
            with trusting_ids():  # they stood before: whoever took them in looked for collisions
                for folder in reversed(self.folders):  # of two that have it the first is kept
                    self._ids.update(dict.fromkeys(_NAMED.findall(self._checked(folder)), folder))
        likely = self._ids.get(row_id.encode())
        if likely is None:
            return None
        # the name in the bytes may be no row's: then another folder has the row, or none
        return self._rows(likely).get(row_id) or next(self._everywhere(row_id), None)

    def paths_of(self, row_id: str) -> list[str]:
        """Every path at which the row with an id stands."""
        return [*dict.fromkeys(path for path, _ in self._everywhere(row_id))]

    def _everywhere(self, row_id: str) -> Iterator[tuple[str, bytes]]:
        name = row_id.encode()
        found = (self._rows(f).get(row_id) for f in self.folders if name in self.raw(f))
        return (row for row in found if row is not None)

    def _rows(self, folder: Folder) -> dict[str, tuple[str, bytes]]:
        """Path and blob of the rows of a folder by id."""
        if folder not in self._parsed:
            pairs = self.files_of(folder)
            self._parsed[folder] = {layout.row_id(path): (path, oid) for path, oid in pairs}
        return self._parsed[folder]

    def __contains__(self, row_id: object) -> bool:
        """Whether a row of this id stands."""
        return isinstance(row_id, str) and self.row(row_id) is not None

    def blob(self, path: str) -> bytes | None:
        """The blob of the row at a path, None where no row stands there."""
        prefix, _, _ = path.rpartition("/")
        for folder in self.folders:
            if folder[0] == f"{prefix}/":
                found = dict(self.files_of(folder)).get(path)
                if found is not None:
                    return found
        return None

    def apart(self, other: "StandingRows") -> set[str]:
        """Prefixes of the folders that one has and the other has not as the same tree."""
        return {prefix for prefix, _ in self.folders.keys() ^ other.folders.keys()}
