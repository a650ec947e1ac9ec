"""The head of a commit, read raw: what it grew from, when, and whose work it is."""

import re
from typing import NamedTuple

import pygit2

from gitledger.git.repository import Repository

COMMIT = 1
PERSON = re.compile(rb"^(author|committer) (.*?) (-?\d{1,20}) [+-]\d{4,6}$", re.MULTILINE)


class CommitHead(NamedTuple):
    """A commit's head: ids in hex, times in Unix seconds.

    `authored` is author and author time, `subject` the message's first line: what a rebase
    carries over, unless told otherwise.
    """

    sha: str
    tree: str
    parents: tuple[str, ...]
    committed_at: int
    authored: bytes
    subject: bytes = b""


def read_head(repository: Repository, sha: str) -> CommitHead | None:
    """The head of a commit, None when the repository has no such commit."""
    try:
        kind, raw = repository.handle.read(pygit2.Oid(hex=sha))
    except (KeyError, ValueError, pygit2.GitError):
        return None
    return parse_head(sha, raw) if int(kind) == COMMIT else None


def parse_head(sha: str, raw: bytes) -> CommitHead | None:
    """A commit's head from its raw bytes, None when they are not a commit's."""
    head, _, message = raw.partition(b"\n\n")
    people = {m[1]: (m[2] + b" " + m[3], int(m[3])) for m in PERSON.finditer(head)}
    if not head.startswith(b"tree ") or len(people) != 2:
        return None
    lines = head.split(b"\n")
    parents = tuple(
        line[7:].decode("ascii", "replace") for line in lines if line.startswith(b"parent ")
    )
    return CommitHead(
        sha=sha,
        tree=lines[0][5:].decode("ascii", "replace"),
        parents=parents,
        committed_at=people[b"committer"][1],
        authored=people[b"author"][0],
        subject=message.lstrip(b"\n").split(b"\n", 1)[0],
    )
