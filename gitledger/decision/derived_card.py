"""How a card's numbers that are no efficiency came about: guardrails, idle points, pairs, features.

Depends on `decision.derivation`, `pairs`, `guardrails`, `week_estimates` and `measure`. Each names
its formula, what entered with its rows, what was left out and why, and the result.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from gitledger.decision.case import Ledger
from gitledger.decision.derivation import Derived, derived_minutes, explanation
from gitledger.decision.guardrails import CardArm, mean_quality, pass_rate, peak_use
from gitledger.decision.pairs import pair_of
from gitledger.decision.week_estimates import readings_of
from gitledger.measure.cost import idle_points, idle_pp
from gitledger.measure.estimate import Estimate, plain, unknown
from gitledger.measure.human import human_estimates, interactions_of
from gitledger.measure.lasting import lasting
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.terms import SHIPPED, Statistics
from gitledger.windows.features import BEFORE, REVERTED, TYPED, LeftOut
from gitledger.windows.window import Window

QUALITY, PASS_RATE, PEAK, LASTING = "quality", "pass_rate", "peak_pct", "lasting"
DELIVERED = "delivered"
IDLE, RATIO = "idle_pp", "ratio"
FORMULAS: Mapping[str, str] = {
    QUALITY: "sum of quality x successful features / sum of successful features",
    PASS_RATE: "windows with outcome pass / windows that state an outcome, with Wilson's interval",
    PEAK: "the highest percentage of the weekly bar that a window ended with",
    DELIVERED: "sum of successful features over finished windows",
    LASTING: "sum of successful features x (1 - churn within 14 days)",
    IDLE: "mean of 100 - the last reading before each reset",
    "impf": "sum of minutes / sum of features; a trend is the median slope from week to week",
}
FEATURES = "features"
SHORT = 7  # digits of a commit
COUNTED = "no interval: counted, not sampled"
RULES: Mapping[str, str] = {
    TYPED: "as a person stated it",
    "reservations": "capabilities that were reserved and are delivered",
    "trailers": "what Feature: trailers of its commits name",
    "subjects": "commits whose subject begins with feat:",
    "pull-requests": "pull requests that its commits merged",
    "none": "no rule in force found any",
    "": "nobody could tell",
}


def derived_fact(
    name: str,
    outcomes: Sequence[WindowOutcome],
    windows: Sequence[Window],
    stats: Statistics = SHIPPED,
) -> Derived:
    """Quality, pass rate, peak, delivered or lasting features of one arm, window by window."""
    rows = {w.id: w.finalised.canonical.row for w in windows if w.finalised}
    finished = [o for o in outcomes if not o.unfinished]
    # an unfinished window drew on the weekly bar as well
    among = outcomes if name == PEAK else finished
    values = {o.window: VALUES[name](o) for o in among}
    used: list[Derived] = [
        {"window": o.window, name: known, "features": o.successes, "row": rows.get(o.window)}
        for o in among
        if (known := values[o.window]) is not None
    ]
    left = [
        (o.window, o.unfinished or LACKS[name](o)) for o in outcomes if values.get(o.window) is None
    ]
    made = {
        QUALITY: lambda: mean_quality(finished),
        PASS_RATE: lambda: pass_rate(finished, stats),
        PEAK: lambda: peak_use(outcomes),
        DELIVERED: lambda: lasting(outcomes, outcomes[0].side).count,
        LASTING: lambda: lasting(outcomes, outcomes[0].side).total,
    }[name]()
    return explanation(FORMULAS[name], made, used, left)


VALUES: Mapping[str, Callable[[WindowOutcome], object]] = {
    QUALITY: lambda o: plain(o.quality),
    PASS_RATE: lambda o: o.outcome or None,
    PEAK: lambda o: plain(o.week_end),
    DELIVERED: lambda o: o.successes,
    LASTING: lambda o: None if o.lasts is None else " to ".join(f"{end:g}" for end in o.lasts),
}
LACKS: Mapping[str, Callable[[WindowOutcome], str]] = {
    QUALITY: lambda _: "no quality stated",
    PASS_RATE: lambda _: "no outcome stated",
    PEAK: lambda _: "no weekly bar read at its end",
    DELIVERED: lambda o: o.unfinished,
    LASTING: lambda o: o.churn.unknown,
}


def derived_human(
    name: str, outcomes: Sequence[WindowOutcome], windows: Sequence[Window]
) -> Derived | None:
    """Minutes a feature of one category, or a weekly trend; None where no such number is known."""
    known = dict(human_estimates(interactions_of(outcomes)))
    if name not in known:
        return None
    whole = derived_minutes(outcomes, windows)
    return {**whole, "formula": FORMULAS["impf"], "estimate": known[name].payload()}


def derived_idle(ledger: Ledger, provider: str, windows: Sequence[Window]) -> Derived:
    """Points left of each period of each account's meter."""
    meter = ledger.terms.capacity_meter(provider)
    points = readings_of(windows, provider, meter)
    now = datetime.fromisoformat(ledger.source.as_of)
    used = [
        {
            "account": " ".join(period.holder),
            "reset": period.resets_at.isoformat(),
            "last read": period.last_read.isoformat(),
            "idle pp": plain(period.idle_pp),
            "row": period.row,
        }
        for period in idle_points(points, now)
    ]
    return explanation(f"{FORMULAS[IDLE]}, of the {meter} meter", idle_pp(points, now), used)


def derived_ratio(later: CardArm, sooner: CardArm, stats: Statistics = SHIPPED) -> Derived:
    """One arm against another: the two numbers, their unit, both intervals."""
    pair = pair_of(later, sooner, stats)
    used = [
        {
            "arm": arm.name,
            "unit": f"{arm.efficiency.meter} {arm.efficiency.unit}",
            "features per pp": plain(arm.efficiency.estimate.value),
            "windows": arm.efficiency.estimate.n,
        }
        for arm in (later, sooner)
    ]
    formula = f"{pair.measure or 'features_per_pp'} of A / B, Welch's t on logs"
    return explanation(formula, pair.ratio, used) | {
        "comparison": pair.payload(),
        "notes": [] if pair.centre is None else [f"interval centred at {pair.centre:.4g}"],
    }


def derived_features(window: Window) -> Derived:
    """Each feature of a window with its commits, and what does not count with the reason."""
    final = window.final
    if final is None:
        return explanation(RULES[""], unknown("not completed", method="count"), [])
    made = unknown("nobody could tell how many", method="count")
    if final.delivered:
        made = Estimate(float(final.features), n=final.features, method="count", reason=COUNTED)
    by_provider = [
        {"provider": one.provider, "features": one.features, "row": final.row}
        for one in final.delivered
    ]
    counted = [
        {
            "feature": one.feature,
            "provider": one.provider,
            "commits": ", ".join(sha[:SHORT] for sha in one.commits),
            "title": one.title,
            "row": final.row,
        }
        for one in final.counted
    ]
    left = [(one.feature, reason_words(one)) for one in final.left_out]
    formula = RULES.get(final.rule, final.rule)
    return explanation(formula, made, counted or by_provider, left)


def reason_words(one: LeftOut) -> str:
    """Why something does not count, in words."""
    if one.reason == BEFORE:
        return f"counts in {one.what}"
    if one.reason == REVERTED:
        return f"reverted in {one.what[:12]}"
    return "is not on the capability map"
