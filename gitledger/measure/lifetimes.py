"""How long landed lines live: a product-limit curve over commits of different ages.

PURE: numpy only. A range's own headline is the plain share within 14 days (`lines.survival`),
which no estimate replaces; the curve pools ranges of different ages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAYS = 14
RESAMPLES = 400  # the ends of a drawn band; no verdict rests on them
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Cohort:
    """Things born together: how many, for how many whole units of time they were watched.

    `deaths[t]` died in the unit of time t + 1 of their life. `group` is the window they belong to.
    """

    group: str
    many: int
    watched: int
    deaths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CurveStep:
    """The curve at the end of one unit of time: watched until then, died in it, share left.

    `low` and `high` are the percentile interval of the resampled curves, None without resamples.
    """

    time: int
    at_risk: int
    deaths: int
    share: float
    low: float | None = None
    high: float | None = None


def lifetimes(
    cohorts: Sequence[Cohort], *, days: int = DAYS, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[CurveStep, ...]:
    """The product-limit estimate (Kaplan and Meier 1958) for each unit of time that was watched.

    A cohort counts in a unit of time that it was watched through; the curve stops at the last one
    that some cohort was. The interval draws cohorts anew, with replacement, within their groups:
    lines of a commit live and die together, and a group is what was planned. Where every group is
    one cohort there is nothing to draw, and no interval.
    """
    many, dead, watched = tables(cohorts, days)
    risk = np.where(watched, many[:, None] - (dead.cumsum(axis=1) - dead), 0)
    dying = np.where(watched, dead, 0)
    at_risk, deaths = risk.sum(axis=0), dying.sum(axis=0)
    last = int((at_risk > 0).sum())
    shares = product(at_risk[None, :], deaths[None, :])[0]
    ends = None
    if resamples and len({c.group for c in cohorts}) < len(cohorts):
        weights = draw_cohorts(cohorts, resamples, np.random.default_rng(seed))
        curves = product(weights @ risk, weights @ dying)
        tail = (1 - CONFIDENCE) / 2
        ends = np.quantile(curves, [tail, 1 - tail], axis=0)
    return tuple(
        CurveStep(
            time=t + 1,
            at_risk=int(at_risk[t]),
            deaths=int(deaths[t]),
            share=float(shares[t]),
            low=None if ends is None else float(ends[0, t]),
            high=None if ends is None else float(ends[1, t]),
        )
        for t in range(last)
    )


def tables(
    cohorts: Sequence[Cohort], days: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """How many of each cohort (C,), its deaths by time (C, days), and the times it was watched."""
    many = np.array([c.many for c in cohorts], dtype=np.int64)
    dead = np.zeros((len(cohorts), days), dtype=np.int64)
    for row, cohort in enumerate(cohorts):
        known = cohort.deaths[:days]
        dead[row, : len(known)] = known
    ends = np.array([c.watched for c in cohorts], dtype=np.int64)
    return many, dead, np.arange(days)[None, :] < ends[:, None]


def product(at_risk: NDArray[np.int64], deaths: NDArray[np.int64]) -> NDArray[np.float64]:
    """The shares left after each time, along the last axis; where nobody is at risk none dies."""
    share = np.where(at_risk > 0, deaths / np.maximum(at_risk, 1), 0.0)
    return np.cumprod(1 - share, axis=1)


def draw_cohorts(
    cohorts: Sequence[Cohort], resamples: int, source: np.random.Generator
) -> NDArray[np.int64]:
    """How often each cohort is drawn in each resample (R, C): as many a group as it has."""
    weights = np.zeros((resamples, len(cohorts)), dtype=np.int64)
    for group in dict.fromkeys(c.group for c in cohorts):
        own = [row for row, c in enumerate(cohorts) if c.group == group]
        weights[:, own] = source.multinomial(len(own), [1 / len(own)] * len(own), size=resamples)
    return weights
