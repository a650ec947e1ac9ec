"""Our own lines in hooks that are under version control: written by this program, nobody's work.

May import errors, ledger and the git folder. `hooks install` writes whole scripts, or a few lines
into a hook that is there, or puts a hook aside under another name; a folder of hooks in the work
tree (`core.hooksPath`, `.husky`) is committed with the rest. Only files named like a hook are read.
A hook that one of our scripts replaced is put aside, not gone.
"""

from collections.abc import Callable, Iterable, Iterator

import pygit2
from pygit2.enums import DiffOption

from gitledger.git.code.hunks import hunks_of
from gitledger.git.hooks.texts import KEPT, NAMES, is_ours, without_block
from gitledger.git.plumbing import Plumbing, objects_of
from gitledger.lines.change import NO_BLOB, FileChange, FileCount

Texts = Callable[[str], bytes]


def is_hook(path: str) -> bool:
    """Whether a file is named like a hook, or like one that was put aside."""
    return path.rpartition("/")[2].partition(".")[0] in NAMES


def theirs(text: bytes) -> bytes:
    """A hook without what we wrote."""
    return b"" if is_ours(text) else without_block(text)


def work_alone(
    git: Plumbing, counts: Iterable[FileCount], old: str, new: str
) -> Iterator[FileCount]:
    """The counts between two commits or trees ("": nothing) without our lines in hooks."""
    repository: pygit2.Repository | None = None
    for count in counts:
        if not (is_hook(count.path) or is_hook(count.old_path)):
            yield count
            continue
        repository = repository or objects_of(git)
        before = _text_at(repository, old, count.old_path)
        after = _text_at(repository, new, count.path)
        found = _recounted(count, before, after)
        if found is not None:
            yield found


def _recounted(count: FileCount, before: bytes, after: bytes) -> FileCount | None:
    """A hook's counts without our lines; None where all that happened was ours."""
    old, new = theirs(before), theirs(after)
    if (old, new) == (before, after) and not count.path.endswith(KEPT):
        return count
    if old == new or is_ours(after) or count.path.endswith(KEPT):
        return None
    _, added, deleted = _patch(old, new).line_stats
    return count._replace(insertions=added, deletions=deleted)


def change_alone(change: FileChange, text: Texts) -> FileChange | None:
    """A change of a hook without our lines in it; None where all that happened was ours."""
    before, after = text(change.old_blob), text(change.new_blob)
    old, new = theirs(before), theirs(after)
    if (old, new) == (before, after) and not change.new_path.endswith(KEPT):
        return change
    if change.status == "R" and old == new:
        return change._replace(new_blob=change.old_blob, hunks=(), patch=b"")
    if old == new or is_ours(after) or change.new_path.endswith(KEPT):
        return None
    patch = _patch(old, new).data
    return change._replace(hunks=hunks_of(patch), patch=patch)


def _patch(old: bytes, new: bytes) -> pygit2.Patch:
    return pygit2.Patch.create_from(
        old, new, flag=DiffOption.INDENT_HEURISTIC, context_lines=0, interhunk_lines=0
    )


def reading_texts(git: Plumbing) -> Texts:
    """What blobs hold; a side that does not exist, or is missing, holds nothing."""
    repository = objects_of(git)

    def text(blob: str) -> bytes:
        found = None if blob == NO_BLOB else repository.get(blob)
        return found.data if isinstance(found, pygit2.Blob) else b""

    return text


def _text_at(repository: pygit2.Repository, sha: str, path: str) -> bytes:
    """A file of a commit or tree; nothing where it is not there."""
    found = repository.get(sha) if sha else None
    if found is None:
        return b""
    try:
        blob = found.peel(pygit2.Tree)[path]
    except (KeyError, UnicodeEncodeError):  # libgit2 is asked in UTF-8
        return b""
    return blob.data if isinstance(blob, pygit2.Blob) else b""
