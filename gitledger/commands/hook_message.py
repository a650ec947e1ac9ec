"""`hook prepare-commit-msg`: the ledger's tip and the open windows as trailers of a code commit.

`Ledger-Tip:` makes every code commit a witness of the ledger: a ledger that was rewound behind it
is found out by `verify`. `Ledger-Window:` says for whom the work was done, in the open.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gitledger.book.opening import open_book
from gitledger.book.world import World, own_environment
from gitledger.capture.waiting import record_waiting
from gitledger.commands.result import Result, lines
from gitledger.errors import UnreadableInput, UsageError
from gitledger.git.plumbing import steady
from gitledger.git.repository import setting
from gitledger.windows.attribution import open_at, stretches

SKIPPED = {"squash"}  # git writes these messages for somebody to edit, or to throw away


def prepare_message(world: World, words: Sequence[str]) -> Result:
    """Add the trailers to the message file that git names. Raises UsageError without one."""
    if not words:
        raise UsageError("prepare-commit-msg needs the message file", "git names it")
    if len(words) > 1 and words[1] in SKIPPED:
        return Result("gitledger.hook/1", {}, lines())
    own = replace(world, environment=own_environment(world))
    record_waiting(own)
    book = open_book(own)
    told = [book.rows_if_any(name) for name in ("snapshots", "windows")]
    found = open_at(stretches(*told), world.now.replace(microsecond=0), world.agent)
    trailers = [f"Ledger-Tip: {(book.tip.commit or b'').hex()}"]
    trailers += [f"Ledger-Window: {window}" for window in found.windows]
    path = world.directory / Path(words[0])
    if not path.is_file():
        raise UnreadableInput(f"{words[0]}: there is no such message file", "git names it")
    given = [word for trailer in trailers for word in ("--trailer", trailer)]
    options = ("interpret-trailers", "--in-place", "--if-exists", "replace", *given, str(path))
    git = steady(book.repository)  # no setting of the repository: a trailer may name a program
    comments = setting(book.repository, "core.commentChar")
    git.answer(*(("-c", f"core.commentChar={comments}") if comments else ()), *options)
    return Result("gitledger.hook/1", {"trailers": trailers}, lines())
