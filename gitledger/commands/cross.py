"""`cross`: one pane is the AFTER of the window that ends and the BEFORE of the next."""

from gitledger.book.book import Book
from gitledger.book.local_windows import remember_begun
from gitledger.book.opening import open_book
from gitledger.book.references import window_id
from gitledger.book.windows import LedgerWindows, ending_window, fold_book, new_window
from gitledger.book.world import World
from gitledger.capture.beginning import buffer_problems
from gitledger.capture.ending import AT_ONCE, ended_payload
from gitledger.capture.pane import Shown, origin_of, show_pane, values_of
from gitledger.capture.snapshot import (
    CaptureOptions,
    ReadingPlace,
    capture_payload,
    shown_before,
    worked_by_then,
)
from gitledger.capture.source import provider_of
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import UsageError
from gitledger.git.branch.lock import naming
from gitledger.report.capture_text import capture_lines, delta_lines, origin_lines
from gitledger.windows.window import AFTER, BEFORE, OpenWindow


def cross(world: World, source: str, options: CaptureOptions) -> Result:
    """Record one pane twice: as the AFTER of the open window and the BEFORE of the next.

    `--window` names the next one. Said again, the same two windows are meant. Raises what `end`
    raises.
    """
    provider = provider_of(source)
    book = open_book(world)
    folded = fold_book(book, ("snapshots", "windows", "commits"))
    agent = options.agent or world.agent
    opened = ending_window(folded, agent, provider, "", options.account)
    shown = show_pane(world, source, options, repository=book.repository)
    with naming(book.repository):
        book.renew()
        folded = fold_book(book, ("snapshots", "windows", "commits"))
        ending, window = crossing(book, folded, opened, shown, options.window)
        places = [
            ReadingPlace(ending, provider, opened.account, AFTER),
            ReadingPlace(window, provider, opened.account, BEFORE),
        ]
        both = [values_of(book, place, shown, options) for place in places]
        both[0] |= worked_by_then(book, folded, ending)
        done = book.record([book.draft("snapshots", values) for values in both], agent=agent)
    remember_begun(book.repository, window)
    ended = ended_payload(book, places[0], capture_payload(book, done[0]))
    doubts = buffer_problems(shown.parsed, folded.terms.thresholds)
    started = capture_payload(book, done[1], doubts)
    started["origin"] = origin_of(shown.given, world.now)
    text = [
        *origin_lines(started["origin"]),
        *capture_lines(ended),
        *delta_lines(ended["deltas"]),
        *capture_lines(started),
    ]
    payload = {**started, "ended": ended}
    return Result("gitledger.cross/1", payload, wrap_lines(*text), notes=folded.notes)


def crossing(
    book: Book, folded: LedgerWindows, opened: OpenWindow, shown: Shown, asked: str
) -> tuple[str, str]:
    """The window that ends and the one that begins."""
    before = crossed_already(book, opened, shown)
    if before and asked in {"", opened.window}:
        return before, opened.window
    window = window_id(asked) if asked else new_window(folded, opened.agent, opened.provider)
    if window == opened.window:
        raise UsageError(
            f"--window {window} is the window that ends", "--window names the one that begins"
        )
    return opened.window, window


def crossed_already(book: Book, opened: OpenWindow, shown: Shown) -> str:
    """The window that this very pane ended as it began the open one; "" when it did not.

    A pane that reads the same a minute later may be another: then the window used nothing.
    """
    if abs(shown.captured_at - opened.since) >= AT_ONCE:
        return ""
    whose = {"provider": opened.provider, "account": opened.account}
    shots = shown_before(book, shown.given)
    same = [row for row in shots if whose.items() <= row.values.items()]
    begun = next((row for row in same if row.id == opened.row), None)
    if begun is None:
        return ""
    at = begun.values["captured_at"]
    ended = [
        str(row.values["window"])
        for row in same
        if row.values["phase"] == AFTER and row.values["captured_at"] == at
    ]
    return ended[-1] if ended else ""
