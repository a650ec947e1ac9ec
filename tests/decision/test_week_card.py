"""The card of a week, from rows: scopes, arms, pairs, guardrails, looks."""

from datetime import timedelta
from decimal import Decimal

import pytest
from decision_rows import SHA, START, Rows, ledger_of

from gitledger.decision.card import canonical
from gitledger.decision.scope import Scope, left_out, windows_in
from gitledger.decision.week_card import week_card

X = (3, 5, 4, 2, 6, 3)
Y = (14, 22, 17, 9, 25, 12)
X2 = (2, 3, 2, 4, 1, 3)
Y2 = (18, 25, 15, 13, 11, 16)


def fill(rows, provider, counts, points, prefix="W0", **more):
    """Finished windows of a provider, each starting where the meter stood."""
    used = 0
    for i, (features, taken) in enumerate(zip(counts, points, strict=True), start=1):
        if used + taken > 88:
            used = 0
        name = f"{prefix}-{provider[:2]}{i}"
        rows.work(name, (used, used + taken), features, provider, **more)
        rows.churned(name, provider=provider)
        used += taken
    return rows


@pytest.fixture
def rows():
    """Six windows of two providers each."""
    made = Rows()
    # each window in a meter of its own account keeps the panes apart
    fill(made, "codex", (9, 11, 10, 12, 8, 10), (10, 11, 10, 12, 9, 10))
    fill(made, "claude", (3, 4, 3, 4, 3, 3), (10, 11, 10, 12, 9, 10))
    return made


PRICES = {"claude": 50.0, "codex": 50.0}


def measured(rows, share=Decimal(0), so_far=None):
    """Churn rows for all windows: final at a share, or open between `so_far` and the share."""
    survival = {"alive_at_end": 20}
    if so_far is None:
        survival |= {"state": "mature", "churn_14d": share}
    else:
        survival |= {"state": "open", "churn_so_far": so_far, "upper": share}
        survival |= {"matures_at": "2026-12-07T08:00:00Z"}
    for row in list(rows["windows"]):
        names = {"commit_start": row.values["commit_start"], "commit_end": row.values["commit_end"]}
        rows.churned(row.values["window"], survival=survival, **names)
    for row in rows["churn"]:
        provider = "claude" if "-cl" in row.values["window"] else "codex"
        row.values["provider"] = provider
    return rows


def test_week0_compiles_every_provider(rows, rules):
    """Two arms in the configured order, one pair, a verdict."""
    made = week_card(ledger_of(measured(rows), rules, plans=PRICES), Scope("WEEK0"))
    assert [arm["name"] for arm in made.arms] == ["claude", "codex"]
    assert [(c["a"], c["b"]) for c in made.comparisons] == [("codex", "claude")]
    assert made.ruling.verdict == "GO"


def test_points_of_different_plans_give_no_order(rules, rows):
    """Without both prices a week's card rules on nothing; the points stand beside each other."""
    measured(rows)
    for plans in ({}, {"codex": 50.0}):
        made = week_card(ledger_of(rows, rules, plans=plans), Scope("WEEK0"))
        assert made.ruling.verdict == "INSUFFICIENT"
        assert "points of different plans; give their prices" in made.ruling.reasons[0]
        assert made.comparisons[0]["ratio"]["value"] is None
        assert [arm["efficiency"]["n"] for arm in made.arms] == [6, 6]


def test_between_providers_dollars_of_lasting_features_compare(rules, rows):
    """codex ships three times as much a point, its point costs four times as much."""
    plans = {"claude": 50.0, "codex": 200.0}
    made = week_card(ledger_of(measured(rows), rules, plans=plans), Scope("WEEK0"))
    (pair,), arms = made.comparisons, {arm["name"]: arm for arm in made.arms}
    dollars = {name: arm["dollars_per_lasting_feature"]["value"] for name, arm in arms.items()}
    assert dollars["codex"] == pytest.approx(200 * 62 / 100 / 60, rel=1e-4)
    assert pair["measure"] == "lasting_per_dollar"
    assert pair["ratio"]["value"] == pytest.approx(dollars["claude"] / dollars["codex"], rel=1e-4)
    assert made.ruling.verdict != "GO"


def test_between_providers_churn_has_to_be_known(rules, rows):
    """Prices alone tell what a delivered feature costs, not one that lasts."""
    del rows["churn"]
    made = week_card(ledger_of(rows, rules, plans=PRICES), Scope("WEEK0"))
    assert made.ruling.verdict == "INSUFFICIENT"
    assert "no churn row" in made.ruling.reasons[0]


def test_open_churn_is_ruled_on_where_both_ends_agree(rules, rows):
    """At most a tenth is gone: three times as much stays above 1, and no ratio is printed yet."""
    measured(rows, share=Decimal("0.1"), so_far=Decimal(0))
    made = week_card(ledger_of(rows, rules, plans=PRICES), Scope("WEEK0"))
    ratio = made.comparisons[0]["ratio"]
    assert (ratio["value"], ratio["reason"]) == (None, "churn open until 2026-12-07")
    assert 1 < ratio["low"] < ratio["high"]


def test_a_card_that_is_shown_counts_no_look(rules, rows):
    """It says by which interval it was judged, and which constants its numbers have."""
    ledger = ledger_of(measured(rows), rules, plans=PRICES)
    shown, issued = (week_card(ledger, Scope("WEEK0"), shown=s).content() for s in (True, False))
    assert (shown["looks"], shown["judged_by"]) == (0, "anytime")
    assert (issued["looks"], issued["judged_by"]) == (1, "fixed")
    assert shown["terms"] == {
        "phi0": 1.5,
        "width": 0.5,
        "confidence": 0.95,
        "directional": 3,
        "week0": 6,
    }


def test_the_baseline_may_be_asked_for(rows, rules):
    """Turned over: the same windows are a NO-GO for claude against codex."""
    ledger = ledger_of(measured(rows), rules, plans=PRICES)
    made = week_card(ledger, Scope("WEEK0", baseline="codex"))
    assert (made.comparisons[0]["a"], made.ruling.verdict) == ("claude", "NO-GO")


def test_a_week_takes_its_own_windows(rows, rules):
    """WEEK1 takes W1-..., WEEK0 W0-..., another subject all."""
    fill(rows, "codex", (5,), (5,), prefix="W1")
    ledger = ledger_of(rows, rules)
    counts = [len(windows_in(ledger, Scope(s))) for s in ("WEEK0", "WEEK1", "WEEK2", "all")]
    assert counts == [12, 1, 0, 13]


def test_week0_without_a_naming_scheme_takes_everything(rules):
    """Windows named otherwise still make a first week."""
    rows = fill(Rows(), "codex", X[:2], Y[:2], prefix="alpha")
    assert len(windows_in(ledger_of(rows, rules), Scope("WEEK0"))) == 2


def test_dates_bound_a_card(rows, rules):
    """since is included, until is not."""
    ledger = ledger_of(rows, rules)
    first, second = START + timedelta(hours=1), START + timedelta(hours=4)
    scope = Scope("2026-11-16", since=first, until=second)
    assert [w.id for w in windows_in(ledger, scope)] == ["W0-co1"]


def test_methodologies_may_be_the_arms(rules):
    """Two methodologies of one provider."""
    rows = fill(Rows(), "codex", X[:3], Y[:3], prefix="W0-a", methodology="tdd")
    fill(rows, "codex", X[:3], Y[:3], prefix="W0-b", methodology="spec")
    made = week_card(ledger_of(rows, rules), Scope("WEEK0", methodology=True))
    assert [arm["name"] for arm in made.arms] == ["spec", "tdd"]


def test_windows_left_out_are_named_with_their_reasons(rows, rules):
    """An open window: coverage and completeness say so."""
    rows.snap("W0-99", "before", START + timedelta(hours=100), 5)
    made = week_card(ledger_of(rows, rules), Scope("WEEK0"))
    assert made.coverage["excluded"] == [
        {"window": "W0-99", "provider": "codex", "reason": "not-finalised"}
    ]
    assert made.content()["completeness"]["missing"] == ["W0-99 (not-finalised)"]


def test_a_fallen_meter_in_the_week_is_invalid(rows, rules):
    """An error finding in any of its windows."""
    rows.work("W0-98", (40, 30))
    assert week_card(ledger_of(rows, rules), Scope("WEEK0")).ruling.verdict == "INVALID"


def test_issued_cards_are_looks(rows, rules):
    """The third card of a subject is the third look, an override is none."""
    rows.add("decisions", card="1" * 16, subject="WEEK0", verdict="HOLD")
    rows.add("decisions", card="2" * 16, subject="WEEK0", verdict="HOLD")
    rows.add("decisions", card="2" * 16, subject="WEEK0", verdict="HOLD", override="GO")
    assert week_card(ledger_of(rows, rules), Scope("WEEK0")).looks == 3


def test_cost_stands_on_the_card_where_a_plan_is_known(rows, rules):
    """Dollars a feature from the weekly price; unknown for the other arm."""
    made = week_card(ledger_of(rows, rules, plans={"codex": 50.0}), Scope("WEEK0"))
    costs = {arm["name"]: arm["cost_per_feature"] for arm in made.arms}
    assert costs["codex"]["value"] == pytest.approx(50 / (100 * 60 / 62), rel=1e-4)
    assert (
        costs["claude"]["reason"]
        == "no plan price for claude: gitledger config plan claude=DOLLARS"
    )


def test_final_churn_is_pooled_into_the_guardrail(rows, rules):
    """1 of 20 and 3 of 60 lines dead, none of 4 x 12: 4 of 128."""
    for name, alive in (("W0-co1", 20), ("W0-co2", 60)):
        rows.churned(name, survival={"churn_14d": 0.05, "alive_at_end": alive})
    made = week_card(ledger_of(rows, rules), Scope("WEEK0", baseline="codex"))
    arm = next(arm for arm in made.arms if arm["name"] == "codex")
    assert arm["churn_14d"]["value"] == 4 / 128


def test_a_range_measured_again_counts_once(rules):
    """Three rows of one range, the last one final: 2 of 20 lines, not 3 of 40."""
    rows = fill(Rows(), "codex", X[:1], Y[:1])
    window = rows["windows"][0].values["window"]
    for day, share in (("01", None), ("02", 0.05), ("03", 0.1)):
        survival = {"alive_at_end": 20} | ({"churn_14d": share} if share else {})
        rows.churned(window, survival=survival, date=f"2026-12-{day}", commit_start=SHA(1))
    (arm,) = week_card(ledger_of(rows, rules), Scope("WEEK0")).arms
    assert (arm["churn_14d"]["value"], arm["churn_14d"]["n"]) == (0.1, 1)


def weeks_of_work():
    """W0-1 and W0-2 two days apart, W0-3 seven days after the first, X-1 a week later."""
    rows = Rows()
    for name, hours in (("W0-1", 0), ("W0-2", 48), ("W0-3", 168), ("X-1", 336)):
        rows.hours = iter([hours])
        rows.work(name, (10, 20))
    return rows


def ids(windows):
    """Their names."""
    return [w.id for w in windows]


def test_week0_takes_what_was_worked_within_seven_days_of_the_first(rules):
    """W0-3 bears the name and is left out, by name."""
    ledger, week0 = ledger_of(weeks_of_work(), rules), Scope("WEEK0")
    assert ids(windows_in(ledger, week0)) == ["W0-1", "W0-2"]
    assert ids(left_out(ledger, week0)) == ["W0-3"]
    assert week_card(ledger, week0).scope["left_out"] == [
        {"window": "W0-3", "worked": "2026-11-23T09:00:00Z"}
    ]


def test_without_names_a_week_is_one_of_the_calendar(rules):
    """The first calendar week of the ledger is WEEK0, the next WEEK1; W1-... there is none."""
    ledger = ledger_of(weeks_of_work(), rules)
    assert ids(windows_in(ledger, Scope("WEEK1"))) == ["W0-3"]
    assert ids(windows_in(ledger, Scope("2026-W47"))) == ["W0-1", "W0-2"]
    assert ids(windows_in(ledger, Scope("2026-w49"))) == ["X-1"]


def test_a_window_stays_in_the_week_of_its_work_when_it_is_amended(rules):
    """Completed a week later and corrected after that: the work lies where it was."""
    rows = weeks_of_work()
    rows.finish("W0-2", 5, finalised_at="2026-12-20T08:00:00Z", reason="recount")
    ledger = ledger_of(rows, rules)
    assert ids(windows_in(ledger, Scope("2026-W47"))) == ["W0-1", "W0-2"]
    span = Scope("x", since=START, until=START + timedelta(days=3))
    assert ids(windows_in(ledger, span)) == ["W0-1", "W0-2"]


def rails(made):
    """The guardrails of a card by arm and name."""
    return {(g["arm"], g["name"]): g for g in made.guardrails}


def test_facts_that_need_no_meter_are_those_of_all_windows(rules):
    """One of seven failed and its meter too: 6 of 7 passed, not 6 of 6; each line has its n."""
    rows = fill(Rows(), "claude", X[:3], Y[:3])
    fill(rows, "codex", (3,) * 6, (5,) * 6)
    rows.finish("W0-co7", 2, outcome="fail", finalised_at="2026-11-18T08:00:00Z")
    rail = rails(week_card(ledger_of(rows, rules), Scope("WEEK0")))["codex", "pass_rate"]
    assert (rail["value"], rail["n"], rail["n_baseline"]) == (pytest.approx(6 / 7, rel=1e-5), 7, 3)


def test_the_reserve_is_looked_at_on_every_weekly_bar(rules):
    """Of the baseline too; its breach stands on the card and stops no challenger."""
    rows = fill(Rows(), "codex", (3,) * 3, (5,) * 3)
    rows.work("W0-cl1", (80, 96), 3, "claude")
    found = rails(week_card(ledger_of(rows, rules), Scope("WEEK0", baseline="claude")))
    assert (found["claude", "cap_breach"]["value"], found["claude", "cap_breach"]["verdict"]) == (
        96,
        "fail",
    )
    assert found["codex", "cap_breach"]["verdict"] == "pass"


def test_an_arm_without_usable_windows_is_no_baseline(rules):
    """claude is first by order but has nothing usable."""
    rows = fill(Rows(), "codex", X[:3], Y[:3])
    rows.snap("W0-cl", "before", START + timedelta(hours=90), 5, "claude")
    made = week_card(ledger_of(rows, rules), Scope("WEEK0"))
    assert [arm["name"] for arm in made.arms] == ["codex", "claude"]
    assert made.ruling.verdict == "INSUFFICIENT"


def named(made):
    """The card's other numbers by name."""
    return {e["name"]: e for e in made.estimates}


def test_human_minutes_have_a_weekly_trend(rules):
    """12 and 6 minutes a feature in two weeks: ratio of sums, six a week less."""
    rows = Rows()
    rows.work("W0-1", (10, 20), 2, impf=Decimal(12))
    for _ in range(56):
        next(rows.hours)
    rows.work("W0-2", (20, 30), 4, impf=Decimal(6))
    found = named(week_card(ledger_of(rows, rules), Scope("all")))
    assert found["impf codex"]["value"] == 8
    assert found["impf_trend_per_week codex"]["value"] == -6


def test_human_minutes_are_told_by_category(rules):
    """A window that states no guidance has no part in it; what is unsorted is not invented."""
    rows = Rows()
    parts = {"guidance": Decimal(4), "validation": Decimal(2)}
    rows.work("W0-1", (10, 20), 2, impf=Decimal(12), impf_categories=parts)
    for _ in range(56):
        next(rows.hours)
    rows.work("W0-2", (20, 30), 4, impf=Decimal(6), impf_categories={"guidance": Decimal(1)})
    found = named(week_card(ledger_of(rows, rules), Scope("all")))
    assert (found["impf codex"]["value"], found["impf_guidance codex"]["value"]) == (8, 2)
    assert found["impf_guidance_trend_per_week codex"]["value"] == -3
    assert found["impf_validation codex"]["value"] == 2
    assert "impf_intervention codex" not in found


def test_other_variants_stand_on_the_card(rows, rules):
    """Features a window and quality-adjusted features, for each arm."""
    found = named(week_card(ledger_of(rows, rules), Scope("WEEK0")))
    assert found["features_per_window codex"]["value"] == 10
    assert found["quality_adjusted_per_pp codex"]["value"] == pytest.approx(54 / 62, rel=1e-4)


def test_idle_points_are_those_before_the_reset(rows, rules):
    """The newest reading before the reset is what was used at least."""
    found = named(week_card(ledger_of(rows, rules), Scope("WEEK0")))
    assert found["idle_pp codex"]["value"] == 38


def test_an_empty_ledger_is_insufficient(rules):
    """No window at all."""
    assert week_card(ledger_of(Rows(), rules), Scope("WEEK0")).ruling.verdict == "INSUFFICIENT"


def test_a_week_card_has_the_same_bytes_twice(rows, rules):
    """Byte for byte."""
    ledger = ledger_of(rows, rules)
    first, second = (canonical(week_card(ledger, Scope("WEEK0")).content()) for _ in range(2))
    assert first == second
