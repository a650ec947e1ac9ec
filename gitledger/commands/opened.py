"""Opening the ledger for a verb: what git hooks left behind goes first, as it happened first."""

from gitledger.commands.book import Book, unread_book
from gitledger.commands.world import World
from gitledger.errors import GitledgerError
from gitledger.git.headlog import grown
from gitledger.git.spool import waiting

PATIENCE = 5.0


def open_book(world: World) -> Book:
    """The ledger of the repository a command runs in. Raises NotARepository, NotInitialised.

    What cannot be recorded now waits on, and a note says so: a verb is not refused for it.
    """
    book = unread_book(world)
    if not waiting(book.repository) and not grown(book.repository):
        return book
    from gitledger.commands.drain import drain  # noqa: PLC0415 - rarely anything waits

    try:
        done = drain(book, patience=PATIENCE)
    except GitledgerError as error:
        world.say(f"note: what git hooks left behind still waits: {error.what}")
        return book
    return book if done else unread_book(world)
