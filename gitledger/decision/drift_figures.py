"""Exchange rates over time as JSON-like values: `drift`, and its part of a report page.

Depends on `measure.drift` and `decision.accounts`. What else than the provider could explain a
change is named from what the ledger saw; without any of it, what it cannot see is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from gitledger.decision.accounts import FIVE_HOURS, WEEKLY, Account
from gitledger.decision.plan_figures import PlanTerms, at_text
from gitledger.ledger.row import Row
from gitledger.measure.drift import TOO_LITTLE, RateChange, RateDrift, drifts
from gitledger.measure.estimate import plain
from gitledger.measure.exchange import (
    FEATURES,
    RATES,
    SESSION,
    TOKENS,
    WeekRate,
    counted_tokens,
    feature_rates,
    feature_windows,
    session_rates,
    token_rates,
)
from gitledger.measure.outcome import WindowOutcome, mixed_rules
from gitledger.measure.terms import Statistics
from gitledger.measure.yearly_error import Holder
from gitledger.windows.reset_events import ResetEvent

Json = Mapping[str, object]
NEAR_SECONDS = 8 * 86_400
CACHE_MOVED = 0.1  # share of cache reads by which two times are told apart
UNSEEN: Mapping[str, str] = {
    SESSION: "use of models or features that count on one meter only",
    TOKENS: "other models, more or fewer cache reads, sub-agents, and use that no counter here saw "
    "(another machine, the app, the web)",
    FEATURES: "easier or harder features, another way of work, other models",
}


def account_rates(
    account: Account, usage: Sequence[Row], outcomes: Sequence[WindowOutcome], stats: Statistics
) -> dict[tuple[Holder, str], Sequence[WeekRate]]:
    """The weekly rates of an account, as far as its meters and rows tell any."""
    weekly, inner = account.course(WEEKLY), account.course(FIVE_HOURS)
    if weekly is None:
        return {}
    found: dict[str, Sequence[WeekRate]] = {
        SESSION: session_rates(inner, weekly) if inner else (),
        TOKENS: token_rates(weekly, counted_tokens(usage, *account.holder)),
        FEATURES: feature_rates(
            weekly,
            [o for o in outcomes if o.provider == account.provider],
            account.account,
            stats.phi0,
        ),
    }
    return {(account.holder, rate): weeks for rate, weeks in found.items() if weeks}


def account_drifts(
    accounts: Sequence[Account],
    usage: Sequence[Row],
    outcomes: Sequence[WindowOutcome],
    stats: Statistics,
    terms: PlanTerms,
) -> tuple[RateDrift, ...]:
    """What became of every rate of every account, all of them under one error a year.

    Of features that were counted by several rules no rate is made, and none is tested.
    """
    rates = [account_rates(account, usage, outcomes, stats) for account in accounts]
    plans = {account.holder: plan_moments(account, terms) for account in accounts}
    found = drifts(dict(chain.from_iterable(found.items() for found in rates)), plans)
    return (*found, *_uncomparable(accounts, outcomes))


def plan_moments(account: Account, terms: PlanTerms) -> tuple[int, ...]:
    """When the account's plan became another one: as readings show it, or as it was stated."""
    return tuple(plan.until for plan in terms.before(*account.holder))


def _uncomparable(
    accounts: Sequence[Account], outcomes: Sequence[WindowOutcome]
) -> Iterator[RateDrift]:
    for account in accounts:
        own = [o for o in outcomes if o.provider == account.provider]
        mixed = mixed_rules(feature_windows(own, account.account))
        if mixed and account.course(WEEKLY):
            yield RateDrift(account.holder, FEATURES, (), (), (), (), None, 0.0, TOO_LITTLE, mixed)


def drift_map(drift: RateDrift, terms: PlanTerms, events: Sequence[ResetEvent]) -> Json:
    """One rate as JSON."""
    return {
        "provider": drift.holder[0],
        "account": drift.holder[1],
        "meter": drift.rate,
        "unit": RATES[drift.rate],
        "verdict": drift.verdict,
        "reason": drift.reason,
        "level": drift.level.payload(),
        "changes": [change_map(change, drift, terms, events) for change in drift.changes],
        "plan_changes": [at_text(moment) for moment in drift.plans],
        "detectable_ratio": plain(drift.least),
        "error_a_year": plain(drift.alpha),
        "could_explain": [UNSEEN[drift.rate]],
        "weeks": [week_map(week, drift) for week in drift.weeks],
    }


def change_map(
    change: RateChange, drift: RateDrift, terms: PlanTerms, events: Sequence[ResetEvent]
) -> Json:
    """One claimed change as JSON, with what the ledger saw about it."""
    return {
        "since": at_text(change.since),
        "earliest": at_text(change.earliest),
        "latest": at_text(change.latest),
        "seen": at_text(change.seen),
        "ratio": change.ratio.payload(),
        "found_by": "its own weeks" if change.alone else "5h:weekly and tokens:weekly together",
        "seen_about_it": list(seen_about(change, drift, terms, events)),
    }


def week_map(week: WeekRate, drift: RateDrift) -> Json:
    """One week of a rate as JSON: the rate, its parts, and the level as one read it then."""
    counts = week in drift.judged
    level = drift.levels[drift.judged.index(week)].payload() if counts else None
    told: dict[str, object] = {
        "begin": at_text(week.begin),
        "end": at_text(week.end),
        "value": plain(week.value),
        "over": week.over,
        "judged": counts,
        "amount": plain(week.top),
        "weekly_pp": plain(week.points),
        "n": week.n,
        "level": level,
        "rows": list(week.rows),
    }
    return told | ({"models": list(week.models)} if week.models else {})


def seen_about(
    change: RateChange, drift: RateDrift, terms: PlanTerms, events: Sequence[ResetEvent]
) -> Iterator[str]:
    """What the ledger saw about the time of a change that could explain it."""
    low, high = change.earliest - NEAR_SECONDS, change.latest + NEAR_SECONDS
    for plan in terms.before(*drift.holder):
        if low <= plan.until <= high:
            yield f"the plan was another one until {str(at_text(plan.until))[:10]}"
    before = [w for w in drift.weeks if w.begin < change.since]
    after = [w for w in drift.weeks if w.begin >= change.since]
    names = [sorted({m for w in side for m in w.models}) for side in (before[-8:], after)]
    if names[0] != names[1] and any(names):
        told = [", ".join(side) or "none named" for side in names]
        yield f"models before: {told[0]}; since: {told[1]}"
    reads = [[w.cached for w in side if w.cached is not None] for side in (before, after)]
    if all(reads):
        shares = [sum(side) / len(side) for side in reads]
        if abs(shares[1] - shares[0]) >= CACHE_MOVED:
            yield f"cache reads: {shares[0]:.0%} of all tokens before, {shares[1]:.0%} since"
    moved = [e for e in events if e.kind != "reset" and low <= e.at <= high]
    own = [e for e in moved if (e.key.provider, e.key.account) == drift.holder]
    if own and any(e.key.meter == WEEKLY for e in own):
        yield "the weekly meter was moved or begun anew about then: gitledger resets"
