"""The branch's history from raw commit objects, and its changes as the git program compares trees.

`.git/info/grafts`, `.git/shallow` and `refs/replace` hide commits from `git log`, `git fsck` and
libgit2's walk alike. So the walk reads commit objects by id (libgit2 checks that their bytes have
that id), follows the parents written in them, and compares the trees written in them. Comparing
is left to one `git diff-tree`, which runs beside us; it is given trees, never commits.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from io import BufferedReader
from threading import Thread
from typing import IO, NamedTuple, cast

from gitledger.errors import GitFailed, GitledgerError, HistoryIncomplete, LedgerDamaged
from gitledger.git import program
from gitledger.git.objects import read, run_git
from gitledger.git.repository import Repository, git_environment, shallow_boundary
from gitledger.git.trees import EMPTY, Change, TreeEntry
from gitledger.ledger.announcement import Announcement, one_line

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
CHUNK = 1 << 20
HEADER = 82  # two ids, a blank, a line end
ABSENT = b"000000"
COMPARE = (
    *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"),
    *("--no-ext-diff", "--ignore-submodules=none"),
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
        raise LedgerDamaged(f"object {oid.hex()} is no commit", "run `git fsck`")
    parents = []
    at = started.end()
    while raw.startswith(b"parent ", at):
        try:
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


def walk(
    repository: Repository,
    tips: Iterable[bytes],
    known: Collection[bytes] = (),
    seen: Callable[[int], None] = lambda _count: None,
) -> dict[bytes, RawCommit]:
    """Every commit reachable from the tips and not in `known`, parents before children.

    Iterative, so that history may be as long as it likes. Raises HistoryIncomplete where a shallow
    clone was cut, LedgerDamaged where an object is missing or is not what its id says.
    """
    found: dict[bytes, RawCommit] = {}
    ordered: dict[bytes, RawCommit] = {}
    pending = [*tips]
    while pending:
        oid = pending[-1]
        if oid in ordered or oid in known:
            pending.pop()
            continue
        commit = found.get(oid)
        if commit is None:
            commit = found[oid] = parse(oid, _read_commit(repository, oid))
            waiting = [p for p in commit.parents if p not in ordered and p not in known]
            if len(found) % 1000 == 0:
                seen(len(found))
            if waiting:
                pending.extend(waiting)
                continue
        ordered[oid] = commit
        pending.pop()
    return ordered


def _read_commit(repository: Repository, oid: bytes) -> bytes:
    try:
        return read(repository, oid)
    except LedgerDamaged:
        if shallow_boundary(repository):
            raise HistoryIncomplete(
                f"this clone is shallow: the ledger's history before {oid.hex()[:12]} is not here",
                "git fetch --unshallow, then run it again",
            ) from None
        raise


class CommitStep(NamedTuple):
    """A commit and what it changes against each parent (one list, against nothing, for a root)."""

    commit: RawCommit
    sides: tuple[tuple[Change, ...], ...]


def steps(
    repository: Repository,
    commits: Sequence[RawCommit],
    tree_of: Callable[[bytes], bytes],
) -> Iterator[CommitStep]:
    """Each commit with its changes, in the order given; `tree_of` gives a parent's tree.

    Raises LedgerDamaged naming the commit whose trees cannot be compared, GitFailed where git
    will not work here at all.
    """
    lines = [
        b"%s %s\n" % (_hex(tree_of(parent) if parent else EMPTY), _hex(commit.tree))
        for commit in commits
        for parent in commit.parents or (b"",)
    ]
    compared = compare(repository, lines)
    for commit in commits:
        sides = []
        for _ in commit.parents or (b"",):
            side = next(compared, None)
            if side is None:
                raise _uncompared(repository, commit)
            sides.append(side)
        yield CommitStep(commit, tuple(sides))


def _uncompared(repository: Repository, commit: RawCommit) -> GitledgerError:
    """Why a commit's trees could not be compared: git will not work here, or they are damaged."""
    said = run_git(repository, ("rev-parse", "--git-dir"))
    if said.returncode:
        words = said.stderr.decode("utf-8", "replace").strip()
        return GitFailed(f"git refuses this repository: {words}", "mend what it names")
    what = f"commit {commit.oid.hex()}: its tree cannot be read"
    return LedgerDamaged(what, "run `git fsck`")


def _hex(oid: bytes) -> bytes:
    return oid.hex().encode()


def compare(repository: Repository, lines: Sequence[bytes]) -> Iterator[tuple[Change, ...]]:
    """The changes of each pair of trees, in order; ends early where git cannot.

    A line is two ids in hex, a blank between and a line end behind: as git takes and repeats it.
    """
    comparer = program.start(
        COMPARE,
        directory=repository.git_dir,
        environment=git_environment(repository),
        complaints=False,
    )
    with comparer:
        assert comparer.stdin is not None  # noqa: S101 - asked for above
        assert comparer.stdout is not None  # noqa: S101
        feeder = Thread(target=_feed, args=(comparer.stdin, lines), daemon=True)
        feeder.start()
        try:
            yield from _parsed(
                _fields(cast("BufferedReader", comparer.stdout)), lines, comparer.wait
            )
        finally:
            comparer.kill()
            feeder.join()


def _feed(stream: IO[bytes], lines: Sequence[bytes]) -> None:
    """Write the pairs; a git that went away is noticed by whoever reads its answers."""
    with suppress(OSError, ValueError):
        for at in range(0, len(lines), 1000):
            stream.write(b"".join(lines[at : at + 1000]))
    with suppress(OSError, ValueError):
        stream.close()


def _fields(stream: BufferedReader) -> Iterator[bytes]:
    """The answer cut at its NUL bytes."""
    rest = b""
    while block := stream.read1(CHUNK):
        *whole, rest = (rest + block).split(b"\0")
        yield from whole
    yield rest


def _parsed(
    fields: Iterator[bytes], lines: Sequence[bytes], ended: Callable[[], int]
) -> Iterator[tuple[Change, ...]]:
    """Changes by pair. git prints a pair's line first, so a pair is whole at the next line.

    `ended` waits for the program and tells its exit code: after a failure the last pair is not.
    """
    changes: list[Change] = []
    started = 0
    for field in fields:
        at = 0
        while field and not field.startswith(b":", at) and at < len(field):
            if started:
                yield tuple(changes)
                changes = []
            if started >= len(lines) or not field.startswith(lines[started], at):
                return
            started += 1
            at += HEADER
        if field.startswith(b":", at):
            changes.append(_change(field[at:] if at else field, next(fields, b"")))
    if started and ended() == 0:
        yield tuple(changes)


def _change(line: bytes, path: bytes) -> Change:
    """One raw line, `:mode mode id id status`, and the path that follows it."""
    name = path[path.rfind(b"/") + 1 :]
    old, new = line[1:7], line[8:14]
    return Change(
        path,
        None if old == ABSENT else TreeEntry(old, name, bytes.fromhex(line[15:55].decode())),
        None if new == ABSENT else TreeEntry(new, name, bytes.fromhex(line[56:96].decode())),
    )
