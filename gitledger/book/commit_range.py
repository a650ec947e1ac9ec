"""The commits that a finalisation is about: as typed, else as hooks recorded them."""

from typing import Any

from gitledger.book.book import Book
from gitledger.book.commits import known_of, runs_to_freeze
from gitledger.book.references import named_commit, named_start
from gitledger.book.window_range import WindowCredit, are_gone, recorded_range
from gitledger.errors import HistoryIncomplete, with_noun
from gitledger.git.code.runs import Credit
from gitledger.git.plumbing import pin_plumbing
from gitledger.windows.window import Window


def commit_range(book: Book, window: Window, start: str, end: str) -> dict[str, Any]:
    """The commits a window is about: as typed, else those recorded, where they stand today.

    The default is what `churn` would measure: the recorded commits, followed through amends and
    rebases, from the first one's parent to the last, each run with its patch-id. What it leaves
    out, and why there is none, is said at once. A range that was typed counts whole.
    """
    found: dict[str, Any] = {}
    if window.commits and not (start and end):
        found = recorded_values(book, window)
    if start:
        found["commit_start"] = named_start(book, start)
    if end:
        found["commit_end"] = named_commit(book, end)
    if not {"commit_start", "commit_end"} <= set(found):
        return {}
    if start or end:
        found = {"commit_start": found["commit_start"], "commit_end": found["commit_end"]}
        found["range_stated"] = True
    return book.held("windows", found)


def recorded_values(book: Book, window: Window) -> dict[str, Any]:
    """The columns of the range that hooks recorded, and a word on what is not in it.

    Commits that are gone altogether are stated as they were: another clone may have them.
    """
    with pin_plumbing(book.world.directory) as git:
        try:
            found = recorded_range(git, window, known_of(book))
        except HistoryIncomplete as cut:
            found = WindowCredit(reason=str(cut))
        counts = found.credit if found.credit and not found.unlanded else None
        runs = runs_to_freeze(git, counts) if counts else []
        stated = counts or (found.start and found.end and are_gone(git, window))
    said = (
        found.unlanded,
        found.stands.why,
        found.reason or found.notes,
        others_told(found.credit),
    )
    told = dict.fromkeys(filter(None, said))
    if told:
        book.world.say(f"note: commits of {window.id}: {'; '.join(told)}")
    values = {"commit_start": found.start, "commit_end": found.end}
    return values | ({"runs": runs} if runs else {}) if stated else {}


def others_told(credit: Credit | None) -> str:
    """In words, how many commits of others stand between those that count; "" for none."""
    many = len(credit.others) if credit else 0
    return f"{with_noun(many, 'commit')} of others in between left out" if many else ""
