"""`doctor --secrets`: what the whole branch holds that a row should not, by place; never the find.

Every object of the branch's history is looked over: rows, texts, commit messages. A find that
stands there cannot be taken back without a new branch: the answer says where, and what to do.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gitledger.book.book import branch_name, missing_ledger
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, LedgerDamaged
from gitledger.git import objects, trees
from gitledger.git.branch.store import tip_of
from gitledger.git.proof.history import walk
from gitledger.git.repository import Repository, open_repository
from gitledger.ledger import layout
from gitledger.ledger.codec import decode_json
from gitledger.ledger.redaction import SECRET, kinds_in
from gitledger.report.figures import counted

SHOWN = 40
REVOKE = (
    "revoke the key now: it is on the branch and in every clone; then `gitledger void ROW -m WHY`"
)
OTHERS = "rows of before the redaction: they stay; push this branch only where they may be read"


class Find(NamedTuple):
    """A kind of find and its place: the commit that brought it, the path and the column."""

    kind: str
    commit: str
    path: str
    column: str


def secrets(world: World) -> Result:
    """Look over the branch; exit 1 when anything is found. Raises NotInitialised, LedgerDamaged."""
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    tip = tip_of(repository, branch)
    if tip.commit is None:
        raise missing_ledger(repository, branch)
    seen: set[bytes] = set()
    found = [
        find
        for oid, commit in walk(repository, [tip.commit]).items()
        for find in _of_commit(repository, oid, commit.tree, seen)
    ]
    payload = {"branch": branch, "objects": len(seen), "found": [f._asdict() for f in found]}
    code = EXIT_NO if found else EXIT_YES
    return Result(
        "gitledger.doctor-secrets/1", payload, lines(*_text(branch, seen, found)), (), code
    )


def _of_commit(repository: Repository, oid: bytes, tree: bytes, seen: set[bytes]) -> Iterator[Find]:
    """The finds of a commit's message, and of the objects that no earlier commit had."""
    seen.add(oid)
    message = objects.read(repository, oid).partition(b"\n\n")[2].decode("utf-8", "replace")
    yield from (Find(kind, oid.hex(), "", "message") for kind in kinds_in(message))
    pending = [("", tree)]
    while pending:
        prefix, folder = pending.pop()
        if folder in seen:
            continue
        seen.add(folder)
        for mode, name, below in trees.lines(objects.read(repository, folder)):
            path = prefix + name.decode("utf-8", "replace")
            if mode == trees.TREE:
                pending.append((path + "/", below))
            elif below not in seen:
                seen.add(below)
                for kind, column in _of_file(path, objects.read(repository, below)):
                    yield Find(kind, oid.hex(), path, column)


def _of_file(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Kinds and columns of what a row or a text holds."""
    if layout.parse_row_path(path):
        try:
            row = decode_json(data)
        except LedgerDamaged:
            row = None  # `verify` says so; its text is looked over as it stands
        if isinstance(row, Mapping):
            yield from dict.fromkeys(
                (kind, str(name)) for name, value in row.items() for kind in _of_value(value)
            )
            return
    yield from ((kind, "") for kind in kinds_in(data.decode("utf-8", "replace")))


def _of_value(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from kinds_in(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from kinds_in(str(key))
            yield from _of_value(item)
    elif isinstance(value, list):
        for item in value:
            yield from _of_value(item)


def _text(branch: str, seen: set[bytes], found: Sequence[Find]) -> list[str]:
    kinds = Counter(find.kind for find in found)
    told = ", ".join(f"{many} {kind}" for kind, many in kinds.items()) or "nothing found"
    text = [f"{branch}: {counted(len(seen), 'object')} looked over: {told}."]
    for find in sorted(found, key=lambda find: find.kind != SECRET)[:SHOWN]:
        column = f" ({find.column})" if find.column else ""
        text.append(f"  {find.kind}  {find.commit[:12]} {find.path}{column}")
    if len(found) > SHOWN:
        text.append(f"  ... and {len(found) - SHOWN} more; --json has all.")
    if kinds[SECRET]:
        text.append(f"  next: {REVOKE}")
    elif found:
        text.append(f"  next: {OTHERS}")
    return text
