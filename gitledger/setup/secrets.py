"""What the whole branch holds that a row should not, by place; never the find.

Every object of the branch's history is looked over: rows, texts, commit messages. A find that
stands there cannot be taken back without a new branch: the answer says where, and what to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gitledger.book.book import branch_name
from gitledger.book.opening import missing_ledger
from gitledger.book.world import World
from gitledger.errors import LedgerDamaged
from gitledger.git import objects, trees
from gitledger.git.branch.tip import tip_of
from gitledger.git.proof.history import walk
from gitledger.git.repository import Repository, open_repository
from gitledger.ledger import layout
from gitledger.ledger.codec import decode_json
from gitledger.ledger.redaction import kinds_in


class Find(NamedTuple):
    """A kind of find and its place: the commit that brought it, the path and the column."""

    kind: str
    commit: str
    path: str
    column: str


class SecretsFound(NamedTuple):
    """What the whole branch holds: how many objects were looked over, and the finds."""

    branch: str
    objects: int
    found: Sequence[Find]


def secrets_of(world: World) -> SecretsFound:
    """Look over every object of the branch's history. Raises NotInitialised, LedgerDamaged."""
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
    return SecretsFound(branch, len(seen), found)


def _of_commit(repository: Repository, oid: bytes, tree: bytes, seen: set[bytes]) -> Iterator[Find]:
    """The finds of a commit's message, and of the objects that no earlier commit had."""
    seen.add(oid)
    message = objects.read(repository, oid).partition(b"\n\n")[2].decode("utf-8", "replace")
    yield from (Find(kind, oid.hex(), "", "message") for kind in kinds_in(message))
    pending = [("", tree)]  # each tree and blob once: a hundred thousand commits share most
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
