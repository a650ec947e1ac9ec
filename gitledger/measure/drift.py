"""Exchange rates over time: each week's rate, the level it stands for, changes that are claimed.

Depends on `measure.exchange`, `yearly_error`, `shift` and `sequence`. Most of the error of a year
goes to the test of the rates that share the weekly meter, because a weekly point that holds less
holds less of each of them. Weeks of two plans are never held against each other.
"""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gitledger.measure.estimate import Estimate, unknown
from gitledger.measure.exchange import FEATURES, WeekRate
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
from gitledger.measure.yearly_error import (
    RATES_OF_A_POINT,
    SHARES,
    TOGETHER,
    ErrorShares,
    Holder,
    Rates,
    error_shares,
)

RATIO_ERROR = 0.03  # of a change's interval: the data chose the change, which takes some of .05
USUAL = 0.15**2  # variance of a week's log rate beside which rounding and counting are weighed
CHANGED, STEADY, TOO_LITTLE = "changed", "no-change", "too-little"
LEAN_ERROR = 0.1  # of the interval by which a rate leans the way that two show together
STEP_METHOD = "posterior of the step over all weeks it may have come after"


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

    `judged` are the weeks that count: those that are over and of one plan; `levels` has for each of
    them the level since the last change, as one would have read it then. `least` is the ratio that
    they would have shown three weeks after it; `alpha` the test's share of the year's error now.
    `plans` are the moments (epoch seconds) at which the plan was another. `reason` says why nothing
    can be told yet.
    """

    holder: Holder
    rate: str
    weeks: tuple[WeekRate, ...]
    judged: tuple[WeekRate, ...]
    levels: tuple[Estimate, ...]
    changes: tuple[RateChange, ...]
    least: float | None
    alpha: float
    verdict: str
    reason: str
    plans: tuple[int, ...] = ()

    @property
    def level(self) -> Estimate:
        """The level since the last change of rate or plan."""
        return self.levels[-1] if self.levels else unknown(self.reason, method=METHOD)


def drifts(
    rates: Rates, plans: Mapping[Holder, Sequence[int]] | None = None
) -> tuple[RateDrift, ...]:
    """Every rate of every account, in order; nothing is claimed of one that no week was seen of.

    `plans` has the moments (epoch seconds) at which an account's plan became another one.
    """
    shares, found = error_shares(rates), []
    for holder in dict.fromkeys(holder for holder, _ in rates):
        changed = tuple(sorted((plans or {}).get(holder, ())))
        own = {rate: rates[(holder, rate)] for rate in SHARES if (holder, rate) in rates}
        pair = [judged_weeks(own.get(rate, ()), changed) for rate in RATES_OF_A_POINT]
        joint = together(pair, holder, shares, changed) if all(pair) else ALONE
        for rate, weeks in own.items():
            beside = joint if rate in RATES_OF_A_POINT else ALONE
            found.append(drift_of((holder, rate), weeks, shares, beside, plans=changed))
    return tuple(found)


def log_rate(rate: str, week: WeekRate) -> float:
    """The log of a week's rate; features are counts, and half a one stands for none."""
    return math.log((week.top + (0.5 if rate == FEATURES else 0.0)) / week.points)


def weight(week: WeekRate) -> float:
    """What a week weighs beside one that was read without error."""
    return 1 / (1 + week.error / USUAL)


def over(weeks: Sequence[WeekRate]) -> list[WeekRate]:
    """The weeks that are over: what a running one holds is not known yet."""
    return [week for week in weeks if week.over]


def judged_weeks(weeks: Sequence[WeekRate], plans: Sequence[int]) -> list[WeekRate]:
    """The weeks that are over and of one plan."""
    return [w for w in over(weeks) if not any(w.begin < moment < w.end for moment in plans)]


def begun_anew(begins: Sequence[int], plans: Sequence[int]) -> list[int]:
    """The places of the first week of each later plan, of weeks by their beginning."""
    places = (bisect_left(begins, moment) for moment in plans)
    return sorted({place for place in places if 0 < place < len(begins)})


class Joint(NamedTuple):
    """What two rates of one weekly meter show together: changes as (week after it, week of look).

    `least` is the ratio of both that their weeks would have shown.
    """

    changes: tuple[tuple[int, int], ...] = ()
    least: float | None = None


ALONE = Joint()


def together(
    pair: Sequence[Sequence[WeekRate]], holder: Holder, shares: ErrorShares, plans: Sequence[int]
) -> Joint:
    """What two rates show together; a week that one lacks counts for the other alone."""
    sides = [{week.week: week for week in weeks} for weeks in pair]
    places = sorted(set(sides[0]) | set(sides[1]))
    if len(places) <= BEFORE:
        return ALONE
    values, weights = [], []
    for rate, side in zip(RATES_OF_A_POINT, sides, strict=True):
        values.append([log_rate(rate, side[p]) if p in side else 0.0 for p in places])
        weights.append([weight(side[p]) if p in side else 0.0 for p in places])
    both = side_by_side(values, weights)
    held = [[side[p] for side in sides if p in side] for p in places]
    anew = begun_anew([min(w.begin for w in weeks) for weeks in held], plans)
    alphas = shares.ever((holder, TOGETHER), [max(w.end for w in weeks) for weeks in held])
    claims = alarms(both, alphas, anew)
    found = tuple((places[alarm.after], places[alarm.look - 1]) for alarm in claims)
    first = anew[-1] if anew else 0
    newer = any(alarm.after > first for alarm in claims)
    return Joint(found, None if newer else detectable(both, alphas[-1], first))


def drift_of(
    place: tuple[Holder, str],
    weeks: Sequence[WeekRate],
    shares: ErrorShares,
    joint: Joint,
    *,
    plans: tuple[int, ...] = (),
) -> RateDrift:
    """One rate; `joint` are the changes that it shows together with another."""
    holder, rate = place
    done, whole = judged_weeks(weeks, plans), tuple(weeks)
    alphas = shares.ever(place, [week.end for week in done])
    if not done:
        reason = nothing_judged(weeks)
        alpha = shares.at(place, 0)
        return RateDrift(holder, rate, whole, (), (), (), None, alpha, TOO_LITTLE, reason, plans)
    values, weights = [log_rate(rate, w) for w in done], [weight(w) for w in done]
    series, anew = one_series(values, weights), begun_anew([w.begin for w in done], plans)
    found = claimed_changes(series, alarms(series, alphas, anew), done, joint, anew)
    changes = tuple(_changes(series, done, found, anew))
    firsts = sorted({0, *anew, *(change.after for change in changes)})
    levels = tuple(_levels(values, weights, firsts))
    least = detectable(series, alphas[-1], firsts[-1])
    if joint.least is not None:
        least = max(joint.least, least or 0.0)
    begun = anew[-1] if anew else 0
    many, since = len(done) - begun, any(change.after > begun for change in changes)
    reason = "" if since or many > BEFORE else lacking(many, anew=bool(anew))
    verdict = CHANGED if since else TOO_LITTLE if reason else STEADY
    return RateDrift(
        holder, rate, whole, tuple(done), levels, changes, least, alphas[-1], verdict, reason, plans
    )


def nothing_judged(weeks: Sequence[WeekRate]) -> str:
    """Why no week counts."""
    if not weeks:
        return "no week of it was seen"
    return "the plan changed in its only week" if over(weeks) else "no week of it is over yet"


def lacking(weeks: int, *, anew: bool = False) -> str:
    """Why a change cannot be told yet; `anew` after another plan."""
    told = "one week of data: a rate" if weeks == 1 else f"{weeks} weeks of data: a level"
    since = " since the plan changed" if anew else ""
    return f"{told}{since}, nothing to compare it with yet; {BEFORE + 1 - weeks} more needed"


def claimed_changes(
    series: Weeks, own: Sequence[Alarm], done: Sequence[WeekRate], joint: Joint, anew: Sequence[int]
) -> list[tuple[int, int, bool]]:
    """The changes of one rate, its own and those found together, as (after, look, alone).

    Two within three weeks of each other are one change, and the rate's own test tells when. One
    that was found together counts from the first look, then or in the three weeks after, at which
    this rate's own weeks lean that way by themselves: once made, no later week takes it back.
    """
    found = [(alarm.after, alarm.look, True) for alarm in own]
    for week, look in joint.changes:
        after = sum(one.week < week for one in done)
        seen = sum(one.week <= look for one in done)
        same = any(abs(after - other) <= BEFORE for other, _, _ in found)
        if same or not 0 < after < seen or after in anew:
            continue
        first = max((start for start in anew if start < after), default=0)
        looks = range(seen, min(seen + BEFORE, len(done)) + 1)
        leans = (at for at in looks if leaning(series, after, at, first))
        found += [(after, at, False) for at in list(leans)[:1]]
    return sorted(found)


def leaning(series: Weeks, after: int, look: int, first: int) -> bool:
    """Whether a rate's own weeks up to a look lean one way after some week."""
    lean = step_estimate(series, (after, after), look, first, LEAN_ERROR)
    return lean.low > 0 or lean.high < 0


def _changes(
    series: Weeks,
    done: Sequence[WeekRate],
    found: Sequence[tuple[int, int, bool]],
    anew: Sequence[int],
) -> Iterator[RateChange]:
    starts = sorted({0, *anew, *(after for after, _, _ in found)})
    for after, look, alone in found:
        first = max(start for start in starts if start < after)
        end = min((start for start in starts if start > after), default=len(done))
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
