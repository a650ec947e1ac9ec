"""The columns of `commits` and `rewrites` rows: a commit's facts, and the windows it belongs to."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gitledger.commands.book import Book
from gitledger.errors import GitledgerError
from gitledger.git.commithead import CommitHead
from gitledger.git.numstat import end_points
from gitledger.git.plumbing import Plumbing
from gitledger.git.rewrites import Look, Rewrite, Seen
from gitledger.git.steady import steady

if TYPE_CHECKING:
    from gitledger.windows.openat import Stretch

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
BRANCHES = "refs/heads/"
Windows = dict[str, tuple[str, ...]]


def commit_rows(
    book: Book,
    fresh: Sequence[Seen],
    pairs: Sequence[Rewrite],
    *,
    known: Mapping[str, tuple[str, ...]],
    look: Look,
) -> Iterator[tuple[Seen, dict[str, Any]]]:
    """The columns of each commit. `known` are windows of commits recorded before.

    A new commit belongs to the windows open for its agent when it was made. One that a rebase or
    squash made belongs to the windows of what it replaces: moving work is not doing it again.
    """
    if not fresh:
        return
    open_then = _stretches(book)
    git = steady(book.repository)
    windows: Windows = dict(known)
    for fact in fresh:
        head = look(fact.sha)
        if head is None:
            continue  # collected since; nothing is known of it
        windows[fact.sha], why = _attributed(fact, head, pairs, windows, open_then)
        values = {
            "sha": fact.sha,
            "parents": list(head.parents),
            "branch": fact.branch.removeprefix(BRANCHES),
            "committed_at": stamp(head.committed_at),
            "windows": list(windows[fact.sha]),
            "seen_by": fact.seen_by,
            "notes": why,
        }
        yield fact, {**{k: v for k, v in values.items() if v != ""}, **_counts(git, head)}


def rewrite_row(pair: Rewrite) -> dict[str, Any]:
    """The columns of a rewrite."""
    how = pair.how if pair.how in {"amend", "rebase", "squash"} else "unknown"
    values = {"old": pair.old, "new": pair.new, "how": how}
    branch = pair.branch.removeprefix(BRANCHES)
    return values | ({"branch": branch} if branch else {})


def _stretches(book: Book) -> "tuple[Stretch, ...]":
    there = book.ledgers
    snapshots, finals = (
        book.rows(name) if name in there else () for name in ("snapshots", "windows")
    )
    if not snapshots:
        return ()
    from gitledger.windows.openat import stretches  # noqa: PLC0415 - a drain is counted in ms

    return stretches(snapshots, finals)


def _attributed(
    fact: Seen,
    head: CommitHead,
    pairs: Sequence[Rewrite],
    windows: Windows,
    open_then: "Sequence[Stretch]",
) -> tuple[tuple[str, ...], str]:
    """The windows of a commit, and why there are none where that is unsure."""
    if fact.how == "commit" and open_then:
        from gitledger.windows.openat import open_at  # noqa: PLC0415 - a drain is counted in ms

        when = datetime.fromtimestamp(head.committed_at, UTC)
        found = open_at(open_then, when, fact.agent)
        return found.windows, found.why
    olds = [pair.old for pair in pairs if pair.new == fact.sha and fact.how != "commit"]
    return tuple(dict.fromkeys(name for old in olds for name in windows.get(old, ()))), ""


def _counts(git: Plumbing, head: CommitHead) -> dict[str, Any]:
    """Lines and files against the first parent; absent where history is not there to count."""
    try:
        files, patch_id = end_points(git, next(iter(head.parents), EMPTY_TREE), head.sha)
    except GitledgerError:
        return {}
    counted = {
        "files_changed": len(files),
        "insertions": sum(file.insertions for file in files),
        "deletions": sum(file.deletions for file in files),
        "binary_files": sum(file.binary for file in files),
    }
    return counted | ({"patch_id": patch_id} if patch_id else {})


def stamp(seconds: int) -> str:
    """Unix seconds as RFC 3339 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def texts(value: object) -> tuple[str, ...]:
    """A list column as a tuple of words, empty when it is absent."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(str, value))
    return ()
