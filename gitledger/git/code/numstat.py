"""Lines added and deleted by file, as `git diff --numstat -M50` counts them.

May import errors and ledger only. Two measures with two names: *net* compares the end points of
a range, *gross* adds up its commits along first parents, a merge against its first parent (so
that a merged branch counts once, as what it brought). Renames are detected, binary files have no
lines and are counted apart, submodules and our own lines in hooks are left out.
"""

from collections.abc import Iterator, Sequence

from gitledger.git.code.diffs import PINNED, share_out
from gitledger.git.code.feed import feeding, pipes, told_of
from gitledger.git.code.ownlines import work_alone
from gitledger.git.plumbing import Plumbing
from gitledger.lines.change import Commit, FileCount

COUNTS = ("diff-tree", "--numstat", *PINNED, "--ignore-submodules=all")
CHUNK = 1 << 20
TAB = ord("\t")


def end_points(git: Plumbing, start: str, end: str) -> tuple[tuple[FileCount, ...], str]:
    """The files that differ between two commits or trees, and the patch-id of their diff.

    The patch-id is git's (`--stable`), "" where nothing differs. It is the same for a range, for
    the commit that squashes it and for a clean rebase of it, since it ignores line numbers and
    white space; a conflict edit changes it.
    """
    with git.start(*COUNTS, "-p", start, end) as diff, git.start("patch-id", "--stable") as reader:
        _, told, complaints = pipes(diff)
        into, _, _ = pipes(reader)
        counted, at = bytearray(), 0
        while not _is_patch(counted, at) and (piece := told.read(CHUNK)):
            counted += piece
            at = _records_end(counted, at)
        into.write(counted[at + 1 :] if _is_patch(counted, at) else b"")
        while piece := told.read(CHUNK):
            into.write(piece)
        found, said = reader.communicate()
        said = complaints.read() + said
    if diff.returncode or reader.returncode:
        raise git.refusal(("diff-tree",), said.decode("utf-8", "replace"))
    net = tuple(work_alone(git, parse_numstat(bytes(counted[:at])), start, end))
    return net, found.split()[0].decode("ascii") if found else ""


def commit_counts(git: Plumbing, commits: Sequence[Commit]) -> Iterator[tuple[FileCount, ...]]:
    """The files of each commit against its first parent, the last commit given first.

    Packs hold the newest version of a file whole and older ones as changes to it: read from the
    newest on, a history costs git a fifteenth less.
    """
    # against the first parent: what a merge brought is in its own commits
    chain = [commit._replace(parents=commit.parents[:1]) for commit in reversed(commits)]
    words = (*COUNTS, "--stdin", "--always")
    with feeding(git, words, *share_out(chain)) as feed:
        for pairs, told in feed:
            at = 0
            for sha, parent in pairs:
                start = told_of(told, at, sha)
                at = _records_end(told, start)
                yield tuple(work_alone(git, parse_numstat(told[start:at]), parent, sha))


def _is_patch(told: bytes | bytearray, at: int) -> bool:
    """Whether the patch begins at `at`: git puts an empty field between the records and it."""
    return told.startswith(b"\0", at)


def _records_end(told: bytes | bytearray, at: int) -> int:
    """Where the whole records at `at` end: no name of a file can be taken for what follows them.

    A record is `added, deleted, path`, tabs between; for a rename the path is empty and two names
    follow. The id of the next commit has no tabs.
    """
    while (end := told.find(b"\0", at)) > at and (tabs := told.count(b"\t", at, end)) >= 2:
        if tabs == 2 and told[end - 1] == TAB:
            end = told.find(b"\0", end + 1)
            end = told.find(b"\0", end + 1) if end >= 0 else end
        if end < 0:
            break
        at = end + 1
    return at


def parse_numstat(told: bytes) -> Iterator[FileCount]:
    """The records of `--numstat -z`: added, deleted, path, or an empty path and both names."""
    fields = iter(told.split(b"\0")[:-1])
    for field in fields:
        added, deleted, name = field.split(b"\t", 2)
        old = name or next(fields)
        new = name or next(fields)
        binary = added == b"-"
        yield FileCount(
            path=new.decode("utf-8", "surrogateescape"),
            old_path=old.decode("utf-8", "surrogateescape"),
            insertions=0 if binary else int(added),
            deletions=0 if binary else int(deleted),
            binary=binary,
        )
