"""Which natural keys are recorded already: a local index over the branch, never a truth.

Looking a key up by reading the ledger takes 0.8 s at 100,000 rows; this takes microseconds. The
index stands in the git directory, says which tree it covers, catches up by comparing that tree
with the tip's, and is rebuilt whenever it cannot. Deleting it costs time, nothing else.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256

from gitledger.errors import LedgerDamaged
from gitledger.git import definitions, trees
from gitledger.git.store import Tip
from gitledger.ledger import codec, corrections, layout
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema

FILE = "keys.sqlite"
TABLES = """
CREATE TABLE IF NOT EXISTS covers (branch TEXT PRIMARY KEY, tree BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS keys (branch TEXT, ledger TEXT, digest BLOB, row TEXT,
    PRIMARY KEY (branch, ledger, digest, row)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead (branch TEXT, row TEXT, PRIMARY KEY (branch, row)) WITHOUT ROWID;
"""
LIVE = """
SELECT row FROM keys WHERE branch = ? AND ledger = ? AND digest = ? AND NOT EXISTS
    (SELECT 1 FROM dead WHERE dead.branch = keys.branch AND dead.row = keys.row)
"""


class KeyIndex:
    """The index of one branch, brought up to one tip. Use it under the writing lock."""

    def __init__(self, connection: sqlite3.Connection, branch: str) -> None:
        self._connection = connection
        self._branch = branch
        # WAL with NORMAL survives a kill at any point and syncs only at checkpoints
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + TABLES)

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def find(self, ledger: str, key: tuple[str, ...]) -> str | None:
        """The id of the live row with this natural key, or None."""
        found = self._connection.execute(LIVE, (self._branch, ledger, digest(key))).fetchone()
        return found[0] if found else None

    def catch_up(self, tip: Tip) -> None:
        """Cover the tip's tree; what was covered before is compared, not read again."""
        covered = self._connection.execute(
            "SELECT tree FROM covers WHERE branch = ?", (self._branch,)
        ).fetchone()
        if covered and covered[0] == tip.tree:
            return
        with self._connection:
            if not (covered and self._extend(covered[0], tip)):
                for table in ("covers", "keys", "dead"):
                    self._connection.execute(
                        f"DELETE FROM {table} WHERE branch = ?",  # noqa: S608 - fixed names
                        (self._branch,),
                    )
                self._extend(None, tip)
            self._connection.execute(
                "INSERT OR REPLACE INTO covers VALUES (?, ?)", (self._branch, tip.tree)
            )

    def _extend(self, covered: bytes | None, tip: Tip) -> bool:
        """Add the rows that came since; False when something left, so that all must be redone."""
        keyed = _keyed(tip)
        try:
            for change in trees.changes(covered, tip.tree, tip.read):
                place = layout.parse_row_path(change.path.decode("utf-8", "replace"))
                if place is None or place.ledger not in keyed:
                    continue
                if change.old is not None or change.new is None:
                    return False
                self._add(keyed[place.ledger], codec.decode(tip.read(change.new.oid), place.id))
        except LedgerDamaged:
            if covered is None:
                raise
            return False
        return True

    def _add(self, schema: Schema, row: Row) -> None:
        key = schema.key_of(row.values)
        if key is not None:
            self._connection.execute(
                "INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)",
                (self._branch, row.ledger, digest(key), row.id),
            )
        if row.ledger == corrections.LEDGER:
            self._connection.execute(
                "INSERT OR IGNORE INTO dead VALUES (?, ?)",
                (self._branch, str(row.values["target"])),
            )


def _keyed(tip: Tip) -> Mapping[str, Schema]:
    schemas = {name: definitions.schema(tip, name) for name in definitions.ledgers(tip)}
    return {n: s for n, s in schemas.items() if s.key or n == corrections.LEDGER}


def digest(key: tuple[str, ...]) -> bytes:
    """A key's fixed-size form; parts are length-prefixed, so no two keys collide by joining."""
    return sha256(b"".join(b"%d:%s" % (len(p.encode()), p.encode()) for p in key)).digest()[:16]


@contextmanager
def open_index(tip: Tip, branch: str) -> Iterator[KeyIndex]:
    """The index up to a tip: from its file, or built in memory where the file cannot be used."""
    path = tip.repository.state / FILE
    try:
        index = _prepared(str(path), branch, tip)
    except sqlite3.Error:
        path.unlink(missing_ok=True)
        index = _prepared(":memory:", branch, tip)
    try:
        yield index
    finally:
        index.close()


def _prepared(path: str, branch: str, tip: Tip) -> KeyIndex:
    index = KeyIndex(sqlite3.connect(path, timeout=30), branch)
    try:
        index.catch_up(tip)
    except BaseException:
        index.close()
        raise
    return index
