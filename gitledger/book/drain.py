"""What git hooks left in the spool becomes rows: each fact once, none lost.

A line's words are told in hooks/README.md: a commit, a commit that replaced another, a commit that
came by a merge. Only one process drains at a time; one that is killed between recording and
forgetting repeats a fact that its natural key makes a no-op.
"""

from gitledger.book.book import Book
from gitledger.book.reconcile import Reconciliation, reconcile
from gitledger.git.code.spool import draining


def drain(book: Book, *, again: bool = False, patience: float = 0.0) -> Reconciliation | None:
    """Record all that waits, and what only the reflog saw; None when another drain did or does it.

    `patience` is how many seconds to let another drain finish.

    A fact whose ledger is not there waits on; one that cannot be recorded is put aside, for
    `doctor` to show. Raises what the store refuses; the facts then still wait.
    """
    with draining(book.repository, patience) as alone:
        return reconcile(book, again=again) if alone else None
