"""The BEFORE of a window: what begins it, and what is doubtful about it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gitledger.book.local_windows import remember_begun
from gitledger.book.opening import open_book
from gitledger.book.references import window_id
from gitledger.book.windows import LedgerWindows, fold_book, new_window, open_of
from gitledger.book.world import World
from gitledger.capture.pane import origin_of, show_pane, values_of
from gitledger.capture.snapshot import (
    CaptureOptions,
    ReadingPlace,
    account_of,
    begun_already,
    capture_payload,
)
from gitledger.capture.source import provider_of
from gitledger.errors import BufferBreached, Problem
from gitledger.git.branch.lock import naming
from gitledger.meters.reading import Parsed
from gitledger.windows.audit.checks import audit_window
from gitledger.windows.thresholds import Thresholds
from gitledger.windows.window import BEFORE

FULL = Decimal(100)


def record_before(
    world: World, source: str, options: CaptureOptions, *, strict: bool = False
) -> tuple[dict[str, Any], Sequence[str]]:
    """Record a BEFORE reading of a provider and open a window with it.

    What is recorded as JSON, and notes on reading the ledger. Raises NoMeter when the text holds
    none, BufferBreached when `strict` and the week is nearly used up, UsageError for options that
    cannot be read.
    """
    provider = provider_of(source)
    book = open_book(world)
    folded = fold_book(book, ("snapshots", "windows"))
    agent = options.agent or world.agent
    asked = window_id(options.window) if options.window else ""
    shown = show_pane(world, source, options, repository=book.repository)
    doubts = buffer_problems(shown.parsed, folded.terms.thresholds)
    if strict and doubts:
        raise BufferBreached(
            f"nothing was started: {doubts[0].what}", "wait for the reset, or leave out --strict"
        )
    account = account_of(book, provider, options.account)
    with naming(book.repository):
        book.renew()
        folded = fold_book(book, ("snapshots", "windows"))
        window = (
            asked
            or begun_already(book, open_of(folded, agent, provider), shown.given, account)
            or new_window(folded, agent, provider)
        )
        values = values_of(book, ReadingPlace(window, provider, account, BEFORE), shown, options)
        doubts += finished_before(folded, window)
        doubts += left_open(folded, agent, (provider, account), window)
        recorded = book.append("snapshots", values, agent=agent)
    remember_begun(book.repository, window)
    doubts += stale_pane(fold_book(book, ("snapshots", "windows")), window, recorded.row.id)
    payload = capture_payload(book, recorded, doubts)
    payload["origin"] = origin_of(shown.given, world.now)
    return payload, folded.notes


def buffer_problems(parsed: Parsed, limits: Thresholds) -> list[Problem]:
    """A warning for each weekly meter that stands in its reserve."""
    return [
        Problem(
            reading.meter,
            f"{reading.used_pct} % used; the last {limits.buffer_pp} points are reserve",
            "wait for the reset, or use another account",
            "buffer",
            "warning",
        )
        for reading in parsed.readings
        if reading.meter == "weekly" and FULL - Decimal(reading.used_pct) < limits.buffer_pp
    ]


def stale_pane(folded: LedgerWindows, window: str, row: str) -> list[Problem]:
    """What audit finds stale about the BEFORE: while the window is young it can be taken again."""
    found = audit_window(folded.named(window), folded.windows, terms=folded.terms)
    return [
        Problem(f.where, f.what, f.hint, f.code, f.severity)
        for f in found
        if f.code == "stale-pane" and row in f.rows
    ]


def finished_before(folded: LedgerWindows, window: str) -> list[Problem]:
    """A warning when the window was finalised already: its BEFORE is replaced after the fact."""
    known = next((found for found in folded.windows if found.id == window), None)
    if known is None or known.finalised is None:
        return []
    what = "is already completed; this reading replaces its first one"
    hint = 'gitledger void ROW -m "why it is wrong", or start another window'
    return [Problem(window, what, hint, "already-finalised", "warning")]


def left_open(
    folded: LedgerWindows, agent: str, holder: tuple[str, str], window: str
) -> list[Problem]:
    """A note for the window that this start leaves behind without an AFTER."""
    return [
        Problem(
            found.window,
            f"was still open on {holder[0]}; it was closed without a reading after the work, "
            "so it will not count",
            f"gitledger cross {holder[0]} ends one window and starts the next",
            "left-open",
            "warning",
        )
        for found in open_of(folded, agent, holder[0])
        if found.account == holder[1] and found.window != window
    ]
