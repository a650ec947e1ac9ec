"""How the other numbers of a card came about: load, human minutes, churn, the delta of a meter.

Depends on `decision.case`, `week_card`, `week_estimates`, on `windows` and `measure`. Each
derivation names its formula, what entered with its rows, what was left out and why, the result.
"""

from collections.abc import Iterator, Mapping, Sequence

from gitledger.decision.case import Ledger
from gitledger.decision.week_estimates import load_facts, window_load
from gitledger.measure.churnpool import pooled_churn, ranges_of
from gitledger.measure.complexity import CLS_WEIGHTS, impf
from gitledger.measure.estimate import Estimate, plain, unknown
from gitledger.measure.human import interactions_of, lacks_minutes, parts_of
from gitledger.measure.outcome import WindowOutcome
from gitledger.windows.delta import Delta
from gitledger.windows.window import AFTER, BEFORE, Window

Derived = Mapping[str, object]
CLS, IMPF, CHURN = "cls", "impf", "churn_14d"
FORMULAS: Mapping[str, str] = {
    CLS: "sum of weight x z over the known terms / sum of their weights; z over the windows of the"
    " last 30 days, itself one; a stated value wins",
    IMPF: "sum of minutes / sum of successful features; stated minutes, or a stated"
    " rate x features",
    CHURN: "sum of lines removed within 14 days / sum of merged lines",
}

DELTA = "reading after less reading before in one usage period, in percentage points"


def explanation(
    formula: str, estimate: Estimate, used: Sequence[Derived], left: Sequence[tuple[str, str]] = ()
) -> dict[str, object]:
    """The common shape: formula, estimate, steps, and what was left out."""
    return {
        "formula": formula,
        "estimate": estimate.payload(),
        "used": list(used),
        "excluded": [{"window": window, "reason": reason} for window, reason in left],
    }


def derived_load(ledger: Ledger, window: Window) -> Derived:
    """CLS of one window, term by term; a term that is not known says so."""
    load = window_load(window, ledger.windows)
    facts = load_facts(window)
    values, scores = (facts.terms if facts else {}), dict(load.terms)
    used = [
        {"term": name, "weight": weight, "value": values.get(name), "z": plain(scores[name])}
        for name, weight in CLS_WEIGHTS.items()
        if name in scores
    ]
    if load.stated and window.finalised:
        row = window.finalised.canonical.row
        used = [{"term": "stated", "value": plain(load.estimate.value), "row": row}]
    left = [(window.id, f"{name} unknown") for name in load.missing]
    return explanation(FORMULAS[CLS], load.estimate, used, left)


def derived_minutes(outcomes: Sequence[WindowOutcome], windows: Sequence[Window]) -> Derived:
    """Human minutes a feature of one provider, window by window, with their categories."""
    rows = {w.id: w.finalised.canonical.row for w in windows if w.finalised}
    counted = [o for o in outcomes if not lacks_minutes(o)]
    used = [
        {
            "window": o.window,
            "features": o.successes,
            "minutes": plain(o.minutes),
            "of these": ", ".join(f"{n} {m:g}" for n, m in parts_of(o).items()),
            "row": rows.get(o.window),
        }
        for o in counted
    ]
    left = [(o.window, lacks_minutes(o)) for o in outcomes if o not in counted]
    return explanation(FORMULAS[IMPF], impf(interactions_of(counted)), used, left)


def derived_churn(outcomes: Sequence[WindowOutcome]) -> Derived:
    """The pooled 14-day churn of an arm's windows; an open one is named with its end."""
    pool = pooled_churn(outcomes)
    finished = [o for o in outcomes if not o.unfinished]
    rows = {found.row: found for found in ranges_of(finished) if found.churn_14d is not None}
    counted = [o for o in finished if o.churn.row in rows]
    used = [
        {"window": o.window, "dead in 14 days": round(dead), "landed": round(churn.merged or 0),
         "remark": churn.remark or None, "rows": churn.row}
        for o in counted
        for churn in (rows[o.churn.row],)
        for dead in ((churn.churn_14d or 0.0) * (churn.merged or 0.0),)
    ]  # fmt: skip
    left = [(o.window, why_not_final(o)) for o in outcomes if o not in counted]
    return explanation(FORMULAS[CHURN], pool.churn_14d, used, left)


def why_not_final(outcome: WindowOutcome) -> str:
    """Why a window is not in the pool: unfinished, unknown, still open, or its range counted."""
    churn = outcome.churn
    if outcome.unfinished or churn.unknown:
        return outcome.unfinished or churn.unknown
    if churn.churn_14d is None:
        return f"open until {churn.until}"
    return "its commits are counted once, with another window"


def derived_delta(window: Window, provider: str, meter: str) -> Derived:
    """What a window took from a meter: the two readings of each account, the state, and why."""
    # of each account the pool that counts; a pool of its own is asked for as `pool/meter`
    pool, _, bare = meter.rpartition("/")
    if pool:
        found = [d for d in window.deltas if (d.provider, d.bucket) == (provider, pool)]
        deltas = [d for d in found if d.meter == bare]
    else:
        accounts = [account for name, account in window.holders if name == provider]
        each = [window.delta(provider, account, meter) for account in accounts]
        deltas = [d for d in each if d is not None]
    known = [d.value for d in deltas if d.value is not None]
    reason = "; ".join(f"{d.account}: {d.state}" + (f", {d.why}" if d.why else "") for d in deltas)
    whole = len(known) == len(deltas) and all(d.usable for d in deltas)
    total = Estimate(float(sum(known)), n=len(deltas), method="delta")
    made = total if whole else unknown(reason, method="delta")
    told = explanation(DELTA, made, [delta_step(window, delta) for delta in deltas])
    return told | {"notes": [f"{d.account}: {d.why}" for d in deltas if d.why and whole]}


def delta_step(window: Window, delta: Delta) -> Derived:
    """One account's readings, delta and state, with the rows of its two panes."""
    return {
        "account": delta.account,
        "before": as_number(delta.before),
        "after": as_number(delta.after),
        "pp": as_number(delta.value),
        "+-": as_number(delta.resolution),
        "state": delta.state,
        "rows": ", ".join(pane_rows(window, delta)),
    }


def pane_rows(window: Window, delta: Delta) -> Iterator[str]:
    """The rows of the BEFORE and the AFTER pane of a delta."""
    for phase in (BEFORE, AFTER):
        capture = window.capture(delta.provider, delta.account, phase)
        if capture:
            yield capture.canonical.row


def as_number(value: object) -> float | None:
    """A Decimal for JSON; None is unknown."""
    return None if value is None else plain(float(str(value)))
