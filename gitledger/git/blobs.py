"""Line differences of two blobs on demand, through libgit2: Myers with the indent heuristic.

May import errors and ledger only. Used where most changes turn out not to be needed: the history
after a range, and merges.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import pygit2
from pygit2.enums import DiffOption

from gitledger.git.plumbing import Plumbing
from gitledger.ledger.change import NO_BLOB, Hunks

Differ = Callable[[str, str], Hunks]
REMEMBERED = 4096


@contextmanager
def blob_differ(git: Plumbing) -> Iterator[Differ]:
    """A function (old blob, new blob) -> hunks; empty for equal or binary blobs.

    Hash verification is off meanwhile (it doubles the cost of each read; `verify` is the place
    where objects are checked).
    """
    repository = pygit2.Repository()
    store = pygit2.Odb(str(git.objects))
    repository.set_odb(store)
    pygit2.settings.enable_strict_hash_verification(False)  # noqa: FBT003 -- pygit2's signature
    try:
        yield lru_cache(maxsize=REMEMBERED)(lambda old, new: _hunks(repository, git, old, new))
    finally:
        pygit2.settings.enable_strict_hash_verification(True)  # noqa: FBT003 -- as above


def _hunks(repository: pygit2.Repository, git: Plumbing, old: str, new: str) -> Hunks:
    if NO_BLOB in {old, new}:
        count = line_count(_blob(repository, git, new if old == NO_BLOB else old))
        grown = (0, 0, 0, count) if old == NO_BLOB else (0, count, 0, 0)
        return grown if count else ()
    before, after = _blob(repository, git, old), _blob(repository, git, new)
    if before.is_binary or after.is_binary:
        return ()
    patch = before.diff(  # type: ignore[call-arg]  # pygit2's stub lacks the last two
        after, DiffOption.INDENT_HEURISTIC, context_lines=0, interhunk_lines=0
    )
    numbers: list[int] = []
    for hunk in patch.hunks:
        cut, grown_by = hunk.old_lines, hunk.new_lines
        numbers += (hunk.old_start - (cut > 0), cut, hunk.new_start - (grown_by > 0), grown_by)
    return tuple(numbers)


def _blob(repository: pygit2.Repository, git: Plumbing, blob: str) -> pygit2.Blob:
    found = repository.get(blob)
    if not isinstance(found, pygit2.Blob):
        raise git.refusal(("diff",), f"missing blob {blob}")
    return found


def line_count(blob: pygit2.Blob) -> int:
    """Lines of a text; a last line without a newline is one. A binary blob has none."""
    if blob.is_binary:
        return 0
    text: bytes = blob.data
    return text.count(b"\n") + (not text.endswith(b"\n") and bool(text))
