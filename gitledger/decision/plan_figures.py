"""What each plan gave and left, as JSON-like values: `plan`, and its part of a report page.

Depends on `windows`, `measure` and `decision.accounts`. Pure: the moment is an argument.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from gitledger.decision.accounts import FIVE_HOURS, WEEKLY, Account, problems_of
from gitledger.ledger.values import stamp
from gitledger.measure.amounts import per_week
from gitledger.measure.cost import Prices, per_dollar
from gitledger.measure.drift import RateDrift
from gitledger.measure.efficiency import FEATURES_PER_PP, LASTING_PER_PP
from gitledger.measure.estimate import Estimate, plain, unknown
from gitledger.measure.exchange import SESSION
from gitledger.measure.holding import PlanPart, PlanPeriod, pace_of, plan_periods
from gitledger.measure.intervals import student_quantile
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.terms import Statistics
from gitledger.windows.periods import MeterCourse
from gitledger.windows.reset_events import ResetEvent
from gitledger.windows.trace import moment_of
from gitledger.windows.trace_text import UNKNOWN

Json = Mapping[str, object]
MEAN = "mean over the periods that are over, t interval"


@dataclass(frozen=True, slots=True)
class FormerPlan:
    """What an account's plan cost until a moment (epoch seconds), in dollars a month."""

    until: int
    month: float


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What was said of plans: dollars a month by provider or provider/account, and what was before.

    `ratios` hold by provider and (price, price) how often the first plan holds what the second
    does.
    """

    months: Mapping[str, float] = field(default_factory=dict)
    former: Mapping[str, Sequence[FormerPlan]] = field(default_factory=dict)
    ratios: Mapping[str, Mapping[tuple[float, float], float]] = field(default_factory=dict)

    @property
    def weekly(self) -> Prices:
        """The prices a week."""
        return Prices({name: per_week(month) for name, month in self.months.items()})

    def month(self, provider: str, account: str) -> float | None:
        """Dollars a month of an account's plan; None where nobody said it."""
        own = self.months.get(f"{provider}/{account}")
        return self.months.get(provider) if own is None else own

    def before(self, provider: str, account: str) -> Sequence[FormerPlan]:
        """The plans that an account had before, oldest first."""
        own = self.former.get(f"{provider}/{account}")
        return self.former.get(provider, ()) if own is None else own


class Beside(NamedTuple):
    """What stands beside an account's meters: outcomes of windows, resets, rates, terms."""

    outcomes: Sequence[WindowOutcome]
    events: Sequence[ResetEvent]
    drift: Sequence[RateDrift]
    stats: Statistics


def plan_entry(account: Account, terms: PlanTerms, beside: Beside, now: int) -> dict[str, object]:
    """One account's plan: price, periods, features a dollar, pace, next hour, banked resets."""
    course, price = account.course(WEEKLY), terms.weekly.of(*account.holder)
    changed = plan_moments(account, terms)
    periods = plan_periods(course, price, changed) if course else ()
    month = terms.month(*account.holder)
    entry: dict[str, object] = {
        "provider": account.provider,
        "account": account.account,
        "plan": account.plans[-1][1] if account.plans else None,
        "plan_changes": [
            {"at": at_text(at), "before": before, "after": after}
            for (_, before), (at, after) in pairwise(account.plans)
        ],
        "usd_a_month": plain(month),
        "usd_a_week": plain(price),
        "price_reason": "" if month is not None else unpriced_reason(account),
        "former_plans": [
            {"until": at_text(plan.until), "usd_a_month": plain(plan.month)}
            for plan in terms.before(*account.holder)
        ],
        "meter": WEEKLY,
        "reason": account.lacks(WEEKLY),
        "periods": [
            period_map(period) | {"parts": [part_map(p, account, terms) for p in period.parts]}
            for period in periods
        ],
        "unused": unused_of(periods).payload(),
        "dollars_unused": money_unused(periods),
        **per_dollar_of(account, terms, beside.outcomes, beside.stats),
        "pace": pace_map(course, now),
        "next_hour": next_hour(account, beside.drift, now),
        "banked": banked_map(account, beside.events),
        "problems": list(problems_of(account)),
    }
    return entry


def unpriced_reason(account: Account) -> str:
    """Where the price comes from when nobody said it."""
    name = account.provider
    name += "" if account.account == "default" else f"/{account.account}"
    return f"no price is stated: gitledger config plan {name}=DOLLARS"


def at_text(seconds: int) -> str | None:
    """A moment as text; None where it is not known."""
    return None if seconds == UNKNOWN else stamp(moment_of(seconds))


def plan_moments(account: Account, terms: PlanTerms) -> tuple[int, ...]:
    """When the account's plan became another one: as it was stated, and as readings show it."""
    stated = [plan.until for plan in terms.before(*account.holder)]
    return tuple(sorted({*stated, *(at for at, _ in account.plans[1:])}))


def part_map(part: PlanPart, account: Account, terms: PlanTerms) -> Json:
    """What one plan had of a period, as JSON; the plan by the name that readings gave it."""
    told = [plan for at, plan in account.plans if at < part.end]
    former = [plan.month for plan in terms.before(*account.holder) if plan.until >= part.end]
    months = [*former, terms.month(*account.holder)]
    seen = len(account.plans) > 1
    return {
        "begin": at_text(part.begin),
        "end": at_text(part.end),
        "plan": told[-1] if told else None,
        "usd_a_month": None if seen and not former else plain(months[0]),
        "used_pp": plain(part.used),
    }


def period_map(period: PlanPeriod) -> dict[str, object]:
    """One period that is over, as JSON."""
    return {
        "begin": at_text(period.begin),
        "end": at_text(period.end),
        "ending": period.ending,
        "used_pp": plain(period.used),
        "unused_pp": plain(period.unused),
        "bound": period.bound,
        "last_read": at_text(period.last_at),
        "usd_unused": plain(period.dollars_unused),
        "usd_reason": period.why,
        "row": period.row,
    }


def unused_of(periods: Sequence[PlanPeriod]) -> Estimate:
    """Mean points left a period; where a last reading was old, the most it can be."""
    whole = [p.unused for p in periods if p.ending == "reset"]
    n = len(whole)
    if not n:
        return unknown("no whole period of the weekly meter is over", method=MEAN)
    bound = sum(p.bound for p in periods if p.ending == "reset")
    told = f"at most: the last reading of {bound} of {n} was old" if bound else ""
    mean = math.fsum(whole) / n
    if n < 3:
        few = f"no interval: {n} of 3 periods"
        return Estimate(mean, n=n, method=MEAN, reason="; ".join(filter(None, (few, told))))
    spread = math.sqrt(math.fsum((x - mean) ** 2 for x in whole) / (n - 1) / n)
    half = student_quantile(n - 1, 0.95) * spread
    return Estimate(mean, max(mean - half, 0.0), min(mean + half, 100.0), n, MEAN, told)


def money_unused(periods: Sequence[PlanPeriod]) -> Json:
    """Dollars of all points left, over the periods whose price is known."""
    whole = [p for p in periods if p.ending == "reset"]
    known = [p for p in whole if p.dollars_unused is not None]
    total = math.fsum(p.dollars_unused or 0.0 for p in known)
    return {
        "value": plain(total) if known else None,
        "n": len(known),
        "of": len(whole),
        "at_most": any(p.bound for p in known),
        "reason": "" if known else "no period with a known price is over",
    }


def per_dollar_of(
    account: Account, terms: PlanTerms, outcomes: Sequence[WindowOutcome], stats: Statistics
) -> Json:
    """Features for a dollar of the plan, and those that last, from the account's own windows."""
    own = [
        outcome
        for outcome in outcomes
        if outcome.provider == account.provider
        and [part.account for part in outcome.parts] == [account.account]
    ]
    told = {}
    for key, name in (
        ("features_per_dollar", FEATURES_PER_PP),
        ("lasting_per_dollar", LASTING_PER_PP),
    ):
        made: object = "no window of this account alone is completed"
        if own:
            made = per_dollar(own, own[0].side, terms.weekly, name=name, stats=stats)
        estimate = unknown(made, method=key) if isinstance(made, str) else made.estimate  # type: ignore[attr-defined]
        told[key] = estimate.payload()
    return told


def pace_map(course: MeterCourse | None, now: int) -> Json | None:
    """The running period against an even burn, as JSON; None without a reading."""
    pace = pace_of(course, now) if course else None
    if pace is None:
        return None
    return {
        "used_pp": plain(pace.used),
        "even_pp": plain(pace.even),
        "ahead": plain(pace.ahead),
        "empty_at": None if pace.empty_at is None else at_text(pace.empty_at),
        "resets_at": at_text(pace.reset),
        "read_at": at_text(pace.read_at),
        "method": "points since the period began, over its time until the last reading",
        "reason": pace.why,
    }


def next_hour(account: Account, drift: Sequence[RateDrift], now: int) -> Json:
    """What may be used in the next hour so that the weekly meter lasts until its reset."""
    course = account.course(WEEKLY)
    pace = pace_of(course, now) if course else None
    if pace is None or pace.hourly is None:
        why = account.lacks(WEEKLY) or (pace.why if pace else "") or "no reading"
        return {"weekly_pp": None, "five_hour_pp": None, "five_hour_left_pp": None, "reason": why}
    inner = account.course(FIVE_HOURS)
    short = pace_of(inner, now) if inner else None
    rate = next((d.level for d in drift if d.rate == SESSION and d.holder == account.holder), None)
    known = rate is not None and rate.value is not None
    return {
        "weekly_pp": plain(pace.hourly),
        "five_hour_pp": plain(pace.hourly * rate.value) if known and rate and rate.value else None,
        "five_hour_left_pp": None if short is None or short.why else plain(100 - short.used),
        "rate": rate.payload() if rate else None,
        "reason": "" if known else "no exchange rate of 5 h points is known yet",
    }


def banked_map(account: Account, events: Sequence[ResetEvent]) -> Json:
    """The account's banked resets: how many now, and each that was granted or used."""
    known = [
        (course.series.at[place], banked)
        for course in account.courses.values()
        for place, banked in enumerate(course.series.banked)
        if banked != UNKNOWN
    ]
    own = [e for e in events if (e.key.provider, e.key.account) == account.holder]
    return {
        "now": max(known)[1] if known else None,
        "reason": "" if known else "its readings do not tell of banked resets",
        "granted": list(_once(e for e in own if e.kind == "granted")),
        "redeemed": list(_once(e for e in own if e.kind == "banked")),
    }


def _once(events: Iterator[ResetEvent]) -> Iterator[Json]:
    """Each change of the bank, with the meters whose reset it moved."""
    by_change: dict[tuple[int, tuple[int, int]], list[ResetEvent]] = {}
    for event in events:
        by_change.setdefault((event.seen_at, event.banked), []).append(event)
    for (seen, banked), found in by_change.items():
        yield {
            "at": at_text(seen),
            "before": banked[0],
            "after": banked[1],
            "meters": [
                {
                    "meter": e.key.meter,
                    "reset_before": at_text(e.before),
                    "reset_after": at_text(e.after),
                    "used_pp": plain(e.used),
                }
                for e in found
            ],
            "row": found[0].row,
        }
