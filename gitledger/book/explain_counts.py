"""Numbers of a preview that are counted, not estimated: events, usage, lines of churn, plan prices.

Each names its formula, what entered with its rows, and why it has no interval.
"""

from collections.abc import Mapping, Sequence

from gitledger.book.book import Book
from gitledger.book.case import plans_of
from gitledger.decision.case import Ledger
from gitledger.decision.derivation import explanation
from gitledger.decision.scope import ALL
from gitledger.ledger.row import Row
from gitledger.measure.amounts import number
from gitledger.measure.cost import Prices
from gitledger.measure.estimate import Estimate, unknown
from gitledger.measure.telemetry import COUNTED, event_of_row, kind_of, summarise
from gitledger.measure.usage import AMOUNTS, REPORTED, usage_sums
from gitledger.windows.churn import newest_churn
from gitledger.windows.window import Window

TELEMETRY, USAGE = "telemetry", "usage"
FORMULAS: Mapping[str, str] = {
    "net": "lines added less lines deleted, from the window's range",
    "insertions": "lines added, from the window's range",
    "deletions": "lines deleted, from the window's range",
    "files_changed": "files changed, from the window's range",
}
PRICE = "plan_price"
EVENTS: Mapping[str, str] = {
    "events": "number of events",
    "completions": "number of events whose status is healthy",
    "errors": "number of events whose status is an error",
    "decisions": "number of routing decisions, which are no attempts",
    "routed": "number of completions and errors that went to GLM",
    "unmetered": "number of completions whose tokens were not counted",
    "error_rate": "errors / (errors + completions)",
    "routed_share": "routed / (errors + completions)",
    "p50_ms": "median latency of completions, linear interpolation",
    "p95_ms": "95 % quantile of the latency of completions, linear interpolation",
}
LISTED = 20
Derived = Mapping[str, object]


def explain_count(
    book: Book, ledger: Ledger, windows: Sequence[Window], metric: tuple[str, str, str]
) -> Derived | None:
    """The explanation of a counted number of a preview; None where it is the name of none."""
    which, part, name = metric
    own = None if which == ALL else {window.id for window in windows}
    if part == TELEMETRY and name in EVENTS:
        return derived_events(rows_of(book, TELEMETRY, own), ledger.rules.healthy, name)
    if part.startswith(f"{USAGE}.") and name in AMOUNTS:
        label = part.removeprefix(f"{USAGE}.").replace("/", " ")
        return derived_usage(rows_of(book, USAGE, own), label, name)
    if name in FORMULAS and len(windows) == 1:
        return derived_lines(windows[0], part, name)
    if name == PRICE:
        return derived_price(book, part)
    return None


def rows_of(book: Book, ledger: str, own: set[str] | None) -> tuple[Row, ...]:
    """The rows of a ledger, of some windows or (None) all of them."""
    rows = book.rows_if_any(ledger)
    return tuple(r for r in rows if own is None or str(r.values.get("window", "")) in own)


def derived_events(rows: Sequence[Row], healthy: Sequence[str], name: str) -> Derived:
    """A count, share or quantile of proxy events, by what each of them is."""
    kinds: dict[str, list[str]] = {}
    events = [event_of_row(row) for row in rows]
    for event in events:
        kinds.setdefault(kind_of(event, healthy), []).append(event.row)
    value = number(summarise(events, healthy).payload()[name])
    made = unknown("no event that it is made of", n=len(events), method="count")
    if value is not None:
        made = Estimate(value, n=len(events), method="count", reason=COUNTED)
    used = [
        {"kind": kind, "events": len(ids), "rows": ", ".join(ids[:LISTED])}
        for kind, ids in kinds.items()
    ]
    hidden = sum(max(0, len(ids) - LISTED) for ids in kinds.values())
    more = [f"{hidden} more rows: gitledger log --ledger telemetry"] if hidden else []
    return {**explanation(EVENTS[name], made, used), "notes": more}


def derived_usage(rows: Sequence[Row], label: str, name: str) -> Derived | None:
    """A sum of what one counter reported, period by period; None for a counter nobody knows."""
    found = next((s for s in usage_sums(rows) if s.label == label), None)
    if found is None:
        return None
    value, stated = number(found.sums.get(name)), found.stated.get(name, 0)
    made = unknown("no period states it", n=0, method="sum")
    if value is not None:
        part = "" if stated == found.periods else f"; {stated} of {found.periods} periods state it"
        made = Estimate(value, n=stated, method="sum", reason=f"{REPORTED}{part}")
    used = [
        {"period": p.name, name: number(p.amounts.get(name)), "row": p.row} for p in found.parts
    ]
    formula = f"sum of {name} over periods, each by its newest report"
    return explanation(formula, made, used)


def derived_lines(window: Window, provider: str, name: str) -> Derived | None:
    """Lines or files of a window's churn row; None where no row tells of the provider."""
    rows = newest_churn(window)
    row = rows.get(provider) or rows.get("")
    if row is None:
        return None
    value, commits = number(row.values.get(name)), number(row.values.get("commit_count"))
    why = f"churn skipped: {row.values.get('decision', 'unknown')}"
    made = unknown(why, method="diff")
    if value is not None:
        reason = "no interval: counted in git's diff, not sampled"
        made = Estimate(value, n=int(commits or 1), method="diff", reason=reason)
    used = [{"window": window.id, name: value, "row": row.id}]
    return explanation(FORMULAS[name], made, used)


def derived_price(book: Book, plan: str) -> Derived:
    """Dollars a week of a plan, named as `codex` or `codex/ACCOUNT`."""
    provider, _, account = plan.partition("/")
    price = Prices(plans_of(book.config)).of(provider, account)
    step = f"no plan price for {plan}: gitledger config plan {plan}=DOLLARS"
    made = unknown(step, method="stated")
    if price is not None:
        made = Estimate(price, n=1, method="stated", reason="no interval: stated in gitledger.yaml")
    listed = book.config.get("plans")
    stated = listed if isinstance(listed, Mapping) else {}
    used = [
        {"plan": key, "dollars a month": number(stated[key])}
        for key in (plan, provider)
        if key in stated
    ]
    return explanation("dollars a month x 12 / 365.25 x 7: dollars a week", made, used[:1])
