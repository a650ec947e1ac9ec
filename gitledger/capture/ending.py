"""The AFTER of a window: which window a pane ends, and what is doubtful about it then."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gitledger.book.book import Book
from gitledger.book.completion import completion_of
from gitledger.book.opening import open_book
from gitledger.book.windows import LedgerWindows, begun_window, ending_window, fold_book
from gitledger.book.world import World
from gitledger.capture.pane import Shown, origin_of, show_pane, values_of
from gitledger.capture.snapshot import (
    CaptureOptions,
    ReadingPlace,
    capture_payload,
    shown_before,
    worked_by_then,
)
from gitledger.capture.source import provider_of
from gitledger.errors import GitledgerError, NoOpenWindow, Problem
from gitledger.windows.audit.checks import audit_window
from gitledger.windows.payload import delta_map
from gitledger.windows.snapshot import moment
from gitledger.windows.window import AFTER, OpenWindow

Sleep = Callable[[float], None]
AT_ONCE = timedelta(minutes=1)  # the same pane said again so soon is the same fact
METER_CODES = frozenset(
    {"early-after", "late-after", "stale-pane", "non-monotonic", "anchor-moved", "reset-between"}
    | {"same-reading", "same-text"}
    | {"shared-account", "nested-panes", "buffer-breached"}
)


Notes = Sequence[str]


def record_after(
    world: World,
    source: str,
    options: CaptureOptions,
    *,
    wait: bool = False,
    sleep: Sleep = time.sleep,
) -> tuple[dict[str, Any], Notes]:
    """Record an AFTER reading of a provider for the window the agent has open with it.

    The pane that ended a window this minute, said again, is answered with its row. With `wait` it
    first counts down until meters had time to settle. What is recorded as JSON, and notes on
    reading the ledger. Raises NoOpenWindow, AmbiguousWindow, UnknownWindow, NoMeter.
    """
    provider = provider_of(source)
    book = open_book(world)
    folded = fold_book(book, ("snapshots", "windows", "commits"))
    agent = options.agent or world.agent
    try:
        ending = ending_window(folded, agent, provider, options.window, options.account)
    except NoOpenWindow:  # its session may have ended it with this very reading
        shown = _shown_or_none(world, book, source, options)
        again = ended_already(book, folded, (agent, provider), shown) if shown else None
        if shown is None or again is None:
            raise
        ending = again
    else:
        world = wait_for_meters(world, folded, ending, sleep) if wait else world
        shown = show_pane(world, source, options, repository=book.repository)
    place = ReadingPlace(ending.window, provider, ending.account, AFTER)
    values = values_of(book, place, shown, options) | worked_by_then(book, folded, ending.window)
    recorded = book.append("snapshots", values, agent=agent)
    payload = ended_payload(book, place, capture_payload(book, recorded))
    payload["origin"] = origin_of(shown.given, world.now)
    payload["complete"] = completion_of(book, fold_book(book).windows, ending.window, agent)
    return payload, folded.notes


def ended_already(
    book: Book, folded: LedgerWindows, whose: tuple[str, str], shown: Shown
) -> OpenWindow | None:
    """The window that this very pane ended for an agent and a provider; None when none did."""
    agent, provider = whose
    for row in reversed(shown_before(book, shown.given)):
        values = row.values
        if (row.agent, values.get("provider"), values.get("phase")) != (agent, provider, AFTER):
            continue
        at = moment(values.get("captured_at"))
        if at is not None and abs(shown.captured_at - at) < AT_ONCE:
            window, account = str(values["window"]), str(values.get("account", ""))
            return begun_window(folded.named(window), provider, account)
    return None


def _shown_or_none(world: World, book: Book, source: str, options: CaptureOptions) -> Shown | None:
    """The pane that is given, None when it cannot be read: another refusal is told first."""
    try:
        return show_pane(world, source, options, repository=book.repository)
    except GitledgerError:
        return None


def ended_payload(book: Book, place: ReadingPlace, payload: dict[str, Any]) -> dict[str, Any]:
    """The payload of an AFTER, with the deltas of its window and what is doubtful about them."""
    folded = fold_book(book, ("snapshots", "windows", "commits"))
    window = folded.named(place.window)
    found = audit_window(window, folded.windows, terms=folded.terms)
    doubts = [
        Problem(f.where, f.what, f.hint, f.code, f.severity)
        for f in found
        if f.code in METER_CODES and f.severity != "note" and f.where.startswith(place.provider)
    ]
    own = [d for d in window.deltas if (d.provider, d.account) == (place.provider, place.account)]
    told = {
        **payload,
        "completed": window.finalised is not None,
        "deltas": [delta_map(delta) for delta in own],
    }
    told["problems"] = [*payload["problems"], *(_as_map(doubt) for doubt in doubts)]
    return told


def _as_map(doubt: Problem) -> dict[str, str]:
    named = {"code": doubt.code, "severity": doubt.severity, "where": doubt.where}
    return named | {"what": doubt.what, "hint": doubt.hint}


def wait_for_meters(world: World, folded: LedgerWindows, ending: OpenWindow, sleep: Sleep) -> World:
    """Count down until meters had time to settle since the last commit, or since now."""
    window = folded.named(ending.window)
    commits = [moment(row.values.get("committed_at")) for row in window.commits]
    last = max((when for when in commits if when), default=world.now)
    due = last + folded.terms.thresholds.after_delay
    left = (due - world.now).total_seconds()
    while left > 0:
        world.say(f"usage after {ending.window} is read in {int(left // 60)}:{int(left % 60):02d}")
        step = min(left, 30.0)  # what is left is said twice a minute
        sleep(step)
        left -= step
    return replace(world, now=max(due, datetime.now(UTC)) if due > world.now else world.now)
