"""What another plan would have held of the same use, where both were seen or it is stated.

Depends on `measure` and `decision.plan_figures`. Points of two plans are never compared otherwise.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gitledger.decision.plan_figures import PlanTerms, at_text
from gitledger.measure.drift import RATIO_ERROR, STEP_METHOD, RateDrift, log_rate, over, weight
from gitledger.measure.estimate import STATED, Estimate, plain
from gitledger.measure.exchange import TOKENS
from gitledger.measure.shift import one_series, step_estimate

Json = Mapping[str, object]
LEAST_WEEKS = 2  # on each plan


class PlanRatio(NamedTuple):
    """How often the plan of one monthly price holds what that of another one does."""

    month: float
    ratio: Estimate


def other_plans(
    holder: tuple[str, str],
    terms: PlanTerms,
    drift: Sequence[RateDrift],
    periods: Sequence[Mapping[str, object]],
) -> Json:
    """For each other plan the percent of its week that the mean week's use would have been."""
    month = terms.month(*holder)
    used = [float(str(p["used_pp"])) for p in periods if p["ending"] == "reset"]
    if month is None:
        return {"plans": [], "reason": "no price is stated, so no plan is known"}
    found = [*stated_ratios(holder[0], terms, month), *seen_ratios(holder, terms, drift, month)]
    if not found:
        return {"plans": [], "reason": one_plan(holder[0], month)}
    mean = math.fsum(used) / len(used) if used else None
    return {
        "plans": [other_map(ratio, mean, len(used)) for ratio in found],
        "reason": "" if used else "no whole period of the weekly meter is over",
    }


def one_plan(provider: str, month: float) -> str:
    """Why nobody can tell, and how to state it."""
    return (
        "the ledger saw one plan only; where you know how two compare: "
        f"gitledger config plan-ratio {provider} {plain(month)}:OTHER=RATIO"
    )


def other_map(found: PlanRatio, used: float | None, n: int) -> Json:
    """One other plan as JSON: how much it holds, and what the use would have been of it."""
    ratio = found.ratio
    told = None
    if used is not None and ratio.value:
        low, high = (None if end is None else used / end for end in (ratio.high, ratio.low))
        told = Estimate(used / ratio.value, low, high, n, ratio.method, ratio.reason).payload()
    return {
        "usd_a_month": plain(found.month),
        "holds": ratio.payload(),
        "used_pct_of_it": told,
        "stated": ratio.method == STATED,
    }


def stated_ratios(provider: str, terms: PlanTerms, month: float) -> Iterator[PlanRatio]:
    """The plans that were stated to hold more or less than the one in force."""
    for (larger, smaller), ratio in terms.ratios.get(provider, {}).items():
        if month in (larger, smaller):
            other = smaller if month == larger else larger
            holds = 1 / ratio if month == larger else ratio
            yield PlanRatio(other, Estimate(holds, n=1, method=STATED, reason="stated"))


def seen_ratios(
    holder: tuple[str, str], terms: PlanTerms, drift: Sequence[RateDrift], month: float
) -> Iterator[PlanRatio]:
    """Plans that the account had before, held against tokens for a weekly point then and since."""
    weeks = next((over(d.weeks) for d in drift if d.holder == holder and d.rate == TOKENS), [])
    former = list(terms.before(*holder))
    for nth, plan in enumerate(former):
        if plan.month == month:
            continue
        begun = former[nth - 1].until if nth else 0
        then = [w for w in weeks if begun <= w.begin and w.end <= plan.until]
        since = [w for w in weeks if w.begin >= former[-1].until]
        if min(len(then), len(since)) < LEAST_WEEKS:
            continue
        both = [*then, *since]
        series = one_series([log_rate(TOKENS, w) for w in both], [weight(w) for w in both])
        cut = (len(then), len(then))
        step = step_estimate(series, cut, len(both), 0, RATIO_ERROR)
        ratio = Estimate(
            math.exp(-step.middle),
            math.exp(-step.high),
            math.exp(-step.low),
            len(both),
            STEP_METHOD,
            f"tokens for a weekly point until {at_text(plan.until)} over those since",
        )
        yield PlanRatio(plan.month, ratio)
