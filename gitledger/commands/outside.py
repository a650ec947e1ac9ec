"""What the repository and the files beside it say of windows now, for audit, preview and card."""

from collections.abc import Sequence

from gitledger.commands.artefacts import stands_as
from gitledger.commands.book import Book
from gitledger.commands.reverts import reverted_windows
from gitledger.git.revision import holds_commit
from gitledger.ledger.change import EMPTY_TREE
from gitledger.windows.facts import Facts, ranges_of
from gitledger.windows.snapshot import text_of
from gitledger.windows.window import Window


def facts_of(book: Book, windows: Sequence[Window]) -> Facts:
    """What the repository and the files beside it say of these windows now."""
    named = {sha for window in windows for stated in ranges_of(window) for sha in stated}
    paths = {
        text_of(row.values, "artifact")
        for window in windows
        for row in window.evidence
        if "artifact_sha256" in row.values
    }
    standing = {path: stands_as(book.repository, path) for path in sorted(paths) if path}
    return Facts(
        now=book.world.now,
        vanished=frozenset(
            sha for sha in named - {EMPTY_TREE} if not holds_commit(book.repository, sha)
        ),
        artifacts={path: now for path, now in standing.items() if now is not None},
        reverted=reverted_windows(book.world.directory, windows),
    )
