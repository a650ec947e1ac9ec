"""`hooks run`: record now what hooks left behind, and what only the reflog saw."""

from gitledger.book.book import unread_book
from gitledger.book.drain import drain
from gitledger.book.reconcile import Reconciled
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import LedgerLocked
from gitledger.git.hooks.missed import forget_failure, forget_missed
from gitledger.report.figures import counted
from gitledger.setup.checkup import recorded

PATIENCE = 5.0  # seconds that another process has to finish


def hooks_run(world: World, *, again: bool = False) -> Result:
    """Reconcile in the foreground and say what came of it. Raises what recording raises."""
    book = unread_book(world)
    done = drain(book, again=again, patience=PATIENCE)
    if done is None:  # another drain was at work, and has ended: what it left is ours
        book = unread_book(world)
        done = drain(book, again=again)
    if done is None:
        raise LedgerLocked("another process is recording what hooks left", "run it again")
    forget_failure(book.repository)
    forget_missed(book.repository)
    payload = {
        "commits": done.commits,
        "rewrites": done.rewrites,
        "waiting": done.waiting,
        "refused": done.refused,
    }
    return Result("gitledger.hooks-run/1", payload, lines(*reconciled_lines(done)))


def reconciled_lines(done: Reconciled) -> list[str]:
    """What was recorded, in words."""
    told = [f"Recorded {recorded(done)}."]
    if not done.commits and not done.rewrites:
        told = ["Up to date: all commits are recorded."]
    if done.waiting:
        told.append(f"{counted(done.waiting, 'pick waits', 'picks wait')} for the end of a rebase.")
    if done.refused:
        aside = counted(done.refused, "unreadable fact was", "unreadable facts were")
        told.append(f"{aside} set aside in the queue's `refused`.")
    return told
