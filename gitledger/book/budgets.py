"""Budgets of a replay: what the ledger knows to be left, and what was typed over it."""

from collections.abc import Sequence
from dataclasses import dataclass

from gitledger.book.replay_log import ReplayLog
from gitledger.errors import UsageError
from gitledger.routing.log import Budgets


@dataclass(frozen=True, slots=True)
class Flags:
    """Budgets as typed: `PROVIDER=POINTS` words, dollars, slots; None = as the ledger has it.

    `week` takes the windows of a week and the budgets that it began with.
    """

    points: Sequence[str] = ()
    dollars: float | None = None
    slots: int | None = None
    reserve: float | None = None
    week: str = ""


def budgets_of(read: ReplayLog, flags: Flags) -> Budgets:
    """What the ledger knows to be left, flags laid over it. Raises UsageError for a bad word."""
    points = dict(read.left)
    known = sorted({window.provider for window in read.windows})
    for word in flags.points:
        provider, sign, amount = word.partition("=")
        try:
            points[provider] = float(amount)
        except ValueError:
            sign = ""
        if not sign or not provider:
            raise UsageError(f"--budget {word!r} is not PROVIDER=POINTS", "e.g. codex=60")
        if known and provider not in known:
            raise UsageError(f"no window is of {provider!r}", f"providers: {', '.join(known)}")
    refilling = frozenset(read.refilling) - set(points)
    return Budgets(points, read.reserve, flags.dollars, flags.slots, refilling=refilling)
