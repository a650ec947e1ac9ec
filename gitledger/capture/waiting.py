"""What waits when a verb begins: what hooks of agents and git left, news of what ran by itself.

The step goes before the verb, and the verb opens the book afterwards: what happened first is
recorded first, and a verb that only looks meets no writer on its way.
"""

from contextlib import suppress

from gitledger.book.book import Book
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.errors import GitledgerError
from gitledger.git.code.head import reflogs_moved
from gitledger.git.code.spool import waiting

PATIENCE = 5.0  # seconds for a drain at work: it records what this verb is about to read
NEWS = "news"  # as in book.news, which loads JSON


def record_waiting(world: World) -> None:
    """Record what hooks left, if anything waits, and say in one line what happened by itself.

    What cannot be recorded now waits on, and a note says so: a verb is not refused for it.
    """
    try:
        book = open_book(world)
    except GitledgerError:
        return  # the verb meets the same and refuses in its own way: `churn` needs no ledger
    _say_news(world, book)
    try:
        _record(book)
    except GitledgerError as error:  # the verb answers all the same; what waits stays queued
        hint = f" ({error.hint})" if error.hint else ""
        world.say(f"note: commits from git hooks are still queued: {error.what}{hint}")


def tell_news(world: World) -> None:
    """Say in one line what happened by itself, before a verb that sees to hooks on its own."""
    with suppress(GitledgerError):
        _say_news(world, open_book(world))


def _record(book: Book) -> None:
    """Drain, if a fact waits or HEAD's log grew. Raises what the queue and the store refuse."""
    if not waiting(book.repository) and not reflogs_moved(book.repository):
        return
    from gitledger.book.drain import drain  # noqa: PLC0415 - rarely anything waits
    from gitledger.capture.heard import hear_sessions  # noqa: PLC0415 - as above

    with suppress(GitledgerError):  # `catch-up` and `doctor` say why; the commits are recorded
        hear_sessions(book)
    drain(book, patience=PATIENCE)


def _say_news(world: World, book: Book) -> None:
    if world.hushed or not (book.repository.state / NEWS).is_file():
        return
    from gitledger.book.news import headline  # noqa: PLC0415 - most commands have none to say

    if fresh := headline(book.repository):
        world.say(fresh)
