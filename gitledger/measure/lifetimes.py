"""Survival of things that were watched for different times: Kaplan-Meier with Greenwood's error.

PURE: depends on nothing. For pooled curves over ranges of different ages; a range's own headline
is the plain share within 14 days (`measure.survival`), which no estimate replaces.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """The curve from one time of death on: how many were watched until then, how many died.

    `survival` is the share that outlives `time`; `error` its standard error.
    """

    time: float
    at_risk: int
    deaths: int
    survival: float
    error: float


def kaplan_meier(times: Sequence[float], died: Sequence[bool]) -> tuple[Step, ...]:
    """The product-limit estimate (Kaplan and Meier 1958), a step for each time of death.

    `times` are how long each was watched, `died` whether it ended so; one that was only watched
    counts as at risk up to its time, that time included.
    """
    deaths = Counter(time for time, dead in zip(times, died, strict=True) if dead)
    steps: list[Step] = []
    survival, spread = 1.0, 0.0
    for time in sorted(deaths):
        at_risk, dead = sum(other >= time for other in times), deaths[time]
        survival *= 1 - dead / at_risk
        spread += dead / (at_risk * (at_risk - dead)) if dead < at_risk else 0.0
        steps.append(Step(time, at_risk, dead, survival, survival * math.sqrt(spread)))
    return tuple(steps)
