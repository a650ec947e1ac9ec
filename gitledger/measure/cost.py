"""Money: what a feature costs under a plan, and which points of a plan were left unused.

Depends on `measure.efficiency`, `estimate` and `telemetry` (for instants). Subscription prices
are per week; prices of tokens are asked of the callable that is handed in (`measure.tokens`).
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter

from gitledger.measure.efficiency import FEATURES_PER_PP, WEEKLY, Efficiency, efficiency
from gitledger.measure.estimate import Estimate, unknown
from gitledger.measure.outcome import FULL, WindowOutcome
from gitledger.measure.terms import SHIPPED, Statistics

COST = "cost_per_feature"
LASTING_COST = "dollars_per_lasting_feature"
SAME_RESET = timedelta(minutes=2)
AT_MOST = "no interval: the most it can be, use after a period's last reading is not seen"


@dataclass(frozen=True, slots=True)
class Prices:
    """What plans cost in dollars a week, by provider or `provider/account`; the account wins."""

    weekly: Mapping[str, float] = field(default_factory=dict)

    def of(self, provider: str, account: str) -> float | None:
        """The price of an account's plan; None where nobody said it."""
        own = self.weekly.get(f"{provider}/{account}")
        return self.weekly.get(provider) if own is None else own


def why_unpriced(outcomes: Sequence[WindowOutcome], prices: Prices) -> str:
    """Why points of these windows are no dollars; empty when they are."""
    kept = [o for o in outcomes if not o.unusable]
    units = {o.unit for o in kept} - {"pp"}
    meters = sorted({o.meter for o in kept} - {WEEKLY})
    accounts = dict.fromkeys((o.provider, part.account) for o in kept for part in o.parts)
    lacking = [f"{p}/{a}" for p, a in accounts if prices.of(p, a) is None]
    if units:
        return "needs percentage points, not " + ", ".join(sorted(units))
    if meters:
        return f"a price a week needs weekly points, not those of {', '.join(meters)}"
    if lacking:
        names = dict.fromkeys(name.removesuffix("/default") for name in lacking)
        step = " ".join(f"{name}=DOLLARS" for name in names)
        return f"no plan price for {', '.join(names)}: gitledger config plan {step}"
    return ""


def price_outcome(outcome: WindowOutcome, prices: Prices) -> WindowOutcome:
    """The outcome with dollars for points: each account's points at its own plan's price.

    A hundred weekly points are a week of the plan. Raises KeyError for an account without price.
    """
    parts = []
    for part in outcome.parts:
        price = prices.of(outcome.provider, part.account)
        if price is None:
            raise KeyError(part.account)
        alone = outcome.capacity if len(outcome.parts) == 1 else part.capacity
        rate = price / FULL
        parts.append(
            part._replace(
                capacity=None if alone is None else alone * rate,
                step_before=part.step_before * rate,
                step_after=part.step_after * rate,
            )
        )
    amounts = [part.capacity for part in parts]
    known = None if None in amounts else math.fsum(a for a in amounts if a is not None)
    return outcome._replace(capacity=known, parts=tuple(parts), unit="dollars")


def per_dollar(
    outcomes: Sequence[WindowOutcome],
    arm: str,
    prices: Prices,
    *,
    name: str = FEATURES_PER_PP,
    stats: Statistics = SHIPPED,
) -> Efficiency | str:
    """Features for a dollar of the plan, or those of them that last; else why it is unknown."""
    own = [o for o in outcomes if o.side == arm]
    lack = why_unpriced(own, prices)
    if lack:
        return lack
    made = [price_outcome(o, prices) for o in own if not o.unusable]
    made += [o for o in own if o.unusable]
    return efficiency(made, arm, name=name, stats=stats)


def dollars(made: Efficiency | str, name: str) -> Estimate:
    """Dollars a feature of what `per_dollar` gave: the ratio turned over, its ends exchanged."""
    if isinstance(made, str):
        return unknown(made, method=name)
    rate = made.estimate
    n = rate.n
    if not rate.known and rate.low is None:
        return unknown(rate.reason, n=n, method=name)
    if rate.value == 0:
        return unknown("no feature was shipped", n=n, method=name)
    low = 1 / rate.high if rate.high else None
    high = 1 / rate.low if rate.low else None
    value = 1 / rate.value if rate.value else None
    return Estimate(value, low, high, n, name, rate.reason)


@dataclass(frozen=True, slots=True)
class MeterPoint:
    """One reading of a meter: percent used at an instant, and the reset it counts towards.

    `holder` names whose meter it is: provider, account and pool; `row` holds the reading.
    """

    at: datetime
    used_pct: float
    resets_at: datetime
    holder: tuple[str, ...] = ()
    row: str = ""


@dataclass(frozen=True, slots=True)
class IdlePeriod:
    """Points left unused when a meter reset: at most 100 - the last reading before it."""

    resets_at: datetime
    last_read: datetime
    idle_pp: float
    holder: tuple[str, ...] = ()
    row: str = ""


def idle_points(readings: Sequence[MeterPoint], now: datetime) -> tuple[IdlePeriod, ...]:
    """The points left of every period that was over by `now`, each holder's oldest first.

    Use after the last reading is not seen, so each number is the most that can have been idle.
    Reset times within two minutes of each other are one period. A period that was moved before
    its time came never ended, so nothing was left of it.
    """
    found: list[IdlePeriod] = []
    for holder in dict.fromkeys(reading.holder for reading in readings):
        own = sorted((r for r in readings if r.holder == holder), key=lambda r: r.at)
        ends = [r for r in own if r.at <= r.resets_at <= now and not moved(r, own)]
        periods: list[IdlePeriod] = []
        # resets that are told some seconds apart are one
        for reading in sorted(ends, key=lambda r: (r.resets_at, r.at)):
            points = FULL - reading.used_pct
            left = IdlePeriod(reading.resets_at, reading.at, points, holder, reading.row)
            if periods and reading.resets_at - periods[-1].resets_at <= SAME_RESET:
                if reading.at >= periods[-1].last_read:
                    periods[-1] = left
            else:
                periods.append(left)
        found += periods
    return tuple(found)


def moved(reading: MeterPoint, own: Sequence[MeterPoint]) -> bool:
    """Whether a later reading, taken before the reset named here, names another one.

    `own` are the holder's readings in the order of their times.
    """
    first = bisect_right(own, reading.at, key=attrgetter("at"))
    last = bisect_left(own, reading.resets_at, key=attrgetter("at"))
    return any(abs(later.resets_at - reading.resets_at) > SAME_RESET for later in own[first:last])


def idle_pp(readings: Sequence[MeterPoint], now: datetime) -> Estimate:
    """Mean points left a period, over the periods that are over; unknown without one."""
    periods = idle_points(readings, now)
    if not periods:
        return unknown("no period of the meter is over", method="idle_pp")
    mean = math.fsum(p.idle_pp for p in periods) / len(periods)
    return Estimate(mean, n=len(periods), method="idle_pp", reason=AT_MOST)
