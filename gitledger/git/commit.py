"""A commit object, taken apart by the only reader that there is: its head, its people, its message.

Read raw, so that grafts, replacements and a shallow cut change nothing of what it says.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

import pygit2

from gitledger.errors import LedgerDamaged
from gitledger.git.repository import Repository
from gitledger.ledger.announcement import Announcement, one_line

COMMIT = 1
PERSON = re.compile(rb"^(author|committer) (.*?) (-?\d{1,20}) [+-]\d{4,6}$", re.MULTILINE)
_TREE = re.compile(rb"tree ([0-9a-f]{40})\n")
_ROW = re.compile(rb"^[ \t]*Ledger-Row: ([0-9a-f]{16})\s*$", re.MULTILINE)
_ROWS = re.compile(rb"^[ \t]*Ledger-Rows: (\d{1,9})\s*$", re.MULTILINE)
_AGENT = re.compile(rb"^[ \t]*Ledger-Agent:(.*)$", re.MULTILINE)
_DIGEST = re.compile(rb"^[ \t]*Ledger-Digest: ([0-9a-f]{64})\s*$", re.MULTILINE)
# how GitHub and Gitea, Azure, Bitbucket, and git itself begin the message of a squash
_FORGE = re.compile(
    rb".*\([#!]\d+\)\Z|Merged PR \d+: |Merged in .*\(pull request #\d+\)\Z|Squashed commit"
)
_PERSON = rb"[^<>\n\0]+ <[^<>\n\0]*> (0|[1-9][0-9]{0,18}) [+-][0-9]{4}\n"
_HEAD = re.compile(
    rb"tree [0-9a-f]{40}\n(?:parent [0-9a-f]{40}\n)*author %scommitter %s" % (_PERSON, _PERSON)
)
LAST_SECOND = 253_402_300_799  # of the year 9999: no later moment can be told in words
_AUTHOR = re.compile(rb"author ([^<\n]*?) ?<[^<>\n]*> (\d+) ")
_COMMITTER = re.compile(rb"^committer .*> (\d+) [+-]\d+$", re.MULTILINE)


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


class RawCommit(NamedTuple):
    """What a commit object says: ids of 20 bytes, what its message says of rows, whether signed.

    `flaw` is why `git fsck` or a reader of dates would refuse it, "" for a sound one.
    """

    oid: bytes
    tree: bytes
    parents: tuple[bytes, ...]
    said: Announcement
    signed: bool
    flaw: str


def parse(oid: bytes, raw: bytes) -> RawCommit:
    """A commit object taken apart. Raises LedgerDamaged when it is none."""
    head, _, message = raw.partition(b"\n\n")
    started = _TREE.match(head)
    if started is None:
        raise LedgerDamaged(f"object {oid.hex()} is not a commit", "run `git fsck`")
    parents = []
    at = started.end()
    while raw.startswith(b"parent ", at):
        try:
            # `parent ` and 40 digits, as git writes them
            parents.append(bytes.fromhex(raw[at + 7 : at + 47].decode("ascii", "replace")))
        except ValueError:
            raise LedgerDamaged(f"commit {oid.hex()} names no parent", "run `git fsck`") from None
        at += 48
    return RawCommit(
        oid,
        bytes.fromhex(started[1].decode()),
        tuple(parents),
        _said(message),
        signed=b"\ngpgsig" in head,
        flaw=_flaw(raw),
    )


def _said(message: bytes) -> Announcement:
    """What a message says of the rows that come with it."""
    if b"Ledger-" not in message:
        return Announcement(squashed=_looks_squashed(message))
    agents = [one_line(found.decode("utf-8", "replace")) for found in _AGENT.findall(message)]
    return Announcement(
        tuple([found.decode() for found in _ROW.findall(message)]),
        tuple(map(int, _ROWS.findall(message))) if b"Ledger-Rows:" in message else (),
        tuple(agents),
        squashed=message.count(b"Ledger-Agent:") > 1 or _looks_squashed(message),
        digests=_digests(message) if b"Ledger-Digest:" in message else (),
    )


def _digests(message: bytes) -> tuple[str, ...]:
    return tuple([found.decode() for found in _DIGEST.findall(message)])


def _flaw(raw: bytes) -> str:
    """What is wrong with the head of a commit: the form of its people and dates, as fsck asks."""
    head = _HEAD.match(raw)
    if head is None:
        return "its author, committer or dates are not in git's form"
    if b"\0" in raw:
        return "it holds a NUL byte: what follows is shown by nobody"
    if max(int(head[1]), int(head[2])) > LAST_SECOND:
        return "it is dated after the year 9999"
    return ""


def _looks_squashed(message: bytes) -> bool:
    """Whether a forge or `git merge --squash` wrote the message."""
    subject = message.partition(b"\n")[0].rstrip()
    likely = subject.endswith(b")") or subject.startswith((b"Merged PR ", b"Squashed commit"))
    return likely and _FORGE.match(subject) is not None


def tree_and_parents(raw: bytes) -> tuple[bytes, list[bytes]]:
    """Tree and parents (20-byte ids) of a raw commit: grafts and replacements cannot lie here."""
    head = raw.split(b"\n\n", 1)[0].split(b"\n")
    tree = bytes.fromhex(head[0][5:].decode())
    parents = [bytes.fromhex(line[7:47].decode()) for line in head[1:] if line[:7] == b"parent "]
    return tree, parents


def committed_at(raw: bytes) -> datetime:
    """The committer's clock of a raw commit, in UTC. Raises LedgerDamaged where there is none."""
    found = _COMMITTER.search(raw.split(b"\n\n", 1)[0])
    if found is None:
        raise LedgerDamaged("a commit without a committer's time", "run `git fsck`")
    return datetime.fromtimestamp(int(found[1]), UTC)


def author_of(raw: bytes) -> tuple[str, datetime] | None:
    """Who wrote a raw commit and when, in UTC; None where nobody is named."""
    person = next(filter(None, map(_AUTHOR.match, raw.split(b"\n"))), None)
    if person is None:
        return None
    moment = datetime.fromtimestamp(min(int(person[2]), LAST_SECOND), UTC)
    return person[1].decode("utf-8", "replace"), moment
