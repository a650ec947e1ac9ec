"""What another plan would have held of the same use, where both were seen or it is stated.

Depends on `measure` and `decision.plan_figures`. Points of two plans are never compared otherwise.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from gitledger.decision.accounts import Account
from gitledger.decision.plan_figures import PlanTerms, at_text, plan_moments
from gitledger.measure.drift import RATIO_ERROR, STEP_METHOD, RateDrift, log_rate, over, weight
from gitledger.measure.estimate import STATED, Estimate, plain
from gitledger.measure.exchange import TOKENS
from gitledger.measure.shift import one_series, step_estimate

Json = Mapping[str, object]
LEAST_WEEKS = 2  # on each plan


class PlanRatio(NamedTuple):
    """How often a plan, known by its price or name, holds what the one in force does."""

    month: float | None
    ratio: Estimate
    name: str = ""


class FormerSpan(NamedTuple):
    """From when to when (epoch seconds) an account had another plan."""

    begin: int
    end: int
    month: float | None
    name: str


def other_plans(
    account: Account,
    terms: PlanTerms,
    drift: Sequence[RateDrift],
    periods: Sequence[Mapping[str, object]],
) -> Json:
    """For each other plan the percent of its week that the mean week's use would have been."""
    month = terms.month(*account.holder)
    used = [float(str(p["used_pp"])) for p in periods if p["ending"] == "reset" and not p["parts"]]
    found = [*stated_ratios(account.provider, terms, month), *seen_ratios(account, terms, drift)]
    if not found:
        why = "no price is stated, so no plan is known"
        return {"plans": [], "reason": why if month is None else one_plan(account.provider, month)}
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
        "plan": found.name or None,
        "holds": ratio.payload(),
        "used_pct_of_it": told,
        "stated": ratio.method == STATED,
    }


def stated_ratios(provider: str, terms: PlanTerms, month: float | None) -> Iterator[PlanRatio]:
    """The plans that were stated to hold more or less than the one in force."""
    for (larger, smaller), ratio in terms.ratios.get(provider, {}).items():
        if month in (larger, smaller):
            other = smaller if month == larger else larger
            holds = 1 / ratio if month == larger else ratio
            yield PlanRatio(other, Estimate(holds, n=1, method=STATED, reason="stated"))


def former_spans(account: Account, terms: PlanTerms) -> list[FormerSpan]:
    """The plans that an account had before: as readings name them, else as they were stated."""
    named = [
        FormerSpan(begin, end, None, name)
        for (begin, name), (end, _) in pairwise(account.plans)
        if name != account.plans[-1][1]
    ]
    former = terms.before(*account.holder)
    begins = [0, *(plan.until for plan in former)]
    stated = [
        FormerSpan(begin, plan.until, plan.month, "")
        for begin, plan in zip(begins, former, strict=False)
        if plan.month != terms.month(*account.holder)
    ]
    return named or stated


def seen_ratios(
    account: Account, terms: PlanTerms, drift: Sequence[RateDrift]
) -> Iterator[PlanRatio]:
    """Plans that the account had before, held against tokens for a weekly point then and since."""
    own = (d for d in drift if d.holder == account.holder and d.rate == TOKENS)
    weeks = next((over(d.weeks) for d in own), [])
    newest = max(plan_moments(account, terms), default=0)
    since = [w for w in weeks if w.begin >= newest]
    for span in former_spans(account, terms):
        then = [w for w in weeks if span.begin <= w.begin and w.end <= span.end]
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
            f"tokens for a weekly point until {at_text(span.end)} over those since",
        )
        yield PlanRatio(span.month, ratio, span.name)
