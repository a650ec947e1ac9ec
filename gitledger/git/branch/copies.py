"""What is kept beside the branch for speed, compared with the branch: a sample of each kind.

Key index and compiled texts. None of them is needed: what differs is
removed, and made anew when it is missed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from gitledger.errors import GitledgerError
from gitledger.git.branch import definitions, keyindex
from gitledger.git.branch.rows import buckets, places_in, rows_at
from gitledger.git.branch.tip import Tip
from gitledger.git.files import forget, kind_of
from gitledger.ledger import corrections, layout
from gitledger.ledger.schema import Schema, key_digest, parse_schema

SAMPLE = 64  # that `doctor` compares at a time, others at each tip; `verify` sees all
OLD_COPIES = "buckets"


def wrong_keys(tip: Tip, branch: str) -> str:
    """Why the key index cannot be used, or what it says that the branch does not; else "".

    It is held to the tree that it covers; nothing is said where there is none yet.
    """
    path = tip.repository.state / keyindex.FILE
    kind = kind_of(path)
    if kind != "file":
        return f"{path} is a {kind}, not a file" if kind else ""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as index:
            answer = index.execute("PRAGMA quick_check").fetchone()
            return _compared(index, tip, branch) if answer == ("ok",) else str(answer)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)


def _compared(index: sqlite3.Connection, tip: Tip, branch: str) -> str:
    """A sample of what the index holds, looked up in git, and of git's rows looked up in it."""
    covered = index.execute("SELECT tree FROM covers WHERE branch = ?", (branch,)).fetchone()
    if not covered or not _is_here(tip, covered[0]):
        return ""
    tip = tip._replace(commit=None, tree=covered[0])
    asked = (branch, covered[0][:16], SAMPLE)  # begins elsewhere for each tree
    told = index.execute(
        "SELECT ledger, digest, row, path FROM keys WHERE branch = ?"
        " ORDER BY digest < ?, digest LIMIT ?",
        asked,
    )
    for ledger, digest, row, path in told:
        found = keyindex.standing(tip, row, path)
        schema = _schema(tip, ledger)
        key = schema.key_of(found.values) if found is not None and schema is not None else None
        if key is None or key_digest(ledger, key) != digest:
            return f"it says that row {row} of {ledger} has a key which the branch does not give it"
    return next(_missing(index, tip, branch), "")


def _is_here(tip: Tip, tree: bytes) -> bool:
    try:
        return bool(tip.read(tree))
    except GitledgerError:
        return False


def _missing(index: sqlite3.Connection, tip: Tip, branch: str) -> Iterator[str]:
    """Newest rows with a key, and corrections, that the index does not know."""
    for ledger in definitions.ledgers(tip):
        schema = _schema(tip, ledger)
        last = [*buckets(tip, ledger)][-1:]
        for place in places_in(tip, last[0])[-SAMPLE:] if last and schema else ():
            [row] = rows_at(tip, [place])
            key = schema.key_of(row.values) if schema else None
            asked: tuple[str, tuple[object, ...]] | None = None
            if key is not None:
                words = "SELECT 1 FROM keys WHERE branch=? AND ledger=? AND digest=? AND row=?"
                asked = words, (branch, ledger, key_digest(ledger, key), row.id)
            elif ledger == corrections.LEDGER:
                words = "SELECT 1 FROM dead WHERE branch = ? AND row = ?"
                asked = words, (branch, row.values["target"])
            if asked and index.execute(*asked).fetchone() is None:
                yield f"it lacks row {row.id} of {ledger}"


def _schema(tip: Tip, ledger: str) -> Schema | None:
    try:
        return parse_schema(definitions.as_written(tip, layout.schema_path(ledger)), ledger)[0]
    except GitledgerError:
        return None


def wrong_copies(tip: Tip) -> Iterator[Path]:
    """Compiled texts that are not what the branch says."""
    if tip.tree is None:
        return
    folder = tip.repository.state / definitions.COMPILED
    paths = [layout.CONFIG, layout.RULES, *map(layout.schema_path, definitions.ledgers(tip))]
    for path in paths:
        entry = tip.entry(path)
        file = folder / f"{entry.oid.hex() if entry else ''}{definitions.SUFFIX}"
        if entry is not None and kind_of(file) and _text_differs(tip, path, entry.oid):
            yield file


def unread(tip: Tip) -> list[Path]:
    """What older versions kept of full buckets, which nothing reads any more."""
    folder = tip.repository.state / OLD_COPIES
    if kind_of(folder) != "folder":
        return []
    return [*sorted(folder.iterdir()), folder]


def _text_differs(tip: Tip, path: str, blob: bytes) -> bool:
    try:
        return definitions.kept_form(tip, blob) != definitions.as_written(tip, path)
    except GitledgerError:  # a text that cannot be read has no compiled form
        return True


def take_out(file: Path) -> bool:
    """Remove what stands in a copy's place; says whether it is gone. A full folder stays."""
    with suppress(OSError):  # what somebody put into it is not ours to remove
        if kind_of(file) == "folder":
            file.rmdir()
    forget(str(file))
    return not kind_of(file)
