"""Exchange rates and points left at resets, explained: `all.codex.tokens:weekly`.

Each names its formula, the weeks that entered with their rows, and the level or mean they make.
"""

from collections.abc import Mapping

from gitledger.book.book import Book
from gitledger.book.subscription import Subscriptions, subscriptions
from gitledger.decision.case import Ledger
from gitledger.decision.derivation import explanation
from gitledger.decision.plan_figures import at_text, unused_of
from gitledger.measure.drift import RateDrift
from gitledger.measure.estimate import plain, unknown
from gitledger.measure.exchange import RATES
from gitledger.measure.holding import plan_periods
from gitledger.report.rate_words import sentence
from gitledger.windows.snapshot import NO_ACCOUNT

UNUSED = "unused_pp"
Derived = Mapping[str, object]
FORMULA = (
    "exp(weighted mean of ln(amount / weekly points)) over the weeks since the last change of rate "
    "or plan: docs/explanation/drift.md"
)


def explained_rate(book: Book, ledger: Ledger, metric: tuple[str, str, str]) -> Derived | None:
    """The explanation of a rate or of points left; None where the name is none of these."""
    _, arm, name = metric
    if name not in {*RATES, UNUSED}:
        return None
    provider, _, account = arm.partition("/")
    now = int(book.world.now.timestamp())
    found = subscriptions(book, (ledger.windows, ledger.terms), now)
    holder = (provider, account or NO_ACCOUNT)
    return explain_unused(found, holder) if name == UNUSED else rate(found, holder, name)


def rate(found: Subscriptions, holder: tuple[str, str], name: str) -> Derived:
    """One exchange rate: the weeks of its level."""
    own = next((d for d in found.drift if d.holder == holder and d.rate == name), None)
    if own is None:
        return explanation(FORMULA, unknown(found.no_rate(name), method=name), [])
    since = max([0, *own.plans, *(change.since for change in own.changes)])
    used = [
        {
            "week": str(at_text(week.begin))[:10],
            "amount": plain(week.top),
            "weekly points": plain(week.points),
            "rate": plain(week.value),
            "rows": ", ".join(week.rows[:4]),
        }
        for week in own.judged
        if week.begin >= since
    ]
    return {**explanation(FORMULA, own.level, used), "notes": [spoken(own, found)]}


def spoken(own: RateDrift, found: Subscriptions) -> str:
    """What became of the rate, as `drift` says it."""
    rates = found.rates(own.rate)["rates"]
    mine = [r for r in rates if (r["provider"], r["account"]) == own.holder]
    return sentence(mine[0]) if mine else own.reason


def explain_unused(found: Subscriptions, holder: tuple[str, str]) -> Derived:
    """Points left at the resets of the weekly meter."""
    account = next((a for a in found.meters.accounts if a.holder == holder), None)
    course = account.course("weekly") if account else None
    periods = plan_periods(course, None, ()) if course else ()
    used = [
        {
            "reset": str(at_text(period.end)),
            "used": plain(period.used),
            "unused": plain(period.unused),
            "last reading": str(at_text(period.last_at)),
            "row": period.row,
        }
        for period in periods
        if period.ending == "reset"
    ]
    formula = (
        "mean of 100 - the last reading before each reset; the most it can be where that is old"
    )
    return explanation(formula, unused_of(periods), used)
