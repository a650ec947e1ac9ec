"""Rows on the branch: where they stand, reading them, and planning where new ones go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gitledger.errors import LedgerDamaged, UnknownRow
from gitledger.git import objects, trees
from gitledger.git.branch.tip import Tip
from gitledger.ledger import codec, layout
from gitledger.ledger.row import Row

NONE: Mapping[bytes, Row] = {}


class RowPlace(NamedTuple):
    """A row file on the branch: ledger, path below the root, blob id (20 bytes)."""

    ledger: str
    path: str
    oid: bytes

    @property
    def row_id(self) -> str:
        """The id that the file name gives the row."""
        return layout.row_id(self.path)


class Bucket(NamedTuple):
    """A folder of row files: ledger, path below the root with its slash, tree id (20 bytes)."""

    ledger: str
    path: str
    tree: bytes


def buckets(tip: Tip, ledger: str) -> Iterator[Bucket]:
    """Every bucket of a ledger, in path order."""
    folder = tip.entry(f"{layout.LEDGERS}/{ledger}")
    if folder is None or folder.mode != trees.TREE:
        return
    for high in trees.entries(tip.read(folder.oid)):
        if high.mode != trees.TREE:
            continue
        for low in trees.entries(tip.read(high.oid)):
            if low.mode == trees.TREE:
                stem = f"{layout.LEDGERS}/{ledger}/{high.name.decode()}/{low.name.decode()}/"
                yield Bucket(ledger, stem, low.oid)


def places_in(tip: Tip, bucket: Bucket) -> list[RowPlace]:
    """Every row file of a bucket, in path order."""
    return [
        RowPlace(bucket.ledger, bucket.path + name.decode("utf-8", "replace"), oid)
        for mode, name, oid in trees.lines(tip.read(bucket.tree))
        if mode != trees.TREE
    ]


def row_count(tip: Tip, ledger: str) -> int:
    """How many rows a ledger holds, each once; none of them is read."""
    return len({place.row_id for place in places(tip, ledger)})


def places(tip: Tip, ledger: str) -> Iterator[RowPlace]:
    """Every row file of a ledger, in path order."""
    for bucket in buckets(tip, ledger):
        yield from places_in(tip, bucket)


def read_rows(tip: Tip, ledger: str, known: Mapping[bytes, Row] = NONE) -> tuple[Row, ...]:
    """All rows of a ledger in the order they were recorded. Raises LedgerDamaged with the path.

    A row that stands in two buckets, as two clones may have put it, is one row. Blobs (20 bytes)
    of `known` rows are not read again.
    """
    # by bucket and id: the order of recording
    ordered = sorted(places(tip, ledger), key=lambda place: place.path[-46:])
    found = list({place.path[-46:]: place for place in ordered}.values())
    fresh = [place for place in found if place.oid not in known] if known else found
    read = iter(rows_at(tip, fresh))
    return tuple([known.get(place.oid) or next(read) for place in found])


def rows_at(tip: Tip, found: Sequence[RowPlace]) -> list[Row]:
    """The rows of some places, in their order. Raises LedgerDamaged with the path."""
    read, decode, checked = tip.read, codec.decode, objects.check_blob
    try:
        with objects.trusting_ids():
            return [decode(checked(read(p.oid), p.oid), p.row_id) for p in found]
    except LedgerDamaged:  # once more, one by one: the refusal names the path
        for place in found:
            read_row(tip, place)
        raise


def read_row(tip: Tip, place: RowPlace) -> Row:
    """One row. Raises LedgerDamaged naming its path."""
    try:
        return codec.decode(tip.read(place.oid), place.row_id)
    except LedgerDamaged as error:
        raise LedgerDamaged(f"{place.path}: {error.what}", "run `gitledger verify`") from None


def find_row(tip: Tip, prefix: str, ledgers: tuple[str, ...]) -> RowPlace:
    """The one row whose id starts with a prefix (4 digits or more).

    Raises UnknownRow when none or several do; the message lists them.
    """
    wanted = prefix.lower()
    if len(wanted) < 4 or len(wanted) > 16 or not set(wanted) <= set("0123456789abcdef"):
        raise UnknownRow(
            f"{prefix!r} is not a row id", "give 4 to 16 hex digits; `gitledger log` lists them"
        )
    found = [p for name in ledgers for p in places(tip, name) if p.row_id.startswith(wanted)]
    if not found:
        raise UnknownRow(f"no row starts with {prefix}", "`gitledger log` lists the rows")
    if len({place.row_id for place in found}) > 1:
        shown = "; ".join(f"{place.row_id} ({place.ledger})" for place in found[:10])
        raise UnknownRow(f"{len(found)} rows start with {prefix}: {shown}", "give more digits")
    return found[0]


@dataclass(slots=True)
class Buckets:
    """Where the next rows go: the last bucket of each ledger, or the one after it when full."""

    tip: Tip
    free: dict[str, tuple[int, int]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def place(self, ledger: str, file: str) -> str | None:
        """The path for a new row file, or None when that very file stands there already."""
        bucket, count = self.free.get(ledger) or self._last(ledger)
        if count >= layout.BUCKET_ROWS:
            bucket, count = min(bucket + 1, layout.LAST_BUCKET), 0
        path = layout.row_path(ledger, bucket, file)
        if path in self.taken:
            return None
        self.taken.add(path)
        self.free[ledger] = (bucket, count + 1)
        return path

    def _last(self, ledger: str) -> tuple[int, int]:
        folder = self.tip.entry(f"{layout.LEDGERS}/{ledger}")
        if folder is None:
            return 0, 0
        high = self._last_folder(folder.oid)
        low = self._last_folder(high.oid) if high else None
        if high is None or low is None:
            return 0, 0
        bucket = int(high.name + low.name, 16)
        names = [name for _, name, _ in trees.lines(self.tip.read(low.oid))]
        self.taken |= {layout.row_path(ledger, bucket, name.decode()) for name in names[-8:]}
        return bucket, len(names)

    def _last_folder(self, oid: bytes) -> trees.TreeEntry | None:
        folders = [
            entry
            for entry in trees.entries(self.tip.read(oid))
            if entry.mode == trees.TREE and len(entry.name) == 2
        ]
        return folders[-1] if folders else None
