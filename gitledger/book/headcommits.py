"""Commits that HEAD came to: without a line in the reflog, and without a row in the ledger."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from gitledger.book.book import Book
from gitledger.git.code import spool
from gitledger.git.code.head import HeadLog, read_logs
from gitledger.git.code.headposition import commits_passed, gaps
from gitledger.git.code.rewrites import MadeCommit, branches_of, facts_of, settled_moves
from gitledger.git.commit import CommitHead, read_head


def passed_unlogged(book: Book, log: HeadLog) -> Iterator[MadeCommit]:
    """The commits of every gap in one worktree's path, as facts of nobody known.

    Where a rebase is under way its lines are not settled, and nor is where HEAD stands. In a bare
    repository HEAD's branch moves by pushes, which are other people's work.
    """
    if book.repository.handle.is_bare and not log.worktree:
        return
    moves, _ = settled_moves(log)
    branches = (*branches_of(moves, log.branch), log.branch)
    for gap in gaps(log.start, moves, "" if log.rebasing else log.head):
        for sha, committed_at in commits_passed(book.repository, gap, began(book)):
            yield MadeCommit(sha, branches[gap.place], "commit", committed_at)


def began(book: Book) -> int:
    """When the ledger began, in Unix seconds; 0 when it does not say."""
    created = book.config.get("created")
    try:
        return int(datetime.fromisoformat(str(created)).timestamp())
    except ValueError:  # no date, or one typed by hand: then all of HEAD's log counts
        return 0


def count_unrecorded(book: Book) -> tuple[int, tuple[str, ...]]:
    """How many commits HEAD passed since the ledger began, and which have no row: none is lost.

    Read afresh from the reflogs' beginning, so that nothing a drain believed is believed here. A
    commit that waits, or was set aside by name, is not lost; nor is one that is gone from here.
    """
    if "commits" not in book.ledgers:
        return 0, ()

    @cache
    def look(sha: str) -> CommitHead | None:
        return read_head(book.repository, sha)

    since = began(book)
    logs = read_logs(book.repository, again=True)
    told = [fact for log in logs for fact in facts_of(log, look).seen if fact.when >= since]
    told += [fact for log in logs for fact in passed_unlogged(book, log)]
    here = dict.fromkeys(fact.sha for fact in told if look(fact.sha) is not None)
    known = {str(row.values["sha"]) for row in book.rows("commits", raw=True)}
    # the second word of a fact is its commit, whatever became of it
    known |= {word for fact in spool.refused_facts(book.repository) for word in fact.words[1:2]}
    known |= {word for fact in spool.waiting(book.repository) for word in fact.words[1:2]}
    return len(here), tuple(sha for sha in here if sha not in known)
