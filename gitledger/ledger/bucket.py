"""The outlines of a full bucket as one document, and back. Pure.

A bucket's tree never changes once it is full, so what its rows say can be kept under the tree's
id. The document begins with a seal over everything it depends on: a damaged one, a renamed one
and one of another format are no document at all. Depends on rows and the codec.
"""

import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256

from gitledger.errors import LedgerDamaged
from gitledger.ledger import codec
from gitledger.ledger.row import FORMAT, Outline, Row

LEFT_OUT: Mapping[str, str] = {"snapshots": "text"}  # the pane: most of its row's bytes
VERSION = 1  # of the document; raise it when the same tree would give another one
SEAL = 32


def outline_of(row: Row) -> Outline:
    """A row without the text that its ledger's outlines leave out."""
    left_out = LEFT_OUT.get(row.ledger)
    if left_out not in row.values:
        return Outline(*row)
    return Outline(*row)._replace(values={k: v for k, v in row.values.items() if k != left_out})


def pack(rows: Sequence[Outline], ledger: str, tree: bytes) -> bytes:
    """The document of a full bucket of a ledger, whose tree has that id (20 bytes)."""
    parts = [(row.recorded_at, row.agent, row.tool, row.values, row.id) for row in rows]
    body = zlib.compress(codec.encode_json([*_nested(rows), parts]), 1)
    return _seal(body, ledger, tree) + body


def unpack(data: bytes, ledger: str, tree: bytes) -> list[Outline] | None:
    """The outlines of a document, in the order they were packed; None when it is not sound."""
    body = data[SEAL:]
    if data[:SEAL] != _seal(body, ledger, tree):
        return None
    try:
        lists, deep, parts = codec.decode_json(zlib.decompress(body))
    except (LedgerDamaged, zlib.error):
        return None
    for part in parts:
        values = part[3]
        for name in lists:
            if name in values:
                values[name] = tuple(values[name])
        for name in deep:
            if isinstance(values.get(name), list | dict):
                values[name] = codec.frozen(values[name])
    return [
        Outline(ledger, recorded_at, agent, tool, values, row_id)
        for recorded_at, agent, tool, values, row_id in parts
    ]


def _nested(rows: Sequence[Outline]) -> tuple[Sequence[str], Sequence[str]]:
    """Columns of nothing but lists of plain values or plain maps, and columns nested otherwise.

    JSON has no tuples; to know where some belong spares looking at every value.
    """
    nested, other = set[str](), set[str]()
    for row in rows:
        for name, value in row.values.items():
            if isinstance(value, tuple | dict):
                nested.add(name)
            if not _is_plain_list(value):
                other.add(name)
    return sorted(nested - other), sorted(nested & other)


def _is_plain_list(value: object) -> bool:
    if not isinstance(value, tuple):
        return False
    inner = [i for item in value for i in (item.values() if isinstance(item, dict) else (item,))]
    return not any(isinstance(item, tuple | list | dict) for item in inner)


def _seal(body: bytes, ledger: str, tree: bytes) -> bytes:
    depends = f"{VERSION} {FORMAT} {ledger} {LEFT_OUT.get(ledger, '')}\n".encode()
    return sha256(depends + tree + body).digest()
