"""The week card's gates: enough windows, an interval off 1, guardrails, and the order."""

from dataclasses import replace
from itertools import combinations

import pytest

from gitledger.decision.facts import WeekFacts
from gitledger.decision.guardrails import (
    CardArm,
    Guardrail,
    guard_arm,
    mean_quality,
    pass_rate,
    peak_use,
)
from gitledger.decision.rules import read_rules
from gitledger.decision.week import judge_week
from gitledger.measure.churnpool import PooledChurn
from gitledger.measure.comparison import adjust_family, compare
from gitledger.measure.efficiency import efficiency
from gitledger.measure.estimate import Estimate, unknown
from gitledger.measure.intervals import Sample
from gitledger.measure.lasting import lasting
from gitledger.measure.outcome import WindowOutcome
from gitledger.windows.audit.findings import Finding

HIGH = Sample([9, 11, 10, 12, 8, 10], [20, 22, 21, 25, 18, 20])
LOW = Sample([3, 4, 3, 4, 3, 3], [20, 22, 21, 25, 18, 20])
LEAN = Sample([5, 6, 4, 6, 5, 5], [20, 22, 21, 25, 18, 20])
ERROR = Finding("W0-03", "non-monotonic", "error", "", "weekly fell", "")


def first(sample, n):
    """The first n windows of a sample."""
    return Sample(sample.x[:n], sample.y[:n])


def week(a, b, **more):
    """Facts of a week with one challenger."""
    return WeekFacts("WEEK0", comparisons=(compare(("codex", a), ("claude", b)),), **more)


def rail(state, *, blocks=True):
    """A guardrail of the challenger in a state."""
    return Guardrail("codex", "quality", state, 0.7, 0.9, 0.05, blocks, "0.7 < 0.85")


@pytest.mark.parametrize(
    ("facts", "verdict", "rule"),
    [
        (week(HIGH, LOW), "GO", "week.go"),
        (week(LOW, HIGH), "NO-GO", "week.no_go"),
        (week(LOW, LOW), "HOLD", "week.hold"),
        (week(LEAN, LOW), "SOFT GO", "week.soft_go"),
        (week(first(HIGH, 4), first(LOW, 4)), "SOFT GO", "week.soft_go"),
        (week(first(HIGH, 2), LOW), "INSUFFICIENT", "week.insufficient"),
        (week(Sample((), ()), LOW), "INSUFFICIENT", "week.insufficient"),
        (week(HIGH, LOW, guardrails=(rail("fail"),)), "HOLD", "week.hold"),
        (week(LEAN, LOW, guardrails=(rail("fail"),)), "HOLD", "week.hold"),
        (week(HIGH, LOW, guardrails=(rail("unknown"),)), "SOFT GO", "week.soft_go"),
        (week(HIGH, LOW, guardrails=(rail("unknown", blocks=False),)), "GO", "week.go"),
        (week(HIGH, LOW, findings=(ERROR,)), "INVALID", "week.invalid"),
        (week(HIGH, LOW, integrity=("edited",)), "INVALID", "week.invalid"),
    ],
)
def test_each_verdict_is_reached(rules, facts, verdict, rule):
    """Every verdict from constructed windows."""
    made = judge_week(facts, rules)
    assert (made.verdict, made.rule) == (verdict, rule)
    assert made.reasons


def test_a_second_look_is_judged_by_the_anytime_interval(rules):
    """What a first card calls GO, a refreshed one may have to call a lean."""
    # fixed [1.1, 3.2], anytime [0.88, 4.0]: the golden pair of the design
    a = Sample([3, 5, 4, 2, 6, 3], [14, 22, 17, 9, 25, 12])
    b = Sample([2, 3, 2, 4, 1, 3], [18, 25, 15, 30, 11, 24])
    assert judge_week(week(a, b), rules).verdict == "GO"
    assert judge_week(week(a, b, looks=2), rules).verdict == "SOFT GO"


def test_a_card_that_is_shown_is_judged_as_at_any_look(rules):
    """Nobody counts how often it is looked at: the fixed interval would find GO by looking."""
    a = Sample([3, 5, 4, 2, 6, 3], [14, 22, 17, 9, 25, 12])
    b = Sample([2, 3, 2, 4, 1, 3], [18, 25, 15, 30, 11, 24])
    made = judge_week(week(a, b, looks=0, shown=True), rules)
    assert made.verdict == "SOFT GO"
    chance = compare(("a", a), ("b", b)).p_superior_anytime
    assert f"P(better) {chance:.3f}" in made.reasons[0]


def test_certainty_is_no_doubt(rules):
    """A p of 0.0 is a p: three arms of 600 windows, one buys four times as much."""
    arms = {
        name: Sample((20.0,) * 600, (taken,) * 600)
        for name, taken in (("good", 10.0), ("base", 40.0), ("same", 40.0))
    }
    pairs = adjust_family([compare((a, arms[a]), (b, arms[b])) for a, b in combinations(arms, 2)])
    assert pairs[0].p_holm == 0
    for looks in (1, 2):
        facts = WeekFacts("WEEK0", comparisons=(pairs[0],), looks=looks)
        assert judge_week(facts, rules).verdict == "GO"


def test_holm_is_held_to_the_confidence_of_the_rules(content):
    """A p of .03 over a family survives at 95 %, not at 99 %."""
    a = Sample([3, 5, 4, 2, 6, 3], [14, 22, 17, 9, 25, 12])
    b = Sample([2, 3, 2, 4, 1, 3], [18, 25, 15, 30, 11, 24])
    pair = replace(compare(("a", a), ("b", b)), family=2, p_holm=0.03)
    verdicts = []
    for confidence in (0.95, 0.99):
        content["week"]["go"]["confidence"] = confidence
        rules, _ = read_rules(content)
        verdicts.append(judge_week(WeekFacts("WEEK0", comparisons=(pair,)), rules).verdict)
    assert verdicts == ["GO", "SOFT GO"]


def test_an_arm_that_shipped_nothing_can_still_be_beaten(rules):
    """No ratio of the two numbers, and yet an interval with a low end."""
    made = judge_week(week(HIGH, Sample([0] * 6, [40] * 6)), rules)
    assert made.verdict == "GO"
    assert "at least" in made.reasons[0]


def test_a_rule_file_may_keep_the_fixed_interval(content):
    """later_looks: fixed."""
    content["week"]["go"]["later_looks"] = "fixed"
    rules, _ = read_rules(content)
    assert judge_week(week(HIGH, LOW, looks=5), rules).verdict == "GO"


def test_windows_left_out_may_be_wrong_under_scope_used(content):
    """scope used: only findings of the windows in the estimate make a week invalid."""
    content["week"]["invalid"]["scope"] = "used"
    rules, _ = read_rules(content)
    facts = week(HIGH, LOW, findings=(ERROR,), used=("W0-01", "W0-02"))
    assert judge_week(facts, rules).verdict == "GO"
    assert judge_week(replace(facts, used=("W0-03",)), rules).verdict == "INVALID"


def test_the_strongest_of_several_challengers_is_the_cards_verdict(rules):
    """One GO and one NO-GO: GO, and both are told."""
    pairs = adjust_family(
        [compare(("codex", HIGH), ("b", LEAN)), compare(("glm", LOW), ("b", LEAN))]
    )
    made = judge_week(WeekFacts("WEEK0", comparisons=pairs), rules)
    assert made.verdict == "GO"
    assert [reason.split(":")[0] for reason in made.reasons] == ["codex / b", "glm / b"]


def test_a_family_is_corrected(rules):
    """What one pair would call GO, three pairs do not, and the reason says so."""
    a = Sample([3, 5, 4, 2, 6, 3], [14, 22, 17, 9, 25, 12])
    b = Sample([2, 3, 2, 4, 1, 3], [18, 25, 15, 30, 11, 24])
    pairs = adjust_family([compare((name, a), ("b", b)) for name in ("x", "y", "z")])
    made = judge_week(WeekFacts("WEEK0", comparisons=pairs), rules)
    assert made.verdict == "SOFT GO"
    assert any("Holm over 3 pairs" in reason for reason in made.reasons)


def outcomes(provider, counts=(3, 4, 2), **more):
    """Finalised windows of a provider."""
    return [
        WindowOutcome(f"{provider}-{i}", provider, x, 12.0, **more) for i, x in enumerate(counts)
    ]


def gone(share, upper=None, **more):
    """Pooled churn: final, or open up to `upper`."""
    final = Estimate(share) if upper is None else unknown("no churn is final yet")
    return PooledChurn(final, share, share if upper is None else upper, 3, **more)


def arm(name="codex", **changed):
    """An arm of three windows with good values."""
    plain = {
        "quality": Estimate(0.9),
        "pass_rate": Estimate(1.0),
        "churn": gone(0.03),
        "cost": Estimate(2.0),
        "peak": Estimate(80.0),
        "lasting": lasting(outcomes(name), name),
        "lasting_per_pp": unknown("no churn row"),
    }
    return CardArm(name, efficiency(outcomes(name), name), **(plain | changed))


@pytest.mark.parametrize(
    ("changed", "name", "state"),
    [
        ({}, "quality", "pass"),
        ({"quality": Estimate(0.86)}, "quality", "pass"),
        ({"quality": Estimate(0.84)}, "quality", "fail"),
        ({"quality": unknown("no quality was stated")}, "quality", "unknown"),
        ({"pass_rate": Estimate(0.8)}, "pass_rate", "fail"),
        ({"churn": gone(0.09)}, "churn_14d", "fail"),
        ({"churn": gone(0.07)}, "churn_14d", "pass"),
        ({"cost": Estimate(2.5)}, "cost", "fail"),
        ({"cost": Estimate(2.3)}, "cost", "pass"),
        ({"peak": Estimate(91.0)}, "cap_breach", "fail"),
        ({"peak": Estimate(90.0)}, "cap_breach", "pass"),
    ],
)
def test_guardrails_compare_with_the_baseline_and_its_margin(rules, changed, name, state):
    """Each guardrail at both sides of its margin, and unknown as unknown."""
    made = {g.name: g for g in guard_arm(arm(**changed), arm("claude"), rules.guardrails)}
    assert made[name].state == state
    assert made[name].why


def test_one_arm_alone_is_never_a_go(rules):
    """Three windows and nobody to compare with: HOLD; two: INSUFFICIENT."""
    assert judge_week(WeekFacts("WEEK0", arms=(arm(),)), rules).verdict == "HOLD"
    few = replace(arm(), efficiency=efficiency(outcomes("codex", (3, 4)), "codex"))
    assert judge_week(WeekFacts("WEEK0", arms=(few,)), rules).verdict == "INSUFFICIENT"
    assert judge_week(WeekFacts("WEEK0"), rules).verdict == "INSUFFICIENT"


def test_quality_is_weighted_by_features():
    """One feature at .5 and three at 1: .875."""
    rows = [
        WindowOutcome("a", "c", 1, 1.0, quality=0.5),
        WindowOutcome("b", "c", 3, 1.0, quality=1.0),
        WindowOutcome("d", "c", 9, 1.0),
    ]
    assert mean_quality(rows).value == 0.875


def test_a_pass_rate_counts_stated_outcomes():
    """A partial is no pass; an unstated one is not counted."""
    rows = [*outcomes("c", (1,), outcome="pass"), *outcomes("c", (1,), outcome="partial")]
    assert pass_rate([*rows, *outcomes("c", (1,))]).value == 0.5


def test_peak_use_reads_weekly_bars_only():
    """The 5 h meter may be full at any time."""
    rows = [*outcomes("c", (1,), after=97.0, meter="5h"), *outcomes("c", (1,), week_end=61.0)]
    assert peak_use(rows).value == 61


def test_one_more_window_is_told_in_the_singular(rules):
    """Five of six windows on one side."""
    ways = judge_week(week(first(HIGH, 5), LOW), rules).would_flip
    assert "1 more usable window of codex" in ways


def with_churn(pool, **more):
    """Six windows against six whose interval lies above 1, the challenger's churn as given."""
    return week(HIGH, LOW, arms=(arm("claude"), arm("codex", churn=pool)), **more)


@pytest.mark.parametrize(
    ("pool", "verdict", "rule"),
    [
        (gone(0.3), "GO", "week.go"),
        (gone(0.31), "NO-GO", "week.churn"),
        (gone(0.1, 0.3), "GO", "week.go"),
        (gone(0.1, 0.4, until="2026-12-07"), "SOFT GO", "week.soft_go"),
        (gone(0.4, 0.9, until="2026-12-07"), "NO-GO", "week.churn"),
        (gone(0.1, unknown=(("W0-02", "no churn row"),)), "SOFT GO", "week.soft_go"),
    ],
)
def test_the_churn_rule_of_a_week_takes_both_bounds(rules, pool, verdict, rule):
    """NO-GO as soon as more than .3 is gone, GO only when no more can be."""
    made = judge_week(with_churn(pool), rules)
    assert (made.verdict, made.rule) == (verdict, rule)


def test_open_churn_of_a_week_is_said_with_its_day(rules):
    """In the reasons and in what would flip it."""
    made = judge_week(with_churn(gone(0.1, 0.4, until="2026-12-07")), rules)
    assert "codex: churn open until 2026-12-07: 10 % gone so far, at most 40 %" in made.reasons
    assert "codex: at most 30 % of its merged lines gone on 2026-12-07" in made.would_flip


def test_an_arm_alone_whose_work_is_gone_is_a_no_go(rules):
    """No comparison is needed for it."""
    made = judge_week(WeekFacts("WEEK0", arms=(arm(churn=gone(0.9)),)), rules)
    assert (made.verdict, made.rule) == ("NO-GO", "week.churn")
    assert made.reasons == ("codex: 90 % of the merged lines of 3 ranges gone, more than 30 %",)


def test_guardrails_pass_is_said_only_when_they_passed(rules):
    """One passed, one is not known and does not block."""
    quality = Guardrail("codex", "quality", "pass", 0.9, 0.9, 0.05, True, "0.9 >= 0.85")
    both = week(HIGH, LOW, guardrails=(quality, rail("unknown", blocks=False)))
    assert "1 of 2 guardrails pass, quality unknown" in judge_week(both, rules).reasons[0]
    assert "guardrails pass" in judge_week(week(HIGH, LOW, guardrails=(quality,)), rules).reasons[0]
    assert "guardrails pass" not in judge_week(week(HIGH, LOW), rules).reasons[0]
