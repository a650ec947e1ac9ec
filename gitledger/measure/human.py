"""Human minutes of windows (IMPF): per feature, by category, and from week to week.

Depends on `measure.complexity` and `measure.outcome`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from gitledger.measure.complexity import CATEGORIES, Interaction, impf, impf_by_week, impf_trend
from gitledger.measure.estimate import Estimate
from gitledger.measure.outcome import WindowOutcome

TINY = 1e-9  # minutes: what rounding leaves of a sum of parts
REST = "unsorted"  # minutes that no category was stated for


def interactions_of(outcomes: Sequence[WindowOutcome]) -> list[Interaction]:
    """The human minutes of each finished window that states some, with its successful features.

    Minutes of a window that shipped nothing count: they were spent. Features are those that
    efficiency counts, so those of a failed window are none.
    """
    return [
        Interaction(
            datetime.fromisoformat(o.at).date(), parts_of(o), float(o.successes), o.window, o.rule
        )
        for o in outcomes
        if not lacks_minutes(o) and o.at
    ]


def lacks_minutes(outcome: WindowOutcome) -> str:
    """Why a window's human minutes are not known; empty when they are."""
    if outcome.unfinished:
        return outcome.unfinished
    return outcome.minutes_lack if outcome.minutes is None else ""


def parts_of(outcome: WindowOutcome) -> Mapping[str, float]:
    """Minutes by category; what the categories leave of the total is unsorted."""
    parts = dict(outcome.minutes_parts)
    rest = (outcome.minutes or 0.0) - math.fsum(parts.values())
    return parts if parts and rest <= TINY else parts | {REST: rest}


def human_estimates(spent: Sequence[Interaction]) -> Iterator[tuple[str, Estimate]]:
    """Minutes per feature and their weekly trend: in all, then of each category that is known."""
    if spent:
        yield "impf", impf(spent)
        yield "impf_trend_per_week", impf_trend(impf_by_week(spent))
    for category in CATEGORIES:
        known = [entry for entry in spent if category in entry.minutes]
        if known:
            yield f"impf_{category}", impf(known, category)
            trend = impf_trend(impf_by_week(known, category))
            yield f"impf_{category}_trend_per_week", trend


def weekly(spent: Sequence[Interaction]) -> list[Mapping[str, object]]:
    """Minutes per feature of each ISO week, in all and by category, oldest first."""
    by_category = {
        category: {w.week: w.estimate for w in impf_by_week(known, category)}
        for category in CATEGORIES
        if (known := [entry for entry in spent if category in entry.minutes])
    }
    return [
        {
            "week": week.week,
            "impf": week.estimate.payload(),
            **{
                c: weeks[week.week].payload()
                for c, weeks in by_category.items()
                if week.week in weeks
            },
        }
        for week in impf_by_week(spent)
    ]
