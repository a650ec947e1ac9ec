"""What this machine saw of each account, for the verbs that look and for the table `trace`.

Reads the user's own trace (`capture.trace`); nothing leaves the machine but rows that are recorded.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from gitledger.book.book import Book
from gitledger.book.subscription import Subscriptions, Traced, subscriptions, trace_accounts
from gitledger.book.traces import due_since, record_trace, tokens_due_since
from gitledger.book.windows import fold_book
from gitledger.capture.source import machine_of
from gitledger.capture.tokens import leave_tokens, tokens_since
from gitledger.capture.trace import readings_since
from gitledger.windows.token_hours import TokenDay
from gitledger.windows.trace import Shown

LIVE_DAYS = 35  # how far back a verb that only looks reads what was not recorded yet


def shown_since(environment: Mapping[str, str], since: datetime) -> list[Shown]:
    """The readings of this machine from a moment on: (provider and account, source, readings)."""
    found = readings_since(environment, since)
    return [((seen.provider, seen.account), seen.source, seen.meters) for seen in found]


def live(book: Book) -> tuple[list[Shown], list[TokenDay]]:
    """Readings and tokens of this machine that may not be rows yet: who looks counts them too."""
    now, environment = book.world.now.astimezone(UTC), book.world.environment
    earliest = now - timedelta(days=LIVE_DAYS)
    shown = shown_since(environment, max(due_since(book), earliest))
    return shown, tokens_since(environment, max(tokens_due_since(book), earliest))


def subscriptions_now(book: Book) -> tuple[Subscriptions, tuple[str, ...]]:
    """What each account gave as of now, from the ledger and this machine; notes on it."""
    folded, now = fold_book(book), int(book.world.now.timestamp())
    return subscriptions(book, (folded.windows, folded.terms), now, *live(book)), folded.notes


def traced_now(book: Book) -> Traced:
    """The meters of each account as of now, from the ledger and this machine: no rate is made."""
    return trace_accounts(book, int(book.world.now.timestamp()), *live(book))


def record_due_trace(book: Book, *, dry: bool = False) -> int:
    """Record every day of this machine's trace that is over; how many rows that makes.

    Tokens of days that are over are counted first. With `dry` nothing is written. Again it records
    nothing; other clones make the same rows.
    """
    environment = book.world.environment
    if not dry:
        leave_tokens(machine_of(book.world, None))
    shown = shown_since(environment, due_since(book))
    tokens = tokens_since(environment, tokens_due_since(book))
    return record_trace(book, shown, tokens, dry_run=dry)[0]
