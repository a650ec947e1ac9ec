"""The columns of `commits` and `rewrites` rows: a commit's facts, and the windows it belongs to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gitledger.book.book import Book
from gitledger.errors import GitledgerError
from gitledger.git.code.numstat import end_points
from gitledger.git.code.rewrites import Look, MadeCommit, Rewrite
from gitledger.git.commit import LAST_SECOND, CommitHead
from gitledger.git.plumbing import Plumbing, steady
from gitledger.ledger.values import stamp
from gitledger.lines.change import EMPTY_TREE

if TYPE_CHECKING:
    from gitledger.windows.attribution import Stretch

BRANCHES = "refs/heads/"
OUTSIDE = "the committer's clock was outside of the years 1970 to 9999"
Windows = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Unrecordable:
    """A commit whose facts no row can hold, and why: set aside, so that the others go on."""

    fact: MadeCommit
    why: str


def commit_rows(
    book: Book,
    fresh: Sequence[MadeCommit],
    pairs: Sequence[Rewrite],
    *,
    known: Mapping[str, tuple[str, ...]],
    look: Look,
) -> Iterator[tuple[MadeCommit, dict[str, Any]] | Unrecordable]:
    """The columns of each commit, or why it has none. `known` are windows recorded before.

    A new commit belongs to the windows open for its agent when HEAD moved to it. One that an amend,
    a rebase or a squash made belongs to the windows of what it replaces: moving work is not doing
    it again. An amend of a commit that no window has belongs to the windows open then, unless it
    changes the message alone.
    """
    if not fresh:
        return
    open_then = stretches_of(book)
    git = steady(book.repository)
    windows: Windows = dict(known)
    for fact in fresh:
        head = look(fact.sha)
        if head is None:
            continue  # collected since; nothing is known of it
        if not 0 <= head.committed_at <= LAST_SECOND:
            windows[fact.sha] = ()
            yield Unrecordable(fact, f"{OUTSIDE}, {head.committed_at} s from 1970")
            continue
        replaced = [pair.old for pair in pairs if pair.new == fact.sha]
        inherited = tuple(dict.fromkeys(w for old in replaced for w in windows.get(old, ())))
        why = ""
        if fact.how == "commit" or (
            fact.how == "amend" and not inherited and not _is_same_work(replaced, head, look)
        ):
            inherited, why = _open_then(fact, open_then)
        windows[fact.sha] = inherited
        yield fact, {**_columns(fact, head, inherited, why), **_counts(git, head)}


def _columns(
    fact: MadeCommit, head: CommitHead, windows: Sequence[str], why: str
) -> dict[str, Any]:
    """What a commit's row says beside its counts; `why` tells of a commit without windows."""
    values = {
        "sha": fact.sha,
        "parents": list(head.parents),
        "branch": fact.branch.removeprefix(BRANCHES),
        "committed_at": stamp(datetime.fromtimestamp(head.committed_at, UTC)),
        "windows": list(windows),
        "seen_by": fact.seen_by,
        "notes": why,
    }
    return {name: value for name, value in values.items() if value != ""}


def rewrite_row(pair: Rewrite) -> dict[str, Any]:
    """The columns of a rewrite."""
    how = pair.how if pair.how in {"amend", "rebase", "squash"} else "unknown"
    values = {"old": pair.old, "new": pair.new, "how": how}
    branch = pair.branch.removeprefix(BRANCHES)
    return values | ({"branch": branch} if branch else {})


def stretches_of(book: Book) -> "tuple[Stretch, ...]":
    """When every window was open, and for whom."""
    snapshots = book.rows_if_any("snapshots")
    if not snapshots:
        return ()
    from gitledger.windows.attribution import stretches  # noqa: PLC0415 - a drain is counted in ms

    return stretches(snapshots, book.rows_if_any("windows"))


def owners(book: Book, windows: Sequence[str]) -> frozenset[str]:
    """The agents that ever had one of some windows open."""
    return frozenset(stretch.agent for stretch in stretches_of(book) if stretch.window in windows)


def windows_of_fact(book: Book, fact: MadeCommit) -> tuple[tuple[str, ...], str]:
    """The windows open for a fact's agent when HEAD moved to it, and why none are."""
    return _open_then(fact, stretches_of(book))


def _is_same_work(replaced: Sequence[str], head: CommitHead, look: Look) -> bool:
    """Whether a commit has the files and parents of one that it replaces."""
    olds = [old for sha in replaced if (old := look(sha)) is not None]
    return any((old.tree, old.parents) == (head.tree, head.parents) for old in olds)


def _open_then(fact: MadeCommit, open_then: "Sequence[Stretch]") -> tuple[tuple[str, ...], str]:
    """The windows open when HEAD moved to a commit, and why there are none where that is unsure.

    A clock may have been wrong: where no window was open at the likeliest time, the others that
    are known count.
    """
    if not open_then:
        return (), ""
    from gitledger.windows.attribution import open_at  # noqa: PLC0415 - a drain is counted in ms

    why = ""
    for seconds in dict.fromkeys((fact.when, *fact.told)):
        found = open_at(open_then, moment_at(seconds), fact.agent)
        if found.windows:
            return found.windows, found.why
        why = why or found.why
    return (), why


def moment_at(seconds: int) -> datetime:
    """Unix seconds as a moment; what lies outside of the calendar becomes its border."""
    return datetime.fromtimestamp(min(max(seconds, 0), LAST_SECOND), UTC)


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
