"""The command that completes a window: the shortest that a person has to type.

Features are named in it only where nobody counts them; the window only where several wait.
"""

from collections.abc import Sequence
from contextlib import suppress

from gitledger.book.book import Book
from gitledger.book.feature_count import count_features
from gitledger.errors import GitledgerError
from gitledger.windows.audit.steps import complete_command, is_to_complete_alone
from gitledger.windows.window import Window


def completion_of(book: Book, windows: Sequence[Window], window: str, agent: str) -> str:
    """What completes one of the windows, for the agent that does it."""
    alone = is_to_complete_alone(windows, window, agent)
    found = next((one for one in windows if one.id == window), Window(window))
    return complete_command(found, named=not alone, counted=_is_counted(book, found))


def _is_counted(book: Book, window: Window) -> bool:
    """Whether its features can be told without a person."""
    with suppress(GitledgerError):  # the person is asked then
        return count_features(book, window).n is not None
    return False
