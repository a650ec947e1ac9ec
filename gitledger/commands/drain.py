"""What git hooks left in the spool becomes rows: each fact once, none lost.

A line's words are told in hooks/README.md: a commit, a commit that replaced another, a commit that
came by a merge. Only one process drains at a time; one that is killed between recording and
forgetting repeats a fact that its natural key makes a no-op.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gitledger.commands.book import Book
from gitledger.errors import InvalidData, LedgerDamaged
from gitledger.git import objects
from gitledger.git.commits import committed_at, parse_commit
from gitledger.git.record import Draft
from gitledger.git.spool import Spooled, draining, refuse, settle, waiting

COMMITS = "commits"
REWRITES = "rewrites"
HEADS = "refs/heads/"
ROWS_PER_COMMIT = 100


def drain(book: Book) -> int:
    """Record all that waits; how many facts were settled.

    A fact whose ledger is not there waits on; one that cannot be recorded is put aside, for
    `doctor` to show. Raises what the store refuses; the facts then still wait.
    """
    with draining(book.repository) as alone:
        facts = _recordable(book) if alone else {}
        for agent, group in facts.items():
            drafts = [draft for _, draft in group]
            book.write(drafts, agent=agent, rows_per_commit=ROWS_PER_COMMIT)
            settle(fact for fact, _ in group)
    return sum(len(group) for group in facts.values())


def _recordable(book: Book) -> Mapping[str, Sequence[tuple[Spooled, Draft]]]:
    """Facts with their drafts by agent, in order; what no ledger admits is put aside here."""
    groups: dict[str, list[tuple[Spooled, Draft]]] = {}
    for fact in waiting(book.repository):
        kind, *words = fact.words
        ledger, values_of = KINDS.get(kind, ("", _nothing))
        if ledger and ledger not in book.ledgers:
            continue
        try:
            draft = book.draft(ledger, values_of(book, words)) if ledger else None
        except (InvalidData, LedgerDamaged, ValueError):
            draft = None
        if draft is None:
            refuse([fact])
        else:
            groups.setdefault(fact.words[-1], []).append((fact, draft))
    return groups


def _nothing(_book: Book, _words: Sequence[str]) -> Mapping[str, Any]:
    return {}


def _commit(book: Book, words: Sequence[str]) -> Mapping[str, Any]:
    """sha, how, ref, worktree, agent. Raises ValueError or LedgerDamaged when there is no such."""
    sha, _how, ref, _worktree, _agent = words
    return _commit_values(book, sha, ref) | {"seen_by": "post-commit"}


def _moved(book: Book, words: Sequence[str]) -> Mapping[str, Any]:
    """sha, how, ref, worktree, agent of a commit that a merge brought to HEAD."""
    sha, _how, ref, _worktree, _agent = words
    return _commit_values(book, sha, ref) | {"seen_by": "post-merge"}


def _commit_values(book: Book, sha: str, ref: str) -> dict[str, Any]:
    raw = objects.read(book.repository, bytes.fromhex(sha))
    _, parents = parse_commit(raw)
    values = {
        "sha": sha,
        "parents": [parent.hex() for parent in parents],
        "committed_at": committed_at(raw),
    }
    return values | ({"branch": ref.removeprefix(HEADS)} if ref.startswith(HEADS) else {})


def _rewrite(_book: Book, words: Sequence[str]) -> Mapping[str, Any]:
    """old, new, how, worktree, agent."""
    old, new, how, _worktree, _agent = words
    return {"old": old, "new": new, "how": how}


KINDS: Mapping[str, tuple[str, Callable[[Book, Sequence[str]], Mapping[str, Any]]]] = {
    "commit": (COMMITS, _commit),
    "moved": (COMMITS, _moved),
    "rewrite": (REWRITES, _rewrite),
}
