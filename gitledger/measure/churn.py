"""Churn of a window as numbers: shares with bounds and interval, and lines per feature.

PURE: numpy only. The definitions stand in `survival` and in docs/churn.md; here they become the
figures that a row freezes. A figure that is not known is None, never 0.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from gitledger.measure.survival import State, Survival

RESAMPLES = 2_000
LEVEL = 0.95
FEWEST_COMMITS = 5
BLOCK = 250_000
BOOTSTRAP = "commit-bootstrap"
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


@dataclass(frozen=True, slots=True)
class PerFeature:
    """Lines per feature, None where there is none.

    `net_lines` = (insertions - deletions) / features between the end points; `touched` =
    (insertions + deletions) / features over the commits.
    """

    net_lines: float | None
    touched: float | None


def shares(counted: Survival, dice: Generator) -> Shares:
    """The shares of a window's counts; `dice` draws the bootstrap.

    Unlanded ranges and ranges without lines have none: a share of nothing is not 0.
    """
    if counted.state in {"unlanded", "no-lines"}:
        return Shares(counted.state)
    n = len(landed(counted))
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
    low, high, method = interval(counted, dice)
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


def ratio(part: int, whole: int) -> float | None:
    """A share, or None of nothing."""
    return part / whole if whole else None


def landed(counted: Survival) -> list[tuple[int, int]]:
    """(dead within 14 days, alive) of the lines that landed, for each commit that has such."""
    return [(c.dead_of_alive, c.alive_at_end) for c in counted.by_commit if c.alive_at_end]


def interval(counted: Survival, dice: Generator) -> Interval:
    """Percentile interval of `churn_14d`, whole commits drawn with replacement.

    Lines die in clumps, so lines are no independent draws; a binomial interval would be many
    times too narrow. Fewer than FEWEST_COMMITS commits with lines give none. Where no line died, or
    every line, the bound is that of as many draws as there are commits (Kish's effective number).
    """
    units = landed(counted)
    if len(units) < FEWEST_COMMITS:
        return Interval()
    dead, alive = np.array(units, dtype=np.float64).T
    tail = (1 - LEVEL) / 2
    if not dead.any() or (dead == alive).all():
        # every draw would say the same; as many equal commits as these would bound it like this
        commits = alive.sum() ** 2 / (alive**2).sum()
        reach = float(tail ** (1 / commits))
        return Interval(*((reach, 1.0) if dead.any() else (0.0, 1 - reach)), EXACT)
    rounds = max(1, BLOCK // len(units))
    drawn = []
    for first in range(0, RESAMPLES, rounds):
        size = (min(rounds, RESAMPLES - first), len(units))
        picks = dice.integers(len(units), size=size)
        drawn.append(dead[picks].sum(axis=1) / alive[picks].sum(axis=1))
    low, high = np.quantile(np.concatenate(drawn), (tail, 1 - tail))
    return Interval(float(low), float(high), BOOTSTRAP)


def dice_of(*facts: str) -> Generator:
    """The generator that a row's own facts determine: the same row, the same interval."""
    digest = hashlib.sha256("\0".join(facts).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def per_feature(*, net: int, touched: int, features: float | None) -> PerFeature:
    """Lines per feature; None where no feature was delivered."""
    if not features:
        return PerFeature(None, None)
    return PerFeature(net / features, touched / features)


def options_digest(options: Mapping[str, object]) -> str:
    """SHA-256 of everything that decides what is counted, definitions included."""
    told = json.dumps({**DEFINITION, **options}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
