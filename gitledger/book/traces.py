"""The trace of an opened ledger: its series with the panes of windows, and what is due recorded.

What this machine saw arrives as values; nothing here reads it from disk.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from gitledger.book.book import Book
from gitledger.decision.accounts import Account, accounts_of
from gitledger.decision.plan_figures import FormerPlan, PlanTerms
from gitledger.git.branch.record import Receipt
from gitledger.ledger.row import Row
from gitledger.measure.cost import is_price
from gitledger.measure.outcome import number
from gitledger.windows.account import with_staleness
from gitledger.windows.snapshot import moment, snapshot_of
from gitledger.windows.trace import LEDGER, Shown, series_of
from gitledger.windows.trace_rows import trace_rows

ROWS_PER_COMMIT = 200
LATE_DAYS = 7  # a reading that is this late may still come into a day that was recorded


class Traced(NamedTuple):
    """The accounts of a ledger with the courses of their meters, and ids of unreadable rows."""

    accounts: tuple[Account, ...]
    unread: tuple[str, ...]


def traced(book: Book, now: int, shown: Iterable[Shown] = ()) -> Traced:
    """The accounts `now` (epoch seconds): trace rows, panes of windows, what else was `shown`."""
    there = book.ledgers
    rows = book.rows(LEDGER) if LEDGER in there else ()
    snapshots = book.rows("snapshots") if "snapshots" in there else ()
    shots = with_staleness([snapshot_of(row) for row in snapshots])
    series, unread = series_of(rows, shots, shown)
    return Traced(accounts_of(series, now), unread)


def due_since(book: Book) -> datetime:
    """From when on readings of this machine may still have to be recorded (UTC)."""
    days = [str(row.values.get("day", "")) for row in _rows(book)]
    newest = max(filter(None, days), default="")
    if not newest:
        return datetime.fromtimestamp(0, UTC)
    first = date.fromisoformat(newest) - timedelta(days=LATE_DAYS)
    return datetime(first.year, first.month, first.day, tzinfo=UTC)


def _rows(book: Book) -> Sequence[Row]:
    return book.rows(LEDGER, raw=True) if LEDGER in book.ledgers else ()


def record_trace(
    book: Book, shown: Iterable[Shown], *, agent: str = "", dry_run: bool = False
) -> tuple[int, tuple[Receipt, ...]]:
    """Record every day of `shown` that is over: how many rows are due, and those recorded.

    The rows of a day are the same in every clone that saw the same readings, so that nothing is
    recorded twice; a day that still goes on waits. An older ledger without the table takes nothing.
    """
    if LEDGER not in book.ledgers:
        return 0, ()
    days = trace_rows(shown, book.world.now.astimezone(UTC).date())
    held = {str(row.values.get("points_sha256", "")) for row in book.rows(LEDGER, raw=True)}
    fresh = [values for values in days if values["points_sha256"] not in held]
    if dry_run or not fresh:
        return len(fresh), ()
    drafts = [book.draft(LEDGER, values) for values in fresh]
    done = book.record(drafts, agent=agent, rows_per_commit=ROWS_PER_COMMIT)
    return len(fresh), tuple(done)


def plan_terms(config: Mapping[str, Any]) -> PlanTerms:
    """What `gitledger.yaml` states of plans: prices, former ones, how two compare."""
    months = {
        str(k): price for k, v in _mapping(config.get("plans")).items() if (price := _price(v))
    }
    former = {
        str(name): tuple(_former(listed))
        for name, listed in _mapping(config.get("former_plans")).items()
    }
    ratios = {
        str(provider): dict(_ratios(pairs))
        for provider, pairs in _mapping(config.get("plan_ratios")).items()
    }
    return PlanTerms(months, former, ratios)


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _price(value: object) -> float | None:
    price = number(value)
    return price if is_price(price) else None


def _former(listed: object) -> Iterator[FormerPlan]:
    for entry in listed if isinstance(listed, list | tuple) else ():
        until, month = moment(_mapping(entry).get("until")), _price(_mapping(entry).get("usd"))
        if until is not None and month is not None:
            yield FormerPlan(int(until.timestamp()), month)


def _ratios(pairs: object) -> Iterator[tuple[tuple[float, float], float]]:
    for name, value in _mapping(pairs).items():
        larger, _, smaller = str(name).partition(":")
        ratio = number(value)
        try:
            plans = (float(larger), float(smaller))
        except ValueError:
            continue
        if ratio is not None and ratio > 0:
            yield plans, ratio
