"""How many windows still fit into each account's bar, by what those so far took."""

from collections.abc import Mapping
from datetime import datetime

from gitledger.book.book import Book
from gitledger.book.windows import LedgerWindows, fold_book
from gitledger.decision.next_windows import Bar, fits
from gitledger.ledger.values import canonical_time
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.pace import has_reset, last_readings
from gitledger.windows.snapshot import DEFAULT_BUCKET


def next_windows(book: Book, folded: LedgerWindows | None = None) -> list[Mapping[str, object]]:
    """How many windows still fit into each account's bar at the moment of the command."""
    folded = folded or fold_book(book)
    outcomes = outcomes_of(folded.windows, folded.terms)
    reserve = float(folded.terms.thresholds.buffer_pp)
    return [fit.payload() for fit in fits(bars_of(folded, book.world.now), outcomes, reserve)]


def bars_of(folded: LedgerWindows, now: datetime) -> list[Bar]:
    """Each account's capacity meter as it was last read; one that has reset since is empty."""
    found = []
    for last in last_readings(folded.windows):
        meter = folded.terms.capacity_meter(last.provider)
        if last.reading.key != (DEFAULT_BUCKET, meter):
            continue
        reset = has_reset(last.reading, now)
        ends = last.reading.resets_at
        found.append(
            Bar(
                last.provider,
                last.account,
                meter,
                0.0 if reset else float(last.reading.used),
                "" if reset or ends is None else canonical_time(ends),
            )
        )
    return found
