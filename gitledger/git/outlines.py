"""Rows as measures read them: outlines, those of full buckets from a local copy beside the branch.

Reading ten thousand rows from git takes half a second, most of it git's. A full bucket never
changes, so its outlines are kept in the git directory under its tree's id: such a copy can be
missing or damaged, never stale. Deleting it costs time, nothing else. `verify` never reads it.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from gitledger.git.files import forget, kind_of, put_in_place, read_plain
from gitledger.git.rows import Bucket, Place, buckets, places_in, read_rows, rows_at
from gitledger.git.sharing import shared_writing
from gitledger.git.store import Tip
from gitledger.ledger import bucket as document
from gitledger.ledger import layout
from gitledger.ledger.row import Outline, Row

FOLDER = "buckets"
_RECORDED = attrgetter("recorded_at", "id")


class Fresh(NamedTuple):
    """A full bucket that was read from git, to be kept."""

    bucket: Bucket
    outlines: Sequence[Outline]


def read_outlines(tip: Tip, ledger: str, *, copies: bool = True) -> tuple[Outline, ...]:
    """All rows of a ledger as outlines, in the order recorded. Raises LedgerDamaged as rows do.

    Without `copies` from git alone: whoever may write the git directory can seal a copy anew.
    """
    found: list[Outline] = []
    fresh: list[Fresh] = []
    folder = tip.repository.state / FOLDER
    for bucket in buckets(tip, ledger):
        outlines: Sequence[Outline] | None = _kept(folder, bucket) if copies else None
        if outlines is None:
            places = places_in(tip, bucket)
            rows = rows_at(tip, places)
            if not all(map(_is_sound, rows, places)):  # where a row stands orders it, not itself
                return tuple(map(document.outline_of, read_rows(tip, ledger)))
            outlines = list(map(document.outline_of, rows))
            if len(places) >= layout.BUCKET_ROWS:
                fresh.append(Fresh(bucket, outlines))
        found += outlines
    if fresh:
        keep(tip, fresh)
    return tuple(sorted(found, key=_RECORDED))


def _is_sound(row: Row, place: Place) -> bool:
    """Whether a row belongs where it stands."""
    file = layout.row_file(row.recorded_at, row.id)
    return row.ledger == place.ledger and place.path.endswith(f"/{file}")


def _kept(folder: Path, bucket: Bucket) -> list[Outline] | None:
    """The outlines of a bucket from its copy; None without a sound one."""
    try:
        data = read_plain(f"{folder}/{bucket.tree.hex()}")
    except OSError:
        return None
    return document.unpack(data, bucket.ledger, bucket.tree)


def keep(tip: Tip, fresh: Iterable[Fresh]) -> None:
    """Keep copies of full buckets, each whole or not at all; where nobody may write there are none.

    Copies of trees that the repository no longer has go at the same time.
    """
    folder = tip.repository.state / FOLDER
    if kind_of(folder) == "other":  # a link would have them written elsewhere
        return
    with suppress(OSError), shared_writing(tip.repository):
        folder.mkdir(parents=True, exist_ok=True)
        _drop_orphans(tip, folder)
        for bucket, outlines in fresh:
            _write(folder, bucket, document.pack(outlines, bucket.ledger, bucket.tree))


def _write(folder: Path, bucket: Bucket, data: bytes) -> None:
    scratch = folder / f"{bucket.tree.hex()}.{os.getpid()}"
    try:
        scratch.write_bytes(data)
        put_in_place(scratch, folder / bucket.tree.hex())
    except OSError:
        forget(str(scratch))
        raise


def _drop_orphans(tip: Tip, folder: Path) -> None:
    """Remove copies whose tree is gone, and scraps of writers that were killed."""
    for name in [entry.name for entry in folder.iterdir()]:
        try:
            gone = len(name) != 40 or name not in tip.repository.handle
        except ValueError:
            gone = True
        if gone:
            forget(f"{folder}/{name}")
