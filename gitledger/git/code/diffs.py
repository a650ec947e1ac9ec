"""What each commit of a history changed, streamed from the git program in graph order.

May import errors and ledger only. Renames are detected at 50 % without a limit (a limit reached
in silence turns moved files into new ones); Myers with the indent heuristic, no context lines.
Submodules hold no lines and are left out.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from gitledger.git.code.feed import Feed, Pairs, feeding, told_of
from gitledger.git.code.hunks import hunks_of
from gitledger.git.code.ownlines import Texts, change_alone, is_hook, reading_texts
from gitledger.git.plumbing import Plumbing
from gitledger.lines.change import NO_BLOB, Commit, CommitChanges, FileChange, Hunks

PINNED = (
    *("-r", "-z", "--root", "-M50", "-l0", "--no-color", "--no-ext-diff", "--no-textconv"),
    *("--diff-algorithm=myers", "--indent-heuristic", "--ignore-submodules=none"),
)
NAMES = ("diff-tree", "--stdin", "--always", "--raw", *PINNED)
LINES = (*NAMES, "-p", "-U0", "--inter-hunk-context=0")
LARGEST = 512  # commits in a batch: what waits in memory while an earlier one is read
FEW = 256  # commits up to which one process gives their lines, in batches of
SOME = 32  # so that Python reads the first ones while git works on
SUBMODULE = "160000"
SECTION = b"\ndiff --git "
Keep = Callable[[str], bool]
Batches: TypeAlias = Iterator[Pairs]


def read_changes(
    git: Plumbing, commits: Sequence[Commit], with_lines: Collection[str], keep: Keep
) -> Iterator[CommitChanges]:
    """Each commit with its changes, in the given order (parents first).

    Commits in `with_lines` that are no merges come with their hunks, the others with None.
    `keep` says of a path whether its lines count; changes of other paths are left out.
    """
    wanted, texts = frozenset(with_lines), reading_texts(git)
    lined = [c for c in commits if len(c.parents) < 2 and c.sha in wanted]
    named = [c for c in commits if len(c.parents) >= 2 or c.sha not in wanted]
    with (
        feeding(git, LINES, *share_out(lined)) as lines,
        feeding(git, NAMES, batches(named), 1) as names,
    ):
        from_lines, from_names = _parsed(lines, keep), _parsed(names, keep)
        for commit in commits:
            plain = len(commit.parents) < 2 and commit.sha in wanted
            source = from_lines if plain else from_names
            against = islice(source, max(1, len(commit.parents)))
            yield CommitChanges(commit, tuple(_alone(changes, texts) for changes in against))


def _alone(changes: tuple[FileChange, ...], texts: Texts) -> tuple[FileChange, ...]:
    """Changes without our own lines in hooks."""
    if not any(is_hook(change.new_path) or is_hook(change.old_path) for change in changes):
        return changes
    found = (change_alone(c, texts) if is_hook(c.new_path) else c for c in changes)
    return tuple(change for change in found if change is not None)


def batches(commits: Sequence[Commit], size: int = 0) -> Batches:
    """(commit, parent) pairs in batches of `size` commits; a root has the parent "".

    Neighbours stay together as far as they can: git unpacks their files from the same bases, so
    small batches, spread over two processes, would cost a third more.
    """
    size = size or min(LARGEST, -(-len(commits) // (2 if len(commits) <= LARGEST else 4)))
    turn = iter(commits)
    while batch := list(islice(turn, max(1, size))):
        yield [(c.sha, parent) for c in batch for parent in c.parents or ("",)]


def share_out(commits: Sequence[Commit]) -> tuple[Batches, int]:
    """The batches of some commits, and the processes of git they are worth.

    Python works beside the first one; a second, for few commits, would cost what it saves.
    """
    return (batches(commits, SOME), 1) if len(commits) <= FEW else (batches(commits), 2)


def _parsed(feed: Feed, keep: Keep) -> Iterator[tuple[FileChange, ...]]:
    """The kept changes of one (commit, parent) pair after the other."""
    for pairs, told in feed:
        at = 0
        for position, (sha, _) in enumerate(pairs):
            after = pairs[position + 1][0] if position + 1 < len(pairs) else ""
            records, at = _records(told, told_of(told, at, sha))
            patch, at = _patch(told, at, after)
            yield tuple(_changes(records, patch, keep))


def _records(told: bytes, at: int) -> tuple[list[tuple[str, ...]], int]:
    """The raw records at `at`: (old mode, new mode, old blob, new blob, status, paths...)."""
    records = []
    while told.startswith(b":", at):
        end = told.index(b"\0", at)
        fields = told[at + 1 : end].decode("ascii").split(" ")
        count = 2 if fields[4][0] in "RC" else 1
        paths = []
        for _ in range(count):
            at, end = end + 1, told.index(b"\0", end + 1)
            paths.append(told[at:end].decode("utf-8", "surrogateescape"))
        records.append((*fields, paths[0], paths[-1]))
        at = end + 1
    return records, at


def _patch(told: bytes, at: int, after: str) -> tuple[list[bytes] | None, int]:
    """The patch text at `at`, one piece for each file, up to the header of commit `after`.

    None where the output holds names only. No line of a patch can look like that header: a line
    of content begins with a sign.
    """
    if not told.startswith(b"\0diff --git ", at):
        return None, at
    end = told.index(f"\n{after}\0".encode("ascii"), at) + 1 if after else len(told)
    return told[at + 1 : end].split(SECTION), end


def _changes(
    records: Sequence[tuple[str, ...]], patch: list[bytes] | None, keep: Keep
) -> Iterator[FileChange]:
    """Raw records and their pieces of patch, joined; a type change has two pieces."""
    pieces = iter(patch or ())
    for old_mode, new_mode, old_blob, new_blob, letter, old_path, new_path in records:
        for status, old, new in _sides(letter[0], old_blob, new_blob):
            told: tuple[Hunks, bytes] | tuple[()] = ()
            if patch is not None:
                piece = next(pieces)
                told = hunks_of(piece), piece
            if (old_mode if status == "D" else new_mode) != SUBMODULE:
                yield from _kept(FileChange(status, old_path, new_path, old, new, *told), keep)


def _sides(status: str, old: str, new: str) -> tuple[tuple[str, str, str], ...]:
    """A type change (file to link) as what it is to lines: the old file goes, a new one comes."""
    return ((status, old, new),) if status != "T" else (("D", old, NO_BLOB), ("A", NO_BLOB, new))


def _kept(change: FileChange, keep: Keep) -> Iterator[FileChange]:
    """The change, or what is left of it when a side does not count.

    A file that comes in from a path that does not count brings lines of nobody's along; what the
    rename changed is born.
    """
    old, new = keep(change.old_path), keep(change.new_path)
    if new:
        yield change
    elif old and change.status != "A":
        yield FileChange("D", change.old_path, change.old_path, change.old_blob, NO_BLOB, ())
