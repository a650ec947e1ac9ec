"""What code commits remember of the ledger: the `Ledger-Tip:` lines of their messages.

Written by prepare-commit-msg where that was asked for (`gitledger hooks install --trailers`). Read
from raw commits, along the first parents of HEAD, back to a bound.
"""

import re
from collections.abc import Iterator

import pygit2

from gitledger.errors import GitledgerError
from gitledger.git.commit import parse
from gitledger.git.objects import read
from gitledger.git.repository import Repository

NEWEST = 1000
_TIP = re.compile(rb"^Ledger-Tip: ([0-9a-f]{40})\s*$", re.MULTILINE)


def named_tips(repository: Repository) -> Iterator[tuple[str, bytes]]:
    """Code commits (40 hex digits), newest first, each with the ledger tip (20 bytes) it names.

    Looks at the `NEWEST` commits only, and no further than they can be read.
    """
    at = _head(repository)
    for _ in range(NEWEST):
        if at is None:
            return
        try:
            raw = read(repository, at)
            parents = parse(at, raw).parents
        except GitledgerError:
            return
        for found in _TIP.findall(raw.partition(b"\n\n")[2]):
            yield at.hex(), bytes.fromhex(found.decode())
        at = parents[0] if parents else None


def _head(repository: Repository) -> bytes | None:
    """HEAD's commit, None where there is none yet or it cannot be read."""
    try:
        return bytes.fromhex(str(repository.handle.head.target))
    except (pygit2.GitError, KeyError, ValueError):
        return None
