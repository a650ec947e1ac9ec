"""Money: what a feature costs under a plan, and which points of a plan were left unused.

Depends on `measure.efficiency`, `estimate` and `telemetry` (for instants). Subscription prices
are per week; prices of tokens are asked of the callable that is handed in (`measure.tokens`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gitledger.measure.efficiency import FEATURES_PER_PP, Efficiency
from gitledger.measure.estimate import Estimate, unknown

COST = "cost_per_feature"
WEEKLY = "weekly"
SAME_RESET = timedelta(minutes=2)
FULL = 100.0
DAYS_A_YEAR = 365.25


def per_week(price_per_month: float) -> float:
    """A monthly price as a weekly one; a month is a twelfth of 365.25 days."""
    return price_per_month * 12 / DAYS_A_YEAR * 7


def cost_per_feature(measured: Efficiency, price_per_week: float | None) -> Estimate:
    """Plan price a week over 100 x features per weekly point; unknown, with why, otherwise.

    The ends change places: the most features a point cost the least money.
    """
    rate = measured.estimate
    lack = ""
    if measured.name != FEATURES_PER_PP or measured.unit != "pp":
        lack = "needs features per percentage point"
    elif measured.meter != WEEKLY:
        lack = f"a price a week needs the weekly meter, not {measured.meter}"
    elif price_per_week is None:
        lack = f"no plan price for {measured.provider}"
    elif not rate.known:
        lack = rate.reason
    elif not rate.value:
        lack = "no feature was shipped"
    if lack or price_per_week is None or not rate.value:
        return unknown(lack, n=rate.n, method=COST)
    low = price_per_week / (FULL * rate.high) if rate.high else None
    high = price_per_week / (FULL * rate.low) if rate.low else None
    value = price_per_week / (FULL * rate.value)
    return Estimate(value, low, high, rate.n, COST, rate.reason)


@dataclass(frozen=True, slots=True)
class MeterPoint:
    """One reading of a meter: percent used at an instant, and the reset it counts towards."""

    at: datetime
    used_pct: float
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class IdlePeriod:
    """Points left unused when a meter reset: at most 100 - the last reading before it."""

    resets_at: datetime
    last_read: datetime
    idle_pp: float


def idle_points(readings: Sequence[MeterPoint], now: datetime) -> tuple[IdlePeriod, ...]:
    """The points left of every period that was over by `now`, oldest first.

    Use after the last reading is not seen, so each number is the most that can have been idle.
    Reset times within two minutes of each other are one period.
    """
    periods: list[IdlePeriod] = []
    ordered = sorted(readings, key=lambda r: (r.resets_at, r.at))
    for reading in ordered:
        if not reading.at <= reading.resets_at <= now:
            continue
        left = IdlePeriod(reading.resets_at, reading.at, FULL - reading.used_pct)
        if periods and reading.resets_at - periods[-1].resets_at <= SAME_RESET:
            if reading.at >= periods[-1].last_read:
                periods[-1] = left
        else:
            periods.append(left)
    return tuple(periods)


def idle_pp(readings: Sequence[MeterPoint], now: datetime) -> Estimate:
    """Mean points left a period, over the periods that are over; unknown without one."""
    periods = idle_points(readings, now)
    if not periods:
        return unknown("no period of the meter is over", method="idle_pp")
    mean = sum(p.idle_pp for p in periods) / len(periods)
    return Estimate(mean, n=len(periods), method="idle_pp")
