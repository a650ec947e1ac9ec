"""The branch's history from raw commit objects, and its changes as the git program compares trees.

`.git/info/grafts`, `.git/shallow` and `refs/replace` hide commits from `git log`, `git fsck` and
libgit2's walk alike. So the walk reads commit objects by id (libgit2 checks that their bytes have
that id), follows the parents written in them, and compares the trees written in them. Comparing
is left to one `git diff-tree`, which runs beside us; it is given trees, never commits.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from io import BufferedReader
from threading import Thread
from typing import IO, NamedTuple, cast

from gitledger.errors import GitFailed, GitledgerError, HistoryIncomplete, LedgerDamaged
from gitledger.git import program
from gitledger.git.commit import RawCommit, parse
from gitledger.git.objects import read, run_git
from gitledger.git.repository import Repository, git_environment, shallow_boundary
from gitledger.git.trees import EMPTY, Change, TreeEntry

CHUNK = 1 << 20
HEADER = 82  # two ids, a blank, a line end
ABSENT = b"000000"
COMPARE = (
    *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"),
    *("--no-ext-diff", "--ignore-submodules=none"),
)


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
        # here with no parent to wait for, or for the second time: they are in order by now
        ordered[oid] = commit
        pending.pop()
    return ordered


def _read_commit(repository: Repository, oid: bytes) -> bytes:
    try:
        return read(repository, oid)
    except LedgerDamaged:  # where the clone was cut, the commit is elsewhere, not damaged
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
        return GitFailed(f"git refuses this repository: {words}", "fix what it names")
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
            comparer.kill()  # whoever stops early leaves git with pairs that it waits to answer
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
        # trees that are equal print nothing but their pair's line: several may stand in one field
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
