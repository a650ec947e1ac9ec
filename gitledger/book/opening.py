"""Opening the ledger for a verb: what git hooks left behind goes first, as it happened first."""

from gitledger.book.book import Book, unread_book
from gitledger.book.world import World
from gitledger.errors import GitledgerError, LedgerDamaged, UnknownRevision
from gitledger.git.branch.store import tip_at
from gitledger.git.code.head import grown
from gitledger.git.code.spool import waiting

PATIENCE = 5.0
NEWS = "news"  # as in book.news


def open_book(world: World) -> Book:
    """The ledger of the repository a command runs in. Raises NotARepository, NotInitialised.

    What cannot be recorded now waits on, and a note says so: a verb is not refused for it. What
    happened by itself since the last command is said in one line.
    """
    book = unread_book(world)
    if not (world.tip or world.hushed) and (book.repository.state / NEWS).is_file():
        _say_news(world, book)
    if world.tip:
        book.move_to(tip_at(book.repository, bytes.fromhex(world.tip)))
        return book
    try:
        return unread_book(world) if _moved(book) else book
    except GitledgerError as error:
        hint = f" ({error.hint})" if error.hint else ""
        world.say(f"note: commits from git hooks are still queued: {error.what}{hint}")
    return book


def _say_news(world: World, book: Book) -> None:
    from gitledger.book.news import headline  # noqa: PLC0415 - most commands have none to say

    if fresh := headline(book.repository):
        world.say(fresh)


def stand_at(book: Book, tip: str, whose: str) -> None:
    """Move the book to a commit of the ledger branch that something names (`whose`: the card's).

    Raises UnknownRevision for one that is not in this repository.
    """
    try:
        book.move_to(tip_at(book.repository, bytes.fromhex(tip)))
    except (ValueError, KeyError, LedgerDamaged):
        raise UnknownRevision(
            f"{whose} tip {tip[:12]} is not in this repository",
            "git fetch brings the ledger branch that has it",
        ) from None


def _moved(book: Book) -> bool:
    """Record what waits, if anything does; whether another process did, so that the tip is old."""
    if not waiting(book.repository) and not grown(book.repository):
        return False
    from gitledger.book.drain import drain  # noqa: PLC0415 - rarely anything waits

    return drain(book, patience=PATIENCE) is None
