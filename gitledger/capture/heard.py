"""What sessions said since somebody last looked, recorded before anything that depends on it.

A commit belongs to the window that was open when it was made: a window that has ended meanwhile
must stand as ended before the commit is recorded. Kept light: most looks find that nothing is new.
"""

from contextlib import suppress
from pathlib import Path

from gitledger.book.book import Book
from gitledger.capture.trace import READINGS, SESSIONS, size_of
from gitledger.git.files import replace_file

FILE = "sessions-read"


def hear_sessions(book: Book) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Record what is new of this clone's sessions: the windows that changed, and that ended.

    New is a line that a hook left, a reading that a window waits for, or a silence that ends one.
    Raises what recording raises.
    """
    told = size_of(book.world.environment, SESSIONS)
    state = book.repository.state / FILE
    if not told or _is_heard(state, book, told):
        return (), ()
    from gitledger.capture.sessions import record_sessions  # noqa: PLC0415 - few commits have any

    shown = size_of(book.world.environment, READINGS)
    heard = record_sessions(book)
    until = "" if heard.until is None else f"{heard.until.timestamp():.0f}"
    lines = (told, shown if heard.waits else "", until)
    with suppress(OSError):  # looked at again then
        replace_file(state, "\n".join(lines).encode())
    return heard.changed, heard.ended


def _is_heard(state: Path, book: Book, told: str) -> bool:
    """Whether the last look saw all of it, and time alone ended nothing since."""
    try:
        known = state.read_text(encoding="ascii").split("\n")
    except (OSError, ValueError):  # all of it is looked at again: slower, and as right
        return False
    if len(known) != 3 or known[0] != told:
        return False
    shown, until = known[1:]
    if shown and shown != size_of(book.world.environment, READINGS):
        return False
    return not until or book.world.now.timestamp() <= float(until)
