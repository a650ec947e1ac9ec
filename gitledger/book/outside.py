"""What the repository and the files beside it say of windows now, for audit, preview and card."""

from collections.abc import Sequence

from gitledger.book.artefacts import stands_as
from gitledger.book.book import Book
from gitledger.book.feature_reverts import taken_since
from gitledger.book.reverts import reverted_windows
from gitledger.git.code.revision import holds_commit
from gitledger.ledger.onefact import rivals
from gitledger.ledger.row import windows_of
from gitledger.lines.change import EMPTY_TREE
from gitledger.windows.audit.facts import Rival, WorldFacts, ranges_of
from gitledger.windows.snapshot import text_of
from gitledger.windows.window import Window

KEYED = ("snapshots", "churn", "evidence", "votes", "features", "usage")


def facts_of(book: Book, windows: Sequence[Window]) -> WorldFacts:
    """What the repository and the files beside it say of these windows now."""
    named = {sha for window in windows for stated in ranges_of(window) for sha in stated}
    paths = {
        text_of(row.values, "artifact")
        for window in windows
        for row in window.evidence
        if "artifact_sha256" in row.values
    }
    standing = {path: stands_as(book.repository, path) for path in sorted(paths) if path}
    return WorldFacts(
        now=book.world.now,
        vanished=frozenset(
            sha
            # the empty tree, before the first commit, is an object that need not be there
            for sha in named - {EMPTY_TREE}
            if not holds_commit(book.repository, sha)
        ),
        artifacts={path: now for path, now in standing.items() if now is not None},
        reverted=reverted_windows(book.world.directory, windows),
        contradicted=rivals_by_window(book),
        taken=taken_since(book, windows),
    )


def rivals_by_window(book: Book) -> dict[str, tuple[Rival, ...]]:
    """By window, the rows of one natural key that clones recorded otherwise before they met."""
    found: dict[str, list[Rival]] = {}
    for name in KEYED:
        if name not in book.ledgers:
            continue
        for rows in rivals(book.live(name), book.schema(name)):
            windows = {window for row in rows for window in windows_of(row.values)}
            if name == "votes":
                windows |= {text_of(row.values, "card") for row in rows}
            for window in windows:
                found.setdefault(window, []).append(Rival(name, tuple(row.id for row in rows)))
    return {window: tuple(many) for window, many in found.items()}
