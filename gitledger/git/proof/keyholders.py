"""Which rows that stood before have the key of a new one: most are passed over by one of its parts.

A range of a thousand rows on a hundred thousand asks this of every older row of their ledgers;
taking all of them apart costs more than the rest of the judgement. Reads objects only.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from gitledger.errors import FormatUnknown, LedgerDamaged
from gitledger.git import objects
from gitledger.git.repository import Repository
from gitledger.ledger import codec
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema

Key = tuple[str, ...]
# ids of rows of some whole trees that may have one of some keys; None where it cannot tell
Holders = Callable[[Schema, Sequence[bytes], Sequence[Key]], Collection[str] | None]
BACKSLASH = 92


def rows_like(
    repository: Repository,
    stood: Iterable[tuple[str, bytes]],
    schema: Schema,
    keys: Sequence[Key],
) -> Iterator[Row]:
    """Of older rows (id, blob) of a ledger those that may have one of some natural keys.

    None that has one is left out. A row that cannot be read has no key.
    """
    part = telling_part(schema, keys)
    differs = passed_over(part) if part else None
    with objects.trusting_ids():
        for row_id, oid in stood:
            with suppress(LedgerDamaged, FormatUnknown):
                raw = objects.check_blob(objects.read(repository, oid), oid)
                if differs is None or not differs(raw):
                    yield codec.decode(raw, row_id)


class TellingPart(NamedTuple):
    """The column of a natural key that tells most rows apart, and what the keys have there.

    The values are as a row writes them.
    """

    column: str
    wanted: frozenset[bytes]


def telling_part(schema: Schema, keys: Sequence[Key]) -> TellingPart | None:
    """The part of some keys by which most rows are passed over; None where none is a text."""
    parts = [n for n, name in enumerate(schema.key) if schema.by_name[name].type == "text"]
    if not parts:
        return None
    part = max(parts, key=lambda n: len({key[n] for key in keys}))
    wanted = frozenset(codec.encode_json(key[part]) for key in keys)
    return TellingPart(schema.key[part], wanted)


def passed_over(part: TellingPart) -> Callable[[bytes], bool]:
    """Whether a row's bytes, or its line of the part's column, show that its key is none of these.

    A part is compared as it is written; a row that lacks it, or writes it with escapes, may be one.
    """
    name = re.escape(codec.encode_json(part.column))
    find = re.compile(rb'^  %s: ("(?:[^"\\]|\\.)*")' % name, re.MULTILINE).search
    wanted = part.wanted

    def differs(raw: bytes) -> bool:
        found = find(raw)
        return found is not None and found[1] not in wanted and BACKSLASH not in found[1]

    return differs
