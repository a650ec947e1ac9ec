"""`core.sharedRepository`: files that others of a group are to write as well, as git makes them.

git widens the mode of each file it makes. Here the process's mask says it once, while we write:
it holds for what SQLite and the git program write for us, too. Folders take the group of theirs.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from gitledger.git.repository import Repository, setting

GROUP, EVERYBODY = 0o660, 0o664
WORDS = {"group": GROUP, "true": GROUP, "yes": GROUP, "on": GROUP, "1": GROUP} | dict.fromkeys(
    ("all", "world", "everybody", "2"), EVERYBODY
)


def shared_mask(word: str, mask: int) -> int:
    """The mask to write under, for a value of `core.sharedRepository` and the mask in force.

    A mode of its own (`0640`) stands instead of the mask; `group` and `all` only widen it.
    """
    name = word.strip().lower()
    if name in WORDS:
        return mask & ~_searchable(WORDS[name])
    if name.startswith("0") and len(name) > 1 and name.isdecimal() and not set(name) & {*"89"}:
        return 0o777 & ~_searchable(int(name, 8))
    return mask


def _searchable(mode: int) -> int:
    """A file's mode with the right to enter, for folders, wherever it can be read."""
    return mode | (mode & 0o444) >> 2


@contextmanager
def shared_writing(repository: Repository) -> Iterator[None]:
    """Write as the repository's `core.sharedRepository` asks."""
    word = setting(repository, "core.sharedRepository")
    if word is None:
        yield
        return
    before = os.umask(0)
    os.umask(shared_mask(word, before))
    try:
        yield
    finally:
        os.umask(before)
