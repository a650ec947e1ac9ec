"""A ledger at one tip as rows of a lake: what each window did for each provider, and its place.

No text, pane or note of a ledger is among them. What only the history of the code tells (work that
a later commit took back) is not known here: a row depends on the tip of the ledger alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from gitledger.book.book import Book
from gitledger.book.case import plans_of, rules_of
from gitledger.book.windows import fold_book
from gitledger.decision.rules import judging
from gitledger.fleet.chains import day_of, neighbours_of, window_squares
from gitledger.fleet.columns import COLUMNS, COUNT, DAY, LARGEST, MOMENT, TEXT
from gitledger.measure.cost import Prices
from gitledger.measure.efficiency import lacks_lasting, lasting_squares
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.terms import Statistics
from gitledger.measure.usage import dollars, usage_sums
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.audit.checks import anomalies_of
from gitledger.windows.audit.facts import Neighbours
from gitledger.windows.audit.facts import neighbours_of as neighbouring
from gitledger.windows.churn import newest_churn
from gitledger.windows.snapshot import number_of
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import AFTER, BEFORE, Window
from gitledger.windows.worktime import worked_at

BEYOND = "beyond-the-table"  # a number that no column holds
NUMBERS = {name: kind for name, kind in COLUMNS.items() if kind not in {TEXT, MOMENT, DAY}}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LedgerRows:
    """The rows of one ledger, in the order of its windows, and the terms its own figures have."""

    rows: tuple[Row, ...]
    statistics: Statistics


def rows_of(book: Book) -> LedgerRows:
    """The rows at the book's tip; cells that nothing is known of are None.

    Raises LedgerDamaged and InvalidData as the readers of a ledger do.
    """
    folded, rules = fold_book(book), rules_of(book)
    terms = judging(folded.terms, rules)
    outcomes = outcomes_of(folded.windows, terms)
    chains = neighbours_of(outcomes)
    prices, among = Prices(plans_of(book.config)), neighbouring(folded.windows)
    by_id = {window.id: Told(window, terms, among) for window in folded.windows}
    rows = [
        numbers_of(o, prices) | by_id[o.window].cells(o) | chains[o.window, o.provider]
        for o in outcomes
    ]
    return LedgerRows(tuple(map(checked_row, rows)), rules.statistics)


def numbers_of(outcome: WindowOutcome, prices: Prices) -> Row:
    """What an outcome says, and what of it enters a sum."""
    first = outcome.parts[0]
    told: Row = {
        "window_id": outcome.window,
        "provider": outcome.provider,
        "accounts": ",".join(sorted({part.account for part in outcome.parts})),
        "meter": outcome.meter,
        "unit": outcome.unit,
        "plan": plan_of(outcome, prices),
        "state": outcome.state,
        "why": outcome.unusable,
        "lasting_why": lacks_lasting(outcome),
        "before_pp": first.before,
        "after_pp": outcome.after,
        "capacity": outcome.capacity,
        "rounding": first.rounding,
        "step_before": first.step_before,
        "step_after": first.step_after,
        "follows": outcome.follows or None,
        "rule": outcome.rule,
        "features": outcome.features,
        "successes": outcome.successes,
        "quality": outcome.quality,
        "outcome": outcome.outcome or None,
        "methodology": outcome.methodology,
        "churn_14d": outcome.churn.churn_14d,
        "churn_state": outcome.churn.state or None,
        "insertions": outcome.churn.insertions,
        "deletions": outcome.churn.deletions,
        "net": outcome.churn.net,
    }
    if outcome.unusable:
        return told
    told |= {"x": outcome.successes, "y": outcome.used, "steps": window_squares(outcome)}
    return told | lasting_cells(outcome)


def lasting_cells(outcome: WindowOutcome) -> Row:
    """What enters lasting features per point; nothing where nobody can tell what lasts."""
    if outcome.lasts is None:
        return {}
    (least, most), many = outcome.lasts, float(outcome.successes)
    return {
        "lasting_x": least,
        "lasting_most_x": most,
        "lasting_y": outcome.used,
        "lasting_squares": lasting_squares(least, many),
        "lasting_most_squares": lasting_squares(most, many),
    }


def plan_of(outcome: WindowOutcome, prices: Prices) -> float | None:
    """Dollars a week of the plan that was used; None where unknown, or where accounts differ."""
    found = {prices.of(outcome.provider, part.account) for part in outcome.parts}
    return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Told:
    """A window, for what its rows say of it beside the outcome."""

    window: Window
    terms: Terms
    among: Neighbours

    def cells(self, outcome: WindowOutcome) -> Row:
        """Times, counts and sizes; usage is that of the provider."""
        window, provider = self.window, outcome.provider
        final = window.finalised.canonical if window.finalised else None
        doubts = anomalies_of(window, self.among, terms=self.terms)
        results = [str(row.values.get("result", "")) for row in window.evidence]
        told: Row = {
            "cls": final.cls if final else None,
            "impf": final.impf if final else None,
            "started_at": shown_at(window, provider, BEFORE, min),
            "ended_at": shown_at(window, provider, AFTER, max),
            "day": day_of(outcome) or day_shown(window),
            "commits": len(window.commits),
            "evidence_pass": results.count("pass"),
            "evidence_fail": results.count("fail"),
            "anomalies": len(doubts),
            "errors": sum(found.severity == "error" for found in doubts),
        }
        if window.churn:
            rows = newest_churn(window)
            row = rows.get(provider) or rows.get("")
            told["files_changed"] = number_of(row.values, "files_changed") if row else None
        if window.usage:
            own = [r for r in window.usage if r.values.get("provider") in {provider, None}]
            told["cost_usd"] = dollars(own)
            told["tokens"] = next((found.whole("total_tokens") for found in usage_sums(own)), None)
        return told


def shown_at(
    window: Window, provider: str, phase: str, which: Callable[[Sequence[datetime]], datetime]
) -> datetime | None:
    """When the first BEFORE or last AFTER of a provider was shown."""
    times = [
        capture.canonical.captured_at
        for capture in window.captures
        if capture.provider == provider and capture.phase == phase
    ]
    return which(times) if times else None


def day_shown(window: Window) -> int:
    """The day of a window that nobody completed yet; 0 where no time of it is known."""
    at = worked_at(window)
    return 0 if at is None else int(f"{at.astimezone(UTC):%Y%m%d}")


def checked_row(row: Row) -> Row:
    """The row as its columns hold it; one with a number that none holds does not enter any sum."""
    told = dict.fromkeys(COLUMNS) | row
    beyond = False
    for name, value in row.items():
        if value is not None and name in NUMBERS:
            told[name] = column_value(value, NUMBERS[name])
            beyond = beyond or told[name] is None
    if not beyond:
        return told
    entering = {name: None for name in COLUMNS if name in ENTERS or "prev" in name}
    why = told["why"] or BEYOND
    return told | entering | {"why": why, "lasting_why": told["lasting_why"] or why}


ENTERS = frozenset(("x", "y", "steps", "lasting_x", "lasting_most_x", "lasting_y")) | {
    "lasting_squares",
    "lasting_most_squares",
}


@lru_cache(maxsize=1 << 14)  # windows are made of few different numbers
def column_value(value: object, kind: str) -> int | None:
    """A value as a column holds it, in units of its last digit; None where it is too large."""
    number = exact(value)
    if kind == COUNT:
        whole = int(number.to_integral_value(ROUND_HALF_EVEN))
        return whole if abs(whole) < 2**63 else None
    if abs(number) >= LARGEST[kind]:
        return None
    digits = int(kind.rpartition(",")[2].rstrip(")"))
    return int(number.scaleb(digits).to_integral_value(ROUND_HALF_EVEN))


def exact(value: object) -> Decimal:
    """A number as a decimal; a float as the one that it is written as."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(int(str(value)))
