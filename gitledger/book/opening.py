"""Opening the ledger for a verb: one tip is read, and nothing is written.

What git hooks left is recorded by a step of its own before the verb: `capture.waiting`.
"""

from gitledger.book.book import Book, branch_name
from gitledger.book.world import World
from gitledger.errors import LedgerDamaged, NotInitialised, UnknownRevision
from gitledger.git.branch import definitions
from gitledger.git.branch.tip import tip_at
from gitledger.git.repository import Repository, open_repository


def open_book(world: World) -> Book:
    """The ledger of the repository a command runs in, as its branch stands or as `world.tip` says.

    Raises NotARepository, NotInitialised.
    """
    repository = open_repository(world.directory, world.environment)
    book = Book(world, repository, branch_name(world, repository))
    if book.tip.commit is None:
        raise missing_ledger(repository, book.branch)
    if world.tip:
        book.move_to(tip_at(repository, bytes.fromhex(world.tip)))
    return book


def missing_ledger(repository: Repository, branch: str) -> NotInitialised:
    """The refusal where the branch is not there: a clone is told where its ledger is."""
    from gitledger.git.proof.witness import remote_tips  # noqa: PLC0415 - only a refusal needs it

    known = [remote.name for remote in remote_tips(repository, branch)]
    return definitions.not_initialised(branch, next(iter(known), ""))


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
