"""Everything a report page shows, as one value: the week card, meters over time, every window.

Depends on `decision.case`, the cards, `windows` and `measure`. A pure function of the ledger at
its tip: whoever draws it (`report.page`) computes nothing, and `--json` prints it as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from gitledger.decision.card import Card, card_id
from gitledger.decision.case import Ledger
from gitledger.decision.overview_windows import traces_of, window_entries
from gitledger.decision.scope import Scope, windows_in
from gitledger.decision.week_card import outcomes_in
from gitledger.decision.week_estimates import readings_of
from gitledger.ledger.row import map_of
from gitledger.ledger.values import canonical_time
from gitledger.measure.amounts import number
from gitledger.measure.churnpool import ranges_of
from gitledger.measure.cost import Prices, idle_points
from gitledger.measure.estimate import plain
from gitledger.measure.lifetimes import Cohort, lifetimes
from gitledger.measure.outcome import WindowOutcome, mixed_rules
from gitledger.windows.churn import newest_churn
from gitledger.windows.snapshot import maps_of, text_of
from gitledger.windows.window import Window
from gitledger.windows.worktime import worked_at

Json = Mapping[str, object]


def overview(ledger: Ledger, scope: Scope, card: Card) -> dict[str, object]:
    """The page's payload: `card` is the scope's own, shown or issued.

    Times are ISO in UTC, capacities in points of the meter that stands beside them.
    """
    windows = windows_in(ledger, scope)
    if scope.provider:
        windows = tuple(w for w in windows if scope.provider in {name for name, _ in w.holders})
    outcomes = outcomes_in(ledger, scope, windows)
    return {
        "subject": scope.label,
        "card": {"id": card.id, **card.content()},
        "worked": span_of(windows),
        "idle": list(idle_of(ledger, windows, outcomes)),
        "lines": list(map(dict, lines_of(outcomes))),
        "survival": survival_of(windows),
        "traces": list(traces_of(ledger, windows, scope.provider)),
        "steps": list(steps_of(outcomes)),
        "windows": list(window_entries(ledger, windows, outcomes)),
        "cards": issued_cards(ledger, [scope.label, *(w.id for w in windows)]),
    }


def span_of(windows: Sequence[Window]) -> Json:
    """From when to when the windows were worked; nulls where no time is known."""
    times = sorted(at for w in windows if (at := worked_at(w)) is not None)
    return {
        "from": canonical_time(times[0]) if times else None,
        "to": canonical_time(times[-1]) if times else None,
    }


def idle_of(
    ledger: Ledger, windows: Sequence[Window], outcomes: Sequence[WindowOutcome]
) -> Iterator[Json]:
    """Points left unused at each reset that has come, and what they cost where a price is known.

    At most so many: use after a period's last reading is not seen.
    """
    now, prices = datetime.fromisoformat(ledger.source.as_of), Prices(ledger.plans)
    for provider in sorted({o.provider for o in outcomes}):
        meter = ledger.terms.capacity_meter(provider)
        for period in idle_points(readings_of(windows, provider, meter), now):
            account = period.holder[1]
            # a plan is sold by the week: points of another meter have no price
            price = prices.of(provider, account) if meter == "weekly" else None
            yield {
                "provider": provider,
                "account": account,
                "meter": meter,
                "resets_at": canonical_time(period.resets_at),
                "last_read": canonical_time(period.last_read),
                "idle_pp": plain(period.idle_pp),
                "dollars": None if price is None else plain(price * period.idle_pp / 100),
                "row": period.row,
            }


def lines_of(outcomes: Sequence[WindowOutcome]) -> Iterator[Json]:
    """Lines that landed, of each arm: kept for 14 days, gone within them, still open.

    `unknown` are finished windows without a figure, each with the reason.
    """
    for arm in sorted({o.side for o in outcomes}):
        finished = [o for o in outcomes if o.side == arm and not o.unfinished]
        known = [(r.merged or 0.0, r.bounds) for r in ranges_of(finished)]
        ranges = [(merged, bounds) for merged, bounds in known if bounds is not None]
        gone = sum(merged * low for merged, (low, _) in ranges)
        open_ = sum(merged * (high - low) for merged, (low, high) in ranges)
        merged = sum(merged for merged, _ in ranges)
        yield {
            "arm": arm,
            "merged": plain(merged) if ranges else None,
            "kept": plain(merged - gone - open_) if ranges else None,
            "gone": plain(gone) if ranges else None,
            "open": plain(open_) if ranges else None,
            "ranges": len(ranges),
            "unknown": [
                {"window": o.window, "reason": o.churn.unknown} for o in finished if o.churn.unknown
            ],
        }


def survival_of(windows: Sequence[Window]) -> Json:
    """How long landed lines live over all the windows' ranges, each range once."""
    found: dict[tuple[str, str], list[Cohort]] = {}
    for window in windows:
        for row in newest_churn(window).values():
            ages = maps_of(map_of(row.values, "survival"), "ages")
            span = (text_of(row.values, "commit_start"), text_of(row.values, "commit_end"))
            # providers of one window may share a range
            if ages and span not in found:
                found[span] = [cohort(window.id, age) for age in ages]
    cohorts = [each for many in found.values() for each in many if each.many and each.watched]
    if not cohorts:
        why = "no churn row holds ages of lines yet: gitledger churn measures them"
        return {"steps": [], "reason": why}
    return {
        "n": len(cohorts),
        "lines": sum(each.many for each in cohorts),
        "method": "product-limit, commits resampled within windows",
        "steps": [
            {
                "day": s.time,
                "at_risk": s.at_risk,
                "deaths": s.deaths,
                "share": plain(s.share),
                "low": plain(s.low),
                "high": plain(s.high),
            }
            for s in lifetimes(cohorts)
        ],
    }


def cohort(window: str, age: Mapping[str, object]) -> Cohort:
    """The lines of one commit as a churn row holds them."""
    dead = age.get("dead")
    known = tuple(int(number(n) or 0) for n in dead) if isinstance(dead, list | tuple) else ()
    lines, days = (int(number(age.get(name)) or 0) for name in ("lines", "days"))
    return Cohort(window, lines, days, known)


def steps_of(outcomes: Sequence[WindowOutcome]) -> Iterator[Json]:
    """For each arm its usable windows in the order of work: points used, features, lasting ones."""
    for arm in sorted({o.side for o in outcomes}):
        own = sorted(
            (o for o in outcomes if o.side == arm and not o.unusable),
            # with its Z a whole second would stand behind its own fractions
            key=lambda o: (o.at.removesuffix("Z"), o.window),
        )
        if own and not mixed_rules(own):  # a way of features under two rules leads nowhere
            yield {
                "arm": arm,
                "meter": own[0].meter,
                "unit": own[0].unit,
                "windows": [
                    {
                        "window": o.window,
                        "at": o.at,
                        "used": plain(o.used),
                        "features": o.successes,
                        "lasting": None if o.lasts is None else list(map(plain, o.lasts)),
                    }
                    for o in own
                ],
            }


def issued_cards(ledger: Ledger, subjects: Sequence[str]) -> list[dict[str, object]]:
    """Every card issued for some subjects, with what people put beside it."""
    wanted = frozenset(subjects)
    told: list[dict[str, object]] = []
    for row in ledger.decisions:
        content = row.values.get("content")
        if "override" in row.values or text_of(row.values, "subject") not in wanted:
            continue
        name = text_of(row.values, "card")
        votes = ledger.votes_on(text_of(row.values, "subject"))
        told.append(
            {
                "id": name or (card_id(content) if isinstance(content, Mapping) else ""),
                "subject": text_of(row.values, "subject"),
                "verdict": text_of(row.values, "verdict"),
                "row": row.id,
                "votes": [
                    {"voter": v.voter, "vote": v.vote, "tier": v.tier, "message": v.message}
                    for v in votes
                ],
                "overrides": ledger.overrides(name),
            }
        )
    return told
