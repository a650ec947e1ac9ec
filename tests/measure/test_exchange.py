"""Rates of the weekly meter from readings, counters and windows: only what both sides saw."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from traces import HOLDER, MONDAY, WEEK, Worked, reading, shown, shrunk, steady, usage

from gitledger.decision.accounts import Account, accounts_of, problems_of
from gitledger.ledger.row import Row
from gitledger.measure.counters import counted_tokens
from gitledger.measure.drift import CHANGED, STEADY, TOO_LITTLE, RateDrift, drifts
from gitledger.measure.exchange import (
    FEATURES,
    SESSION,
    TOKENS,
    WeekRate,
    feature_rates,
    session_rates,
    token_rates,
)
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.yearly_error import TOGETHER, YEARLY_ERROR, error_shares
from gitledger.windows.trace import series_of

YEAR = 365 * 86_400
QUIET = [Worked(75, 6, 20_000)] * 4


def account(weeks: list[Worked], **more: Any) -> Account:
    """The account that shows some weeks."""
    return accounts_of(series_of((), (), shown(weeks, **more))[0])[0]


def counted(values: list[Mapping[str, Any]]) -> list[Row]:
    """Rows of `usage`."""
    return [
        Row("usage", f"2026-04-01T00:00:00.{n:06d}Z", "ada", "test", held, f"{n:016x}")
        for n, held in enumerate(values)
    ]


def judged(weeks: list[Worked], skip: tuple[int, ...] = ()) -> Mapping[str, RateDrift]:
    """The drift of both rates; `skip` are blocks whose counter said nothing."""
    one = account(weeks)
    weekly, inner = one.course("weekly"), one.course("5h")
    assert weekly is not None
    assert inner is not None
    blocks = [block for n, block in enumerate(usage(weeks)) if n not in skip]
    tokens = token_rates(weekly, counted_tokens((), counted(blocks), HOLDER))
    found = drifts({(HOLDER, SESSION): session_rates(inner, weekly), (HOLDER, TOKENS): tokens})
    return {drift.rate: drift for drift in found}


def rates_of(weeks: list[Worked]) -> dict[tuple[tuple[str, str], str], Sequence[WeekRate]]:
    """Both rates of the account, week by week."""
    return {(HOLDER, rate): drift.weeks for rate, drift in judged(weeks).items()}


def test_the_rate_of_five_hour_points_is_the_true_one() -> None:
    """Floored meters of five sessions a week: within 3 % of 6."""
    one = account(QUIET)
    weekly, inner = one.course("weekly"), one.course("5h")
    assert weekly is not None
    assert inner is not None
    rates = session_rates(inner, weekly)
    assert [rate.n for rate in rates] == [5, 5, 5, 5]
    assert [rate.value for rate in rates] == pytest.approx([6] * 4, rel=0.03)
    assert [rate.over for rate in rates] == [True, True, True, False]


def test_a_full_meter_of_five_hours_stops_the_stretch() -> None:
    """Use beyond 100 % is seen by the weekly meter alone: it must not lower the rate."""
    one = account([Worked(150, 6, 1)] * 3)
    weekly, inner = one.course("weekly"), one.course("5h")
    assert weekly is not None
    assert inner is not None
    # 30 weekly points a session are 180 points of the 5h meter, which stops at 100
    assert session_rates(inner, weekly)[0].value == pytest.approx(6, rel=0.08)


def test_a_rate_of_tokens_counts_both_sides_over_the_same_time() -> None:
    """Missing days of the counter take their points along: the rate stays."""
    whole, holes = judged(QUIET), judged(QUIET, skip=(1, 2, 7, 11))
    for found in (whole, holes):
        for week in found[TOKENS].weeks:
            assert week.value == pytest.approx(20_000, rel=0.05)
    assert whole[TOKENS].weeks[0].points > holes[TOKENS].weeks[0].points


def test_a_report_counts_once_by_its_newest_and_narrowest() -> None:
    """A block told again, and the day that holds it, add nothing."""
    blocks = list(usage(QUIET[:1]))
    again = {**blocks[0], "source_sha256": "9" * 64, "total_tokens": 1, "input_tokens": 1}
    again |= {"output_tokens": 0, "captured_at": "2025-01-06T10:00:00Z"}
    day = {**blocks[0], "scope": "day", "period_end": "2025-01-07T09:00:00Z"}
    alone = counted_tokens((), counted(blocks), HOLDER)
    assert counted_tokens((), counted([*blocks, again, day]), HOLDER) == alone
    assert counted_tokens((), counted(blocks), ("claude", "default")) == ()


def test_cache_reads_are_no_tokens_of_the_rate() -> None:
    """They are told beside it: ten times as many would drown the rest."""
    block = {**next(iter(usage(QUIET))), "cache_read_tokens": 900_000}
    (one,) = counted_tokens((), counted([block]), HOLDER)
    assert (one.tokens, one.cached) == (300_000, 900_000)


def test_features_are_of_windows_of_that_account_alone() -> None:
    """Windows of another account, another meter, or without a usable delta stay out."""
    weekly = account(QUIET).course("weekly")
    assert weekly is not None
    at = "2025-01-07T10:00:00Z"
    kept = WindowOutcome("W0-01", "codex", 3, 10.0, at=at)
    others = [
        kept._replace(window="W0-02", parts=(kept.parts[0]._replace(account="work"),)),
        kept._replace(window="W0-03", meter="5h"),
        kept._replace(window="W0-04", state="stale"),
        kept._replace(window="W0-05", at=""),
    ]
    (rate,) = feature_rates(weekly, [kept, *others], "default", 1.5)
    assert (rate.top, rate.points, rate.rows) == (3, 10, ("W0-01",))


def test_a_step_is_claimed_and_bounded() -> None:
    """x .7 from the ninth week on, three weeks of it."""
    found = judged(shrunk(steady(13), 9, 0.7))
    for rate in (SESSION, TOKENS):
        assert found[rate].verdict == CHANGED
        (change,) = found[rate].changes
        assert change.ratio.holds(0.7)
        assert change.ratio.low is not None
        assert change.ratio.high is not None
        assert change.ratio.high < 0.8
        first = MONDAY + 9 * WEEK
        assert abs(change.since - first.timestamp()) < 86_400


def test_no_change_tells_what_it_would_have_shown() -> None:
    """Twenty quiet weeks: nothing is claimed, and a ratio below 1 is named."""
    for drift in judged(steady(20)).values():
        assert (drift.verdict, drift.changes) == (STEADY, ())
        assert drift.least is not None
        assert 0.7 < drift.least < 0.98


def test_one_week_is_a_rate_and_no_comparison() -> None:
    """The sentence says what is there and how much is missing."""
    found = judged(steady(2))[SESSION]
    assert found.verdict == TOO_LITTLE
    assert found.reason == (
        "one week of data: a rate, nothing to compare it with yet; 3 more needed"
    )


def test_other_models_change_tokens_only() -> None:
    """Tokens for a point halve, points of five hours do not: one rate alone is claimed."""
    weeks = [
        Worked(w.points, w.inner, w.tokens * (0.5 if n >= 9 else 1))
        for n, w in enumerate(steady(14))
    ]
    found = judged(weeks)
    assert found[TOKENS].verdict == CHANGED
    assert found[SESSION].verdict == STEADY


def test_a_slow_decline_is_found_in_the_end() -> None:
    """2 % less every week: told as a step, whose date is not sharp."""
    weeks = [
        Worked(w.points, w.inner * 0.98**n, w.tokens * 0.98**n) for n, w in enumerate(steady(30))
    ]
    found = judged(weeks)[SESSION]
    assert found.verdict == CHANGED
    assert all(
        change.ratio.value is not None and change.ratio.value < 1 for change in found.changes
    )


def test_the_error_is_shared_by_all_rates_of_all_accounts() -> None:
    """What is known at a look shares .05; what an account adds later takes nothing back."""
    weeks = session_rates(*(c for c in [account(QUIET).course(m) for m in ("5h", "weekly")] if c))
    late = [week._replace(begin=week.begin + YEAR, end=week.end + YEAR) for week in weeks]
    rates = {(("codex", "a"), rate): weeks for rate in (SESSION, TOKENS, FEATURES)}
    both = error_shares(rates | {(("codex", "b"), rate): late for _, rate in rates})
    first, last = weeks[0].end, late[-1].end
    assert sum(both.at(place, last) for place in both.known) == pytest.approx(YEARLY_ERROR)
    assert len(both.known) == 8
    for place, since in error_shares(rates).known.items():
        looks = [since, since + 1, last]
        assert both.ever(place, looks[:2]) == error_shares(rates).ever(place, looks[:2])
        assert both.ever(place, looks) == tuple(sorted(both.ever(place, looks), reverse=True))
    assert both.at((("codex", "a"), TOGETHER), first) == pytest.approx(0.037)


def test_a_ledger_of_a_first_week_that_still_runs_has_its_share_to_come() -> None:
    """Nothing is known yet: a rate has what it would have alone, and no claim is made."""
    weeks = session_rates(*(c for c in [account(QUIET).course(m) for m in ("5h", "weekly")] if c))
    running = {(("codex", "a"), FEATURES): [weeks[0]._replace(over=False)]}
    assert error_shares(running).at((("codex", "a"), FEATURES), 0) == pytest.approx(YEARLY_ERROR)
    assert [found.verdict for found in drifts(running)] == [TOO_LITTLE]


def test_a_claim_stays_made_when_an_account_is_added() -> None:
    """Ten accounts that come a year later: each old claim is there, of the same week and look."""
    weeks = shrunk(steady(13, spread=0.1, seed=5), 9, 0.6)
    alone = {(d.holder, d.rate): d for d in drifts(rates_of(weeks))}
    assert all(drift.changes for drift in alone.values())
    more: dict[tuple[tuple[str, str], str], Sequence[WeekRate]] = dict(rates_of(weeks))
    for name in "abcdefghij":
        for (_, rate), held in rates_of(weeks).items():
            later = [w._replace(begin=w.begin + YEAR, end=w.end + YEAR) for w in held]
            more[(("codex", name), rate)] = later
    for drift in drifts(more):
        if drift.holder == HOLDER:
            assert drift.changes == alone[(drift.holder, drift.rate)].changes


def test_weeks_of_two_plans_are_never_held_against_each_other() -> None:
    """A plan that holds a fifth from the ninth week on: no change, and the level is of the new."""
    weeks = shrunk(steady(16), 9, 0.2)
    moment = int((MONDAY + 9 * WEEK + timedelta(days=2, hours=3)).timestamp())
    found = {d.rate: d for d in drifts(rates_of(weeks), {HOLDER: [moment]})}
    for rate, true in ((SESSION, 1.2), (TOKENS, 4000)):
        drift = found[rate]
        assert (drift.verdict, drift.changes) == (STEADY, ())
        assert len(drift.judged) == len(drift.weeks) - 2  # the week of the change, the running one
        assert drift.level.value == pytest.approx(true, rel=0.05)
        assert drift.level.n == 5
    early = {d.rate: d for d in drifts(rates_of(weeks[:12]), {HOLDER: [moment]})}[TOKENS]
    assert early.verdict == TOO_LITTLE
    assert early.reason == (
        "one week of data: a rate since the plan changed, nothing to compare it with yet; "
        "3 more needed"
    )


def test_a_change_of_an_earlier_plan_stays_told() -> None:
    """It was claimed then; of the new plan nothing is claimed."""
    weeks = shrunk(shrunk(steady(24), 8, 0.6), 14, 3)
    moment = int((MONDAY + 14 * WEEK).timestamp())
    found = {d.rate: d for d in drifts(rates_of(weeks), {HOLDER: [moment]})}[SESSION]
    assert found.verdict == STEADY
    (change,) = found.changes
    assert change.ratio.holds(0.6)


def test_two_accounts_under_one_label_give_no_figure() -> None:
    """Their resets take turns: the account says so, with a step, and has no course."""
    other = [
        (HOLDER, "x", (reading("weekly", 40, at + timedelta(minutes=1), MONDAY + WEEK / 2),))
        for _, _, (meter, *_) in shown(QUIET)[:40:5]
        for at in [meter.captured_at]
    ]
    (one,) = accounts_of(series_of((), (), [*shown(QUIET), *other])[0])
    assert one.course("weekly") is None
    assert one.lacks("weekly") == "readings of two accounts are under one label"
    (problem, *_) = problems_of(one)
    assert problem["code"] == "two-accounts"
    assert "--account NAME" in str(problem["hint"])


def test_a_percent_is_a_decimal_of_any_precision() -> None:
    """Readings of tenths pass as they are."""
    seen = [
        (HOLDER, "x", (reading("weekly", 0, MONDAY, MONDAY + WEEK)._replace(used=Decimal("9.75")),))
    ]
    assert series_of((), (), seen)[0][0].used == (9.75,)
