"""Lines added and deleted by file, as `git diff --numstat -M50` counts them.

May import errors and ledger only. Two measures with two names: *net* compares the end points of
a range, *gross* adds up its commits along first parents, a merge against its first parent (so
that a merged branch counts once, as what it brought). Renames are detected, binary files have no
lines and are counted apart, submodules are left out.
"""

from collections.abc import Iterator, Sequence

from gitledger.git.diffs import PINNED, shared
from gitledger.git.feed import feeding, pipes
from gitledger.git.plumbing import Plumbing
from gitledger.ledger.change import Commit, FileCount

COUNTS = ("diff-tree", "--numstat", *PINNED, "--ignore-submodules=all")
PATCH = b"\0diff --git "
CHUNK = 1 << 20


def end_points(git: Plumbing, start: str, end: str) -> tuple[tuple[FileCount, ...], str]:
    """The files that differ between two commits or trees, and the patch-id of their diff.

    The patch-id is git's (`--stable`), "" where nothing differs. It is the same for a range, for
    the commit that squashes it and for a clean rebase of it, since it ignores line numbers and
    white space; a conflict edit changes it.
    """
    with git.start(*COUNTS, "-p", start, end) as diff, git.start("patch-id", "--stable") as reader:
        _, told, complaints = pipes(diff)
        into, _, _ = pipes(reader)
        counted = bytearray()
        while PATCH not in counted and (piece := told.read(CHUNK)):
            counted += piece
        at = counted.find(PATCH)
        into.write(counted[at + 1 :] if at >= 0 else b"")
        while piece := told.read(CHUNK):
            into.write(piece)
        found, said = reader.communicate()
        said = complaints.read() + said
    if diff.returncode or reader.returncode:
        raise git.refusal(("diff-tree",), said.decode("utf-8", "replace"))
    net = tuple(parse_numstat(bytes(counted[: at if at >= 0 else None])))
    return net, found.split()[0].decode("ascii") if found else ""


def commit_counts(git: Plumbing, commits: Sequence[Commit]) -> Iterator[tuple[FileCount, ...]]:
    """The files of each commit against its first parent, the last commit given first.

    Packs hold the newest version of a file whole and older ones as changes to it: read from the
    newest on, a history costs git a fifteenth less.
    """
    chain = [commit._replace(parents=commit.parents[:1]) for commit in reversed(commits)]
    words = (*COUNTS, "--stdin", "--always")
    with feeding(git, words, *shared(chain)) as feed:
        for pairs, told in feed:
            places = [told.index(f"{sha}\0".encode("ascii")) for sha, _ in pairs]
            for start, stop in zip(places, [*places[1:], len(told)], strict=True):
                yield tuple(parse_numstat(told[start + 41 : stop]))


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
