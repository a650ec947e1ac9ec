"""Exchange rates over time: each week's rate, the level it stands for, changes that are claimed.

Depends on `measure.exchange`, `shift` and `sequence`. The error of .05 a year is shared out over
all rates of all accounts of the ledger together: most of it to the test of the rates that share the
weekly meter, because a weekly point that holds less holds less of each of them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from gitledger.measure.estimate import Estimate, unknown
from gitledger.measure.exchange import FEATURES, SESSION, TOKENS, WeekRate
from gitledger.measure.sequence import METHOD, held_interval
from gitledger.measure.shift import (
    BEFORE,
    WINDOW,
    Alarm,
    Weeks,
    alarms,
    detectable,
    one_series,
    side_by_side,
    step_estimate,
)

YEARLY_ERROR = 0.05
RATIO_ERROR = 0.03  # of a change's interval: the data chose the change, which takes some of .05
TOGETHER = "together"
RATES_OF_A_POINT = (SESSION, TOKENS)  # a point that holds less holds less of each
SHARES: Mapping[str, float] = {TOGETHER: 0.74, SESSION: 0.11, TOKENS: 0.11, FEATURES: 0.04}
USUAL = 0.15**2  # variance of a week's log rate beside which rounding and counting are weighed
CHANGED, STEADY, TOO_LITTLE = "changed", "no-change", "too-little"
LEAN_ERROR = 0.1  # of the interval by which a rate leans the way that two show together
STEP_METHOD = "posterior of the step over all weeks it may have come after"
Holder: TypeAlias = tuple[str, str]
Rates: TypeAlias = Mapping[tuple[Holder, str], Sequence[WeekRate]]


class RateChange(NamedTuple):
    """A claimed change of a rate: epoch seconds of the first week after it, and how large.

    `earliest` and `latest` bound when it came, `seen` is the end of the week whose look claimed it.
    `alone` says that this rate's own test claims it, else the rates of the weekly meter together.
    """

    since: int
    earliest: int
    latest: int
    seen: int
    ratio: Estimate
    alone: bool
    after: int


class RateDrift(NamedTuple):
    """What became of one exchange rate of one account.

    `levels` has for each week the level since the last change, as one would have read it then;
    `least` is the ratio that these weeks would have shown three weeks after it; `alpha` the share
    of the year's error. `reason` says why nothing can be told yet.
    """

    holder: Holder
    rate: str
    weeks: tuple[WeekRate, ...]
    levels: tuple[Estimate, ...]
    changes: tuple[RateChange, ...]
    least: float | None
    alpha: float
    verdict: str
    reason: str

    @property
    def level(self) -> Estimate:
        """The level since the last change."""
        return self.levels[-1] if self.levels else unknown(self.reason, method=METHOD)


def drifts(rates: Rates) -> tuple[RateDrift, ...]:
    """Every rate of every account, in order; nothing is claimed of one that no week was seen of."""
    shares = shares_of(rates)
    found = []
    for holder in dict.fromkeys(holder for holder, _ in rates):
        own = {rate: rates[(holder, rate)] for rate in SHARES if (holder, rate) in rates}
        pair = [own[rate] for rate in RATES_OF_A_POINT if own.get(rate)]
        joint = together(pair, shares[(holder, TOGETHER)]) if len(pair) > 1 else ALONE
        for rate, weeks in own.items():
            beside = joint if rate in RATES_OF_A_POINT else ALONE
            found.append(drift_of((holder, rate), weeks, shares[(holder, rate)], beside))
    return tuple(found)


def shares_of(rates: Rates) -> Mapping[tuple[Holder, str], float]:
    """How much of the year's error each test has; all of them sum to `YEARLY_ERROR`."""
    wanted = {place: SHARES[place[1]] for place in rates}
    for holder in {holder for holder, _ in rates}:
        if all(rates.get((holder, rate)) for rate in RATES_OF_A_POINT):
            wanted[(holder, TOGETHER)] = SHARES[TOGETHER]
    total = math.fsum(wanted.values())
    return {place: YEARLY_ERROR * share / total for place, share in wanted.items()}


def log_rate(rate: str, week: WeekRate) -> float:
    """The log of a week's rate; features are counts, and half a one stands for none."""
    return math.log((week.top + (0.5 if rate == FEATURES else 0.0)) / week.points)


def weight(week: WeekRate) -> float:
    """What a week weighs beside one that was read without error."""
    return 1 / (1 + week.error / USUAL)


def over(weeks: Sequence[WeekRate]) -> list[WeekRate]:
    """The weeks that are over: what a running one holds is not known yet."""
    return [week for week in weeks if week.over]


class Joint(NamedTuple):
    """What two rates of one weekly meter show together: changes as (week after it, week of look).

    `least` is the ratio of both that their weeks would have shown.
    """

    changes: tuple[tuple[int, int], ...] = ()
    least: float | None = None


ALONE = Joint()


def together(pair: Sequence[Sequence[WeekRate]], alpha: float) -> Joint:
    """What two rates show together; a week that one lacks counts for the other alone."""
    sides = [{week.week: week for week in over(weeks)} for weeks in pair]
    places = sorted(set(sides[0]) | set(sides[1]))
    if len(places) <= BEFORE:
        return ALONE
    values, weights = [], []
    for rate, side in zip(RATES_OF_A_POINT, sides, strict=True):
        values.append([log_rate(rate, side[p]) if p in side else 0.0 for p in places])
        weights.append([weight(side[p]) if p in side else 0.0 for p in places])
    both = side_by_side(values, weights)
    found = tuple((places[alarm.after], places[alarm.look - 1]) for alarm in alarms(both, alpha))
    return Joint(found, None if found else detectable(both, alpha))


def drift_of(
    place: tuple[Holder, str],
    weeks: Sequence[WeekRate],
    alpha: float,
    joint: Joint,
) -> RateDrift:
    """One rate; `joint` are the changes that it shows together with another."""
    holder, rate = place
    done = over(weeks)
    values, weights = [log_rate(rate, w) for w in done], [weight(w) for w in done]
    if not done:
        reason = "no week of it is over yet" if weeks else "no week of it was seen"
        return RateDrift(holder, rate, tuple(weeks), (), (), None, alpha, TOO_LITTLE, reason)
    series = one_series(values, weights)
    found = claimed_changes(series, alarms(series, alpha), done, joint)
    changes = tuple(_changes(series, done, found))
    firsts = [0, *(change.after for change in changes)]
    levels = tuple(_levels(values, weights, firsts))
    least = detectable(series, alpha, firsts[-1])
    if joint.least is not None:
        least = max(joint.least, least or 0.0)
    enough = len(done) > BEFORE
    reason = "" if enough else lacking(len(done))
    verdict = CHANGED if changes else STEADY if enough else TOO_LITTLE
    return RateDrift(holder, rate, tuple(weeks), levels, changes, least, alpha, verdict, reason)


def lacking(weeks: int) -> str:
    """Why a change cannot be told yet."""
    told = "one week of data: a rate" if weeks == 1 else f"{weeks} weeks of data: a level"
    return f"{told}, nothing to compare it with yet; {BEFORE + 1 - weeks} more needed"


def claimed_changes(
    series: Weeks, own: Sequence[Alarm], done: Sequence[WeekRate], joint: Joint
) -> list[tuple[int, int, bool]]:
    """The changes of one rate, its own and those found together, as (after, look, alone).

    Two within three weeks of each other are one change, and the rate's own test tells when. One
    that was found together counts where this rate's own weeks lean that way by themselves.
    """
    found = [(alarm.after, alarm.look, True) for alarm in own]
    for week, look in joint.changes:
        after = sum(one.week < week for one in done)
        seen = sum(one.week <= look for one in done)
        same = any(abs(after - other) <= BEFORE for other, _, _ in found)
        if not same and 0 < after < seen <= len(done):
            lean = step_estimate(series, (after, after), len(done), 0, LEAN_ERROR)
            if lean.low > 0 or lean.high < 0:
                found.append((after, seen, False))
    return sorted(found)


def _changes(
    series: Weeks, done: Sequence[WeekRate], found: Sequence[tuple[int, int, bool]]
) -> Iterator[RateChange]:
    ends = [*(after for after, _, _ in found[1:]), len(done)] if found else []
    first = 0
    for (after, look, alone), end in zip(found, ends, strict=True):
        earliest, latest = max(first + 1, look - WINDOW), min(max(look - 1, after), end - 1)
        step = step_estimate(series, (earliest, latest), end, first, RATIO_ERROR)
        ratio = Estimate(
            math.exp(step.middle), math.exp(step.low), math.exp(step.high), end - first, STEP_METHOD
        )
        yield RateChange(
            done[after].begin,
            done[step.earliest].begin,
            done[step.latest].begin,
            done[look - 1].end,
            ratio,
            alone,
            after,
        )
        first = after


def _levels(
    values: Sequence[float], weights: Sequence[float], firsts: Sequence[int]
) -> Iterator[Estimate]:
    """For each week the level since the last change before it, with its interval."""
    for place in range(len(values)):
        first = max(start for start in firsts if start <= place)
        some = slice(first, place + 1)
        mean, low, high = held_interval(values[some], weights[some], 1 - 0.95)
        n = place + 1 - first
        if math.isinf(low):
            why = "too few weeks for an interval"
            yield Estimate(math.exp(mean), None, None, n, METHOD, why)
        else:
            yield Estimate(math.exp(mean), math.exp(low), math.exp(high), n, METHOD)
