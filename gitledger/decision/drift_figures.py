"""Exchange rates over time as JSON-like values: `drift`, and its part of a report page.

Depends on `measure.drift` and `decision.accounts`. What else than the provider could explain a
change is named from what the ledger saw; without any of it, what it cannot see is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from gitledger.decision.accounts import FIVE_HOURS, WEEKLY, Account
from gitledger.decision.drift_causes import CHANGED, causes
from gitledger.decision.plan_figures import PlanTerms, at_text, plan_moments
from gitledger.ledger.row import Row
from gitledger.measure.counters import counted_tokens
from gitledger.measure.drift import TOO_LITTLE, RateChange, RateDrift, drifts
from gitledger.measure.estimate import plain
from gitledger.measure.exchange import (
    FEATURES,
    RATES,
    SESSION,
    TOKENS,
    WeekMix,
    WeekRate,
    feature_rates,
    feature_windows,
    session_rates,
    token_rates,
)
from gitledger.measure.outcome import WindowOutcome, mixed_rules
from gitledger.measure.terms import Statistics
from gitledger.measure.yearly_error import Holder
from gitledger.windows.reset_events import ResetEvent
from gitledger.windows.token_hours import TokenHour

Json = Mapping[str, object]
NEAR_SECONDS = 8 * 86_400


class TokenRows(NamedTuple):
    """What tells of tokens: hours of each account from session files, rows of `usage`."""

    hours: Mapping[Holder, Sequence[TokenHour]]
    usage: Sequence[Row]


def account_rates(
    account: Account, counts: TokenRows, outcomes: Sequence[WindowOutcome], stats: Statistics
) -> dict[tuple[Holder, str], Sequence[WeekRate]]:
    """The weekly rates of an account, as far as its meters and rows tell any."""
    weekly, inner = account.course(WEEKLY), account.course(FIVE_HOURS)
    if weekly is None:
        return {}
    found: dict[str, Sequence[WeekRate]] = {
        SESSION: session_rates(inner, weekly) if inner else (),
        TOKENS: token_rates(
            weekly,
            counted_tokens(counts.hours.get(account.holder, ()), counts.usage, account.holder),
        ),
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
    counts: TokenRows,
    outcomes: Sequence[WindowOutcome],
    stats: Statistics,
    terms: PlanTerms,
) -> tuple[RateDrift, ...]:
    """What became of every rate of every account, all of them under one error a year.

    Of features that were counted by several rules no rate is made, and none is tested.
    """
    rates = [account_rates(account, counts, outcomes, stats) for account in accounts]
    plans = {account.holder: plan_moments(account, terms) for account in accounts}
    found = drifts(dict(chain.from_iterable(found.items() for found in rates)), plans)
    return (*found, *_uncomparable(accounts, outcomes))


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
        "could_explain": [cause._asdict() for cause in causes(change, drift)],
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
    return told | ({} if week.mix is None else mix_map(week.mix))


def mix_map(mix: WeekMix) -> dict[str, object]:
    """What a week's tokens were made of, as JSON: shares of 1, null where nothing tells."""
    return {
        "models": {name: plain(share) for name, share in mix.models},
        "cache_reads": plain(mix.cached),
        "subagents": plain(mix.subagents),
        "elsewhere": plain(mix.elsewhere),
    }


def seen_about(
    change: RateChange, drift: RateDrift, terms: PlanTerms, events: Sequence[ResetEvent]
) -> Iterator[str]:
    """What the ledger saw about the time of a change that could explain it."""
    low, high = change.earliest - NEAR_SECONDS, change.latest + NEAR_SECONDS
    for plan in terms.before(*drift.holder):
        if low <= plan.until <= high:
            yield f"the plan was another one until {str(at_text(plan.until))[:10]}"
    yield from (cause.text for cause in causes(change, drift) if cause.state == CHANGED)
    moved = [e for e in events if e.kind != "reset" and low <= e.at <= high]
    own = [e for e in moved if (e.key.provider, e.key.account) == drift.holder]
    if own and any(e.key.meter == WEEKLY for e in own):
        yield "the weekly meter was moved or begun anew about then: gitledger resets"
