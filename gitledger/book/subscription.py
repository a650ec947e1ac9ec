"""Everything that `plan`, `drift`, `resets` and a report page tell of subscriptions, read at once.

Reads rows of the opened ledger; readings that are no rows yet are handed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.book import Book
from gitledger.book.case import rules_or_shipped
from gitledger.book.plan_terms import plan_terms
from gitledger.decision.accounts import Account, accounts_of, problems_of, unreadable
from gitledger.decision.drift_figures import TokenRows, account_drifts, drift_map
from gitledger.decision.other_plans import other_plans
from gitledger.decision.plan_figures import Beside, Json, PlanTerms, plan_entry
from gitledger.decision.reset_figures import event_map
from gitledger.measure.drift import RateDrift
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.terms import Statistics
from gitledger.measure.windowed import outcomes_of
from gitledger.measure.yearly_error import YEARLY_ERROR
from gitledger.report.rate_words import sentence
from gitledger.windows.account import with_staleness
from gitledger.windows.reset_events import ResetEvent, reset_events
from gitledger.windows.snapshot import snapshot_of
from gitledger.windows.thresholds import Terms
from gitledger.windows.token_hours import TokenDay, TokenHour, hours_of
from gitledger.windows.trace import LEDGER, Shown, series_of
from gitledger.windows.window import Window

MOST_MOVES = 24
FILLED = "gitledger start codex, or gitledger catch-up where readings wait"
NOTHING = f"no reading of a meter is recorded yet: {FILLED}"


@dataclass(frozen=True, slots=True)
class Traced:
    """The accounts with their meters, every reset, tokens by hour, and ids of unreadable rows."""

    accounts: tuple[Account, ...]
    events: tuple[ResetEvent, ...]
    hours: Mapping[tuple[str, str], Sequence[TokenHour]]
    unread: tuple[str, ...]

    def resets(self, meter: str = "", most: int = 0) -> dict[str, Any]:
        """The payload of `resets`: newest first, at most so many (0: all)."""
        events = [e for e in reversed(self.events) if meter in {"", e.key.meter}]
        shown = events[:most] if most else events
        return {
            "resets": [event_map(event) for event in shown],
            "left": len(events) - len(shown),
            "reason": "" if events else self.no_reset(meter),
            **self.left_out(),
        }

    def no_reset(self, meter: str) -> str:
        """Why there is no reset, and the command after which there may be one."""
        if not self.accounts:
            return NOTHING
        if self.events:
            return f"no reset of {meter} was seen yet; those of other meters: gitledger resets"
        return f"no reset was seen yet; a reading after one shows it: {FILLED}"

    def left_out(self) -> Json:
        """What of the readings cannot be used."""
        found = [problem for account in self.accounts for problem in problems_of(account)]
        return {"problems": [*found, *unreadable(self.unread)]}


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The meters, their rates, what windows gave, and what was said of plans."""

    meters: Traced
    drift: tuple[RateDrift, ...]
    outcomes: tuple[WindowOutcome, ...]
    terms: PlanTerms
    stats: Statistics

    def plans(self, now: int) -> dict[str, Any]:
        """The payload of `plan`; `now` in epoch seconds."""
        entries = []
        beside = Beside(self.outcomes, self.meters.events, self.drift, self.stats)
        for account in self.meters.accounts:
            entry: Mapping[str, Any] = plan_entry(account, self.terms, beside, now)
            other = other_plans(account, self.terms, self.drift, entry["periods"])
            entries.append({**entry, "other_plans": other})
        return {"plans": entries, "reason": "" if entries else NOTHING, **self.meters.left_out()}

    def rates(self, meter: str = "") -> dict[str, Any]:
        """The payload of `drift`: all rates, or one."""
        own = [d for d in self.drift if meter in {"", d.rate}]
        told = [drift_map(d, self.terms, self.meters.events) for d in own]
        return {
            "rates": [{**rate, "sentence": sentence(rate)} for rate in told],
            "error_a_year": YEARLY_ERROR,
            "reason": "" if told else self.no_rate(meter),
            **self.meters.left_out(),
        }

    def no_rate(self, meter: str) -> str:
        """Why there is no rate at all."""
        if not self.meters.accounts:
            return NOTHING
        which = meter or "any rate"
        return (
            f"{which}: no week has enough of both sides yet (5 weekly points, and 5h points, "
            f"counted tokens or completed windows of the same time); readings add to it: {FILLED}"
        )

    def page(self, provider: str = "") -> Json:
        """What a report page tells, of all providers or one."""
        # at no moment: a page tells what was, never the pace of now
        entries = [entry for entry in self.plans(0)["plans"] if entry["periods"]]
        kept = ("provider", "account", "unused", "features_per_dollar", "lasting_per_dollar")
        told = ("provider", "account", "meter", "unit", "sentence", "level", "error_a_year")
        parts = {
            "plans": [
                {name: entry[name] for name in kept} | {"dollars": entry["dollars_unused"]["value"]}
                for entry in entries
            ],
            "rates": [{name: rate[name] for name in told} for rate in self.rates()["rates"]],
            "moves": [
                event
                for event in self.meters.resets()["resets"]
                if event["kind"] not in {"reset", "unseen"}
            ][:MOST_MOVES],
        }
        return {
            name: [entry for entry in own if provider in {"", entry["provider"]}]
            for name, own in parts.items()
        }


def trace_accounts(
    book: Book, now: int, shown: Iterable[Shown] = (), tokens: Iterable[TokenDay] = ()
) -> Traced:
    """The accounts `now` (epoch seconds): trace rows, panes of windows, what else was `shown`."""
    rows = book.rows_if_any(LEDGER)
    shots = with_staleness([snapshot_of(row) for row in book.rows_if_any("snapshots")])
    series, unread = series_of(rows, shots, shown)
    accounts = accounts_of(series, now)
    events = reset_events(course for account in accounts for course in account.courses.values())
    return Traced(accounts, events, hours_of(rows, tokens), unread)


def subscriptions(
    book: Book,
    folded: tuple[Sequence[Window], Terms],
    now: int,
    shown: Iterable[Shown] = (),
    tokens: Iterable[TokenDay] = (),
) -> Subscriptions:
    """All of it at the book's tip, `now` (epoch seconds); `folded` are its windows and terms."""
    meters = trace_accounts(book, now, shown, tokens)
    stats, terms = rules_or_shipped(book)[0].statistics, plan_terms(book.config)
    outcomes = outcomes_of(*folded)
    tokens_used = TokenRows(meters.hours, book.rows_if_any("usage"))
    drift = account_drifts(meters.accounts, tokens_used, outcomes, stats, terms)
    return Subscriptions(meters, drift, outcomes, terms, stats)
