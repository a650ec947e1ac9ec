"""What a person names when recording: windows, capabilities, commits. One rule for every verb.

A text that can name no window is a wrong word (exit 2). A window that no row names, and words that
name no commit, are refused (exit 3, the nearest or the next step in the hint). What may be right
although nothing was recorded yet is taken and noted: a plan for a window to come, a capability
that the map lacks.
"""

from collections.abc import Iterator, Sequence

from gitledger.book.book import Book
from gitledger.errors import UnknownWindow, UsageError
from gitledger.git.code.ranges import known_commit, known_start
from gitledger.git.plumbing import pin_plumbing
from gitledger.ledger.names import window_problem
from gitledger.ledger.references import OPENING
from gitledger.windows.ids import nearest
from gitledger.windows.snapshot import text_of

MAP = "capabilities"


def window_id(window: str) -> str:
    """A window id as typed. Raises UsageError for a text that can name no window."""
    if not window:
        raise UsageError("which window?", "add --window, for example --window W0-02")
    told = window_problem(window)
    if not told:
        return window
    what = f"--window {window!a} cannot name a window: it {told}"
    raise UsageError(what, "a window is named like W0-19")


def known_window(book: Book, window: str) -> list[str]:
    """Notes on a window that something is recorded of. Raises UsageError, UnknownWindow.

    It is there when a reading or a finalisation of it is recorded. One that other rows alone name
    (a reservation, a plan, a counter's report) is taken with a note.
    """
    known = recorded_windows(book)
    if window_id(window) in known:
        return []
    if window not in set(planned_windows(book)):
        raise unknown_window(window, known)
    return [to_come(window, known)]


def planned_window(book: Book, window: str) -> list[str]:
    """Notes on a window that something is planned for: it need not be there yet."""
    known = recorded_windows(book)
    return [] if window_id(window) in known else [to_come(window, known)]


def recorded_windows(book: Book) -> list[str]:
    """Windows with a reading or a finalisation, in the order of recording."""
    rows = [row for name in sorted(OPENING) for row in book.rows_if_any(name)]
    rows.sort(key=lambda row: row.recorded_at)
    return [*dict.fromkeys(text_of(row.values, "window") for row in rows)]


def planned_windows(book: Book) -> Iterator[str]:
    """Every window that a row of another ledger names."""
    for ledger in book.ledgers:
        if ledger not in OPENING and "window" in book.schema(ledger).by_name:
            yield from (text_of(row.values, "window") for row in book.rows(ledger))


def to_come(window: str, known: Sequence[str]) -> str:
    """The note on a window without a reading and without a finalisation."""
    near = ", ".join(nearest(window, known))
    told = f"{window} has no reading yet and was not completed"
    return f"{told}; the nearest that has: {near}" if near else told


def unknown_window(window: str, known: Sequence[str]) -> UnknownWindow:
    """The refusal of a window that nobody recorded; "" where none was named."""
    named = f"no window {window!r}" if window else "no window"
    if not known:
        return UnknownWindow(f"{named} was recorded yet", "gitledger start PROVIDER begins one")
    near = nearest(window, known) or tuple(known[-3:])
    return UnknownWindow(f"{named} was recorded", f"the nearest: {', '.join(near)}")


def capability_notes(book: Book, capability: str) -> list[str]:
    """A note when a map is there and does not hold the capability that was named."""
    names = [text_of(row.values, "capability") for row in book.rows_if_any(MAP)]
    if not capability or not names or capability in names:
        return []
    near = ", ".join(nearest(capability, names)) or names[-1]
    return [f"{capability} is not on the capability map; the nearest: {near}"]


def named_commit(book: Book, words: str) -> str:
    """The full id of the commit that words name. Raises UnknownRevision."""
    with pin_plumbing(book.world.directory) as git:
        return known_commit(git, words)


def named_start(book: Book, words: str) -> str:
    """As `named_commit`, for what a range begins behind: the empty tree may be named too."""
    with pin_plumbing(book.world.directory) as git:
        return known_start(git, words)
