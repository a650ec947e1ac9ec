"""How often `drift` claims a change that is none, how soon it finds one, how right its ratio is.

Worlds with known truth, week by week: no change, a step of x .7 or x .8, a slow decline, other
models (tokens only), floored meters with five sessions a week, missing days. Prints a line for each
and whether its goal is reached; exit 1 when one is missed. `--quick` takes a tenth of the ledgers.
"""

import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gitledger.measure.drift import drifts
from gitledger.measure.exchange import FEATURES, SESSION, TOKENS, WeekRate
from gitledger.measure.shift import Weeks, log_evidence, log_threshold
from gitledger.measure.yearly_error import RATES_OF_A_POINT, SHARES, TOGETHER, YEARLY_ERROR

LEDGERS = 2000
YEAR, HISTORY, WEEK = 52, 8, 604_800
HOLDER = ("codex", "default")
BASE = {SESSION: 6.0, TOKENS: 20_000.0}
SESSIONS = 5
FEATURES_A_WEEK = 4.0


@dataclass(frozen=True)
class World:
    """What is true: CV of a week's rates, the factor of each week by rate, days that lack."""

    spread: float = 0.15
    factor: Callable[[str, int], float] = lambda _rate, _week: 1.0
    missing: float = 0.0
    floored: bool = True
    features: bool = True


def step(ratio: float, at: int = HISTORY, *rates: str) -> Callable[[str, int], float]:
    """From a week on the rates (all without any) are `ratio` times what they were."""
    return lambda rate, week: ratio if week >= at and (not rates or rate in rates) else 1.0


def ledger(world: World, weeks: int, random: np.random.Generator) -> Mapping[str, list[WeekRate]]:
    """One ledger's weekly rates: five sessions a week, 60 to 90 points, meters in whole points."""
    sigma = math.sqrt(math.log1p(world.spread**2))
    found: dict[str, list[WeekRate]] = {SESSION: [], TOKENS: [], FEATURES: []}
    for week in range(weeks):
        points = float(random.integers(60, 91))
        days = random.random(SESSIONS) >= world.missing
        if not days.any():
            continue
        for rate, base in BASE.items():
            true = base * world.factor(rate, week) * math.exp(random.normal(0, sigma))
            tops, lows = counted(points, true, days, random, floored=world.floored, rate=rate)
            found[rate].append(made(week, tops, lows, int(days.sum()), rate))
        if world.features:
            shipped = float(random.poisson(FEATURES_A_WEEK * world.factor(FEATURES, week)))
            found[FEATURES].append(made(week, shipped, points, SESSIONS, FEATURES))
    return found


def counted(
    points: float, true: float, days: np.ndarray, random: np.random.Generator, *,
    floored: bool, rate: str,
) -> tuple[float, float]:  # fmt: skip
    """What is seen of a week: the top side and the points of the days that were read."""
    parts = random.dirichlet([8.0] * SESSIONS) * points
    ends = np.concatenate([[0.0], np.cumsum(parts)])
    if floored:
        ends = np.floor(ends)
    lows = np.diff(ends)
    tops = parts * true
    if floored and rate == SESSION:
        tops = np.floor(tops)
    return float(tops[days].sum()), max(float(lows[days].sum()), 1.0)


def made(week: int, top: float, points: float, n: int, rate: str) -> WeekRate:
    """A week as `measure.exchange` makes it, with the error that it gives."""
    error = n / 6 / points**2
    error += n / 6 / max(top, 1.0) ** 2 if rate == SESSION else 0.0
    error += 1.5 / (top + 0.5) if rate == FEATURES else 0.0
    return WeekRate(week, week * WEEK, week * WEEK + 5 * 86_400, top, points, n, error, (), True)


@dataclass
class Tally:
    """What became of many ledgers of one world."""

    ledgers: int = 0
    any: int = 0
    claimed: dict[str, int] | None = None
    covered: int = 0
    ratios: int = 0
    levels: int = 0
    held: int = 0
    least: Sequence[float] = ()


def tried(world: World, weeks: int, many: int, *, true: float = 1.0, seed: int = 1) -> Tally:
    """Many ledgers, each judged as `drift` does."""
    random = np.random.default_rng(seed)
    tally, least = Tally(claimed=dict.fromkeys((SESSION, TOKENS, FEATURES), 0)), []
    for _ in range(many):
        rates = {(HOLDER, r): w for r, w in ledger(world, weeks, random).items() if w}
        found = drifts(rates)
        tally.ledgers += 1
        tally.any += any(drift.changes for drift in found)
        for drift in found:
            assert tally.claimed is not None
            tally.claimed[drift.rate] += bool(drift.changes)
            if drift.changes and true != 1.0 and drift.rate != FEATURES:
                ratio = drift.changes[-1].ratio
                tally.ratios, tally.covered = tally.ratios + 1, tally.covered + ratio.holds(true)
            if drift.rate in BASE and true == 1.0:
                tally.levels += 1
                tally.held += all(level.holds(BASE[drift.rate]) for level in drift.levels)
            if drift.least is not None and drift.rate in RATES_OF_A_POINT:
                least.append(drift.least)
    tally.least = least
    return tally


def falsely(spread: float, many: int) -> float:
    """The share of years without a change in which a ledger of three rates claims one."""
    random = np.random.default_rng(17)
    sigma = math.sqrt(math.log1p(spread**2))
    pair = random.normal(0, sigma, (2, many, YEAR))
    total = sum(SHARES.values())
    claimed = np.zeros(many, bool)
    tests = [(pair, TOGETHER), (pair[:1], SESSION), (pair[1:], TOKENS)]
    for values, name in tests:
        weeks = Weeks(values, np.ones_like(values))
        threshold = log_threshold(YEARLY_ERROR * SHARES[name] / total)
        for look in range(4, YEAR + 1):
            claimed |= log_evidence(weeks, look) >= threshold
    return float(claimed.mean())


def main() -> int:
    """Print every figure; 1 when a goal is missed."""
    quick = "--quick" in sys.argv
    many = LEDGERS // 10 if quick else LEDGERS
    began, missed = time.process_time(), []

    def told(name: str, value: float, goal: str, *, reached: bool) -> None:
        print(f"{name:<66} {value:6.3f}  {goal:<8} {'' if reached else 'MISSED'}", flush=True)
        missed.extend([] if reached else [name])

    for spread in (0.05, 0.1, 0.15, 0.2, 0.3):
        share = falsely(spread, 2 * many)
        told(
            f"no change, two rates alone and together, CV {spread}: a claim in a year",
            share,
            "<= .05",
            reached=share <= 0.05,
        )
    few = many // 4
    still = tried(World(), YEAR, few)
    told(
        "no change, three rates, floored meters: a claim in a year",
        still.any / few,
        "<= .05",
        reached=still.any / few <= 0.05,
    )
    told(
        "... the level's interval holds at every look of the year",
        still.held / still.levels,
        ">= .93",
        reached=still.held / still.levels >= 0.93,
    )
    holes = tried(World(missing=0.3), YEAR, few, seed=2)
    told(
        "no change, three days in ten missing: a claim in a year",
        holes.any / few,
        "<= .05",
        reached=holes.any / few <= 0.05,
    )
    for spread, weeks in ((0.15, 3), (0.15, 5), (0.067, 3)):
        world = World(spread, step(0.7))
        found = tried(world, HISTORY + weeks, few, true=0.7, seed=3)
        assert found.claimed is not None
        for rate in (SESSION, TOKENS):
            share = found.claimed[rate] / few
            told(
                f"x .7, CV {spread}, {weeks} weeks after it: {rate} claimed",
                share,
                ">= .8",
                reached=share >= 0.8,
            )
        told(
            "... its ratio's interval holds .7",
            found.covered / found.ratios,
            ">= .93",
            reached=found.covered / found.ratios >= 0.93,
        )
        if weeks == 3:
            told(
                f"... features:weekly claimed (CV {spread}; no goal)",
                found.claimed[FEATURES] / few,
                "",
                reached=True,
            )
    for spread, weeks in ((0.15, 3), (0.15, 8), (0.067, 3)):
        alone = tried(World(spread, step(0.7, HISTORY, TOKENS)), HISTORY + weeks, few, true=0.7)
        assert alone.claimed is not None
        told(
            f"x .7 of tokens alone (other models), CV {spread}, {weeks} weeks: claimed (no goal)",
            alone.claimed[TOKENS] / few,
            "",
            reached=True,
        )
        told(
            "... 5h:weekly claimed by mistake (no goal)",
            alone.claimed[SESSION] / few,
            "",
            reached=True,
        )
    slow = tried(World(0.067, lambda _rate, week: 0.98 ** max(week - HISTORY, 0)), 30, few)
    assert slow.claimed is not None
    told(
        "2 % less every week, CV .067, 22 weeks of it: 5h:weekly claimed",
        slow.claimed[SESSION] / few,
        ">= .8",
        reached=slow.claimed[SESSION] / few >= 0.8,
    )
    quiet = tried(World(), HISTORY + 3, few, seed=5)
    least = float(np.median(quiet.least))
    told("what 11 weeks at CV .15 say they would have shown: x (median)", least, "", reached=True)
    there = tried(World(factor=step(least)), HISTORY + 3, few, seed=6)
    told("... such a change is claimed", there.any / few, ">= .75", reached=there.any / few >= 0.75)
    print(f"{time.process_time() - began:.0f} s of process time")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
