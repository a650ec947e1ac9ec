"""The tree at a tip, read whole: every object, in git's order, and all that history added.

History is compared commit by commit; this looks at what a reader of the tip is shown.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from gitledger.errors import HistoryIncomplete, LedgerDamaged, Problem
from gitledger.git import trees
from gitledger.git.objects import read
from gitledger.git.repository import Repository
from gitledger.ledger import layout

SUBMODULE = b"160000"
Folder = tuple[str, bytes]  # a path with its slash, and the tree (20 bytes) that stands there
FSCK = "run `git fsck`"


def row_files(repository: Repository, tree: bytes) -> Iterator[tuple[str, bytes]]:
    """Path and blob of every row file of a tree, from trees whose bytes have their ids.

    Raises LedgerDamaged or HistoryIncomplete.
    """
    for prefix, bucket in buckets(repository, tree, set()):
        yield from rows_in(prefix, read(repository, bucket))


def rows_in(prefix: str, raw: bytes) -> list[tuple[str, bytes]]:
    """Path and blob of the rows that the bytes of a bucket hold."""
    is_row = layout.ROW_NAME.match
    return [
        (prefix + name.decode("ascii"), oid)
        for mode, name, oid in trees.lines(raw)
        if mode != trees.TREE and is_row(name)
    ]


def buckets(repository: Repository, root: bytes, known: set[Folder]) -> list[Folder]:
    """Folders whose files are rows, each with its path and the slash behind it.

    Folders of `known` are passed over, and what is gone through joins them: two trees of one
    ledger share nearly all. Raises LedgerDamaged or HistoryIncomplete.
    """
    level: list[Folder] = [("", root)]
    for shape in layout.ROW_FOLDERS:
        level = [
            (f"{prefix}{name.decode('ascii')}/", oid)
            for prefix, folder in level
            for mode, name, oid in trees.lines(read(repository, folder))
            if mode == trees.TREE and shape.match(name)
        ]
        level = [folder for folder in level if folder not in known]
        known.update(level)
    return level


def tree_problems(
    repository: Repository, root: bytes, *, before: bytes | None, rows: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Objects of a tree that cannot be read, and folders that are not in git's form.

    Folders that stood at the same place in the tree `before` were looked at then; `rows` (path ->
    blob) were read already.
    """
    pending = [("", root, before)]
    while pending:
        prefix, oid, former = pending.pop()
        raw, problem = _tried(repository, prefix, oid)
        if problem is not None:
            yield problem
            continue
        flaw = trees.flaw(raw)
        if flaw:
            yield Problem(prefix, f"the folder {flaw}", FSCK, "tree-malformed")
        stood = _folders(repository, former)
        for mode, name, below in trees.lines(raw):
            path = prefix + name.decode("utf-8", "replace")
            # a mode of six digits is no git's form, which is told above, and a folder all the same
            if mode.lstrip(b"0") == trees.TREE:
                if stood.get(name) != below:
                    pending.append((path + "/", below, stood.get(name)))
            elif mode != SUBMODULE and rows.get(path) != below:
                problem = _tried(repository, path, below)[1]
                if problem is not None:
                    yield problem


def _folders(repository: Repository, tree: bytes | None) -> dict[bytes, bytes]:
    """The folders of a tree: name and id. Raises LedgerDamaged, HistoryIncomplete."""
    lines = trees.lines(read(repository, tree)) if tree else []
    return {name: oid for mode, name, oid in lines if mode == trees.TREE}


def _tried(repository: Repository, path: str, oid: bytes) -> tuple[bytes, Problem | None]:
    """An object's bytes, or the problem that it cannot be read."""
    try:
        return read(repository, oid), None
    except (LedgerDamaged, HistoryIncomplete) as error:
        return b"", Problem(path, error.what, error.hint, "object-unreadable")


def tip_differs(
    shown: Mapping[str, bytes], rows: Mapping[str, bytes], known: AbstractSet[str]
) -> Iterator[Problem]:
    """What the tip's tree holds against what history added: git may not be shown another tree.

    `shown` are path and blob of the tip's rows, `rows` those of all that history added; of the
    paths `known` something is told.
    """
    if shown == rows:
        return
    for path in shown.keys() - known:
        if rows.get(path) != shown[path]:
            what = "the row at the tip is not the one that history added"
            yield Problem(path, what, FSCK, "tip-differs")
    for path in rows.keys() - shown.keys() - known:
        what = "history added this row and the tip does not have it"
        yield Problem(path, what, FSCK, "tip-differs")
