"""Churn of a window as numbers: shares with bounds and interval.

PURE: numpy only. The definitions stand in `survival` and in docs/explanation/churn.md;
here they become the figures that a row freezes. A figure that is not known is None, never 0.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from gitledger.lines.survival import State, Survival
from gitledger.measure.student import beta_quantile, quantile

TAIL = 0.025
FEWEST_COMMITS = 5
PRIOR = 5  # commits; the fewest with which 95 % held in every world of the benchmark
SHRUNK = "shrunk-commits"
EXACT = "effective-commits"  # no line died, or every line
DEFINITION = {"definition": "churn/2", "days": 14, "renames": 50, "algorithm": "myers"}


class Interval(NamedTuple):
    """A 95 % interval of a share, by its method; all None where the commits are too few."""

    low: float | None = None
    high: float | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """The churn of one window, as shares of lines in 0..1.

    `mature`: the headline `churn_14d` with its interval, by `method` over `n` commits with lines
    that landed. `open`: no estimate, but `churn_so_far` <= what it will be <= `upper`, and
    `exposed_share` of the lines alive at the range's end have had their 14 days.
    """

    state: State
    churn_14d: float | None = None
    wip_churn: float | None = None
    churn_14d_gross: float | None = None
    churn_so_far: float | None = None
    upper: float | None = None
    low: float | None = None
    high: float | None = None
    method: str | None = None
    n: int | None = None
    exposed_share: float | None = None


def shares(counted: Survival) -> Shares:
    """The shares of a window's counts.

    Unlanded ranges and ranges without lines have none: a share of nothing is not 0.
    """
    if counted.state in {"unlanded", "no-lines"}:
        return Shares(counted.state)
    n = len(landed_counts(counted))
    wip = ratio(counted.born - counted.alive_at_end, counted.born)
    exposed = ratio(counted.exposed, counted.alive_at_end)
    if counted.state == "open":
        return Shares(
            "open",
            wip_churn=wip,
            churn_so_far=ratio(counted.dead_of_alive, counted.alive_at_end),
            upper=ratio(counted.dead_of_alive + counted.unresolved, counted.alive_at_end),
            n=n,
            exposed_share=exposed,
        )
    low, high, method = interval(counted)
    return Shares(
        "mature",
        churn_14d=ratio(counted.dead_of_alive, counted.alive_at_end),
        wip_churn=wip,
        churn_14d_gross=ratio(counted.dead, counted.born),
        low=low,
        high=high,
        method=method,
        n=n,
        exposed_share=exposed,
    )


def ratio(part: int, whole: float) -> float | None:
    """A share, or lines per feature; None of nothing."""
    return part / whole if whole else None


def landed_counts(counted: Survival) -> list[tuple[int, int]]:
    """(dead within 14 days, alive) of the lines that landed, for each commit that has such."""
    return [(c.dead_of_alive, c.alive_at_end) for c in counted.by_commit if c.alive_at_end]


def interval(counted: Survival) -> Interval:
    """Interval of `churn_14d` in which the commits are the draws, not their lines.

    Lines die in clumps, so a binomial interval would be many times too narrow, and a bootstrap of a
    few commits is. The variance of the share is shrunk: what n commits show, against PRIOR commits
    of which each goes whole or stays whole,

        v = (PRIOR v0 + (n - 1) v_seen) / (PRIOR + n - 1),   v0 = p (1 - p) / m,

    m being Kish's effective number of commits; v_seen is that of a ratio, by linearisation. Then as
    Korn and Graubard (1998): Clopper-Pearson's interval at the effective number p (1 - p) / v, made
    smaller by Student's t with PRIOR + n - 1 degrees. Where no line died, or every line, the number
    is m. Fewer than FEWEST_COMMITS commits with lines give none.
    """
    units = landed_counts(counted)
    if len(units) < FEWEST_COMMITS:
        return Interval()
    dead, alive = np.array(units, dtype=np.float64).T
    lines, share = float(alive.sum()), float(dead.sum() / alive.sum())
    commits = lines**2 / float((alive**2).sum())
    if share in {0.0, 1.0}:
        return Interval(*clopper_pearson(share, commits), EXACT)
    n = len(units)
    seen = n / (n - 1) * float(((dead - share * alive) ** 2).sum()) / lines**2
    degrees = PRIOR + n - 1
    prior = share * (1 - share) / commits
    variance = (PRIOR * prior + (n - 1) * seen) / degrees
    effective = min(lines, share * (1 - share) / variance)
    narrower = NormalDist().inv_cdf(1 - TAIL) / quantile(1 - TAIL, degrees)
    return Interval(*clopper_pearson(share, effective * narrower**2), SHRUNK)


def clopper_pearson(share: float, trials: float) -> tuple[float, float]:
    """The exact 95 % interval of a share, for a number of trials that need not be whole."""
    hits = share * trials
    low = beta_quantile(TAIL, hits, trials - hits + 1) if share > 0 else 0.0
    high = beta_quantile(1 - TAIL, hits + 1, trials - hits) if share < 1 else 1.0
    return low, high


def options_digest(options: Mapping[str, object]) -> str:
    """SHA-256 of everything that decides what is counted, definitions included."""
    told = json.dumps({**DEFINITION, **options}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
