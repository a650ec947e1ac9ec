"""Efficiency in its named variants: what enters, what is left out, what is said about it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.measure.coverage import coverage
from gitledger.measure.efficiency import (
    FEATURES_PER_PP,
    PER_WINDOW,
    QUALITY_ADJUSTED,
    efficiency,
    every_provider,
    rounding_variance,
)
from gitledger.measure.outcome import WHOLE_POINTS, AccountPart, WindowOutcome

X = [3, 5, 4, 2, 6, 3]
Y = [14, 22, 17, 9, 25, 12]


def week(x=X, y=Y, provider="codex", **more):
    """One outcome for each pair, all finalised and valid."""
    return [
        WindowOutcome(f"W0-{i:02}", provider, a, float(b), **more)
        for i, (a, b) in enumerate(zip(x, y, strict=True), start=1)
    ]


def part(**shown):
    """One account's part of a window, whole points unless said."""
    return AccountPart(**shown)


def test_features_per_pp_is_a_ratio_of_sums():
    """23 features over 99 pp, with the interval of six windows."""
    made = efficiency(week(), "codex")
    assert (
        round(made.estimate.value, 4),
        round(made.estimate.low, 4),
        round(made.estimate.high, 4),
        made.estimate.n,
    ) == (0.2323, 0.1658, 0.3398, 6)


@pytest.mark.parametrize(("n", "gate"), [(1, "too-few"), (3, "directional"), (6, "week0")])
def test_the_gate_follows_the_number_of_windows(n, gate):
    """Fewer than 3, fewer than 6, and 6."""
    assert gate == efficiency(week(X[:n], Y[:n]), "codex").gate


def test_two_windows_show_the_point_only():
    """Below three windows the interval is withheld and the reason given."""
    made = efficiency(week([3, 4], [12, 15]), "codex").estimate
    assert (made.low, made.high, made.reason) == (None, None, "too few: 2 of 3 windows")


@pytest.mark.parametrize(
    "state", ["non-monotonic", "stale", "shared", "zero-capacity", "missing-after", "anchor-moved"]
)
def test_an_unusable_capacity_leaves_both_sums(state):
    """Features of an unusable window are not in the numerator either."""
    rows = week()
    rows[2] = rows[2]._replace(state=state)
    made = efficiency(rows, "codex")
    assert (made.features, made.capacity, len(made.used)) == (19, 82, 5)
    assert [("W0-03", state)] == [(e.window, e.reason) for e in made.excluded]


def test_a_full_meter_counts_and_is_marked():
    """Its points are known: 100 - before. Leaving it out would keep the cheap windows."""
    rows = [*week([3], [12]), WindowOutcome("W0-02", "codex", 2, 9.0, state="saturated")]
    made = efficiency(rows, "codex")
    assert (made.features, made.capacity) == (5, 21)
    assert made.notes == ("W0-02: meter full at the end: counted as 100 - before",)


def test_a_full_meter_that_sells_more_is_a_lower_bound():
    """Where use beyond 100 % is sold it is left out with the points it took at the least."""
    more = WindowOutcome("W0-02", "codex", 2, 9.0, state="saturated", bounded_below_only=True)
    made = efficiency([*week([3], [12]), more], "codex")
    assert [(e.reason, e.at_least) for e in made.excluded] == [("saturated", 9.0)]


def test_what_leaving_full_windows_out_would_show_is_told():
    """Ten cheap windows and ten full ones: the cheap alone lie outside the interval of all."""
    rows = week([4] * 10, [8] * 10)
    rows += [WindowOutcome(f"W0-{i:02}f", "codex", 2, 90.0, state="saturated") for i in range(10)]
    made = efficiency(rows, "codex")
    assert made.without_full.value == 0.5 > made.estimate.high
    assert made.payload()["without_saturated"]["n"] == 10
    assert efficiency(week(), "codex").without_full is None


def test_sums_of_no_usable_window_are_unknown():
    """Nothing was counted, and nothing is not 0."""
    told = efficiency([o._replace(state="stale") for o in week()], "codex").payload()
    assert (told["usable"], told["features"], told["capacity"]) == (0, None, None)


def test_a_usable_window_that_shipped_nothing_is_a_true_zero():
    """0 features over 12 pp."""
    told = efficiency(week([0], [12]), "codex").payload()
    assert (told["usable"], told["features"], told["capacity"]) == (1, 0, 12)


def test_an_open_window_is_named_not_counted():
    """Not finalised is a reason of its own."""
    rows = [*week([3], [12]), WindowOutcome("W0-02", "codex", None, 4.0, finalised=False)]
    assert [e.reason for e in efficiency(rows, "codex").excluded] == ["not-finalised"]


def test_a_second_finalisation_replaces_the_first():
    """One window counts once, the latest wins, and the duplicate is reported."""
    rows = [*week([3], [12]), WindowOutcome("W0-01", "codex", 5, 12.0)]
    made = efficiency(rows, "codex")
    assert (made.features, made.capacity, made.windows) == (5, 12, 1)
    assert made.notes == ("1 completed twice left out",)


def test_quality_weighs_the_features():
    """x = features x quality."""
    rows = [o._replace(quality=0.5) for o in week()]
    assert (
        pytest.approx(efficiency(rows, "codex", name=QUALITY_ADJUSTED).estimate.value)
        == 23 / 2 / 99
    )


def test_a_window_without_quality_stays_out_of_the_adjusted_measure():
    """Unknown quality is not quality 0."""
    rows = [o._replace(quality=1.0) for o in week()]
    rows[0] = rows[0]._replace(quality=None)
    made = efficiency(rows, "codex", name=QUALITY_ADJUSTED)
    assert (len(made.used), made.excluded[0].reason) == (5, "no-quality")


def test_features_per_window_needs_no_capacity():
    """A window with an unusable meter still counts its features per window."""
    rows = [o._replace(state="non-monotonic") for o in week()]
    made = efficiency(rows, "codex", name=PER_WINDOW)
    assert pytest.approx(made.estimate.value) == 23 / 6


def test_a_failed_window_keeps_its_cost_and_loses_its_features():
    """Successful features only; the capacity was used all the same."""
    rows = week()
    rows[0] = rows[0]._replace(outcome="fail")
    made = efficiency(rows, "codex")
    assert (made.features, made.capacity) == (20, 99)
    assert made.notes[0].startswith("W0-01: failed")


def test_a_floored_meter_from_zero_gets_half_a_point():
    """The correction is added to those deltas only, and said."""
    rows = [*week([1], [5]), week([1], [5])[0]._replace(window="W0-02")]
    fresh, later = part(before=0.0, rounding="floor"), part(before=5.0, rounding="floor")
    rows = [o._replace(parts=(p,)) for o, p in zip(rows, (fresh, later), strict=True)]
    made = efficiency(rows, "codex")
    assert made.capacity == 10.5
    assert made.notes == ("W0-01: half a step added: the meter rounds down and started at 0",)


@pytest.mark.parametrize(
    ("shown", "points"),
    [
        ({"rounding": "ceil", "before": 0.0, "after": 5.0}, -0.5),
        ({"rounding": "ceil", "before": 0.0, "after": 0.0}, 0),
        ({"rounding": "ceil", "before": 3.0, "after": 8.0}, 0),
        ({"rounding": "ceil", "before": 0.0, "after": 100.0}, 0),
        ({"rounding": "floor", "before": 0.0, "after": 0.0}, 0.5),
        ({"rounding": "floor", "before": 0.0, "after": 5.0, "step_after": 0.1}, 0.05),
        ({"rounding": "floor", "before": 0.0, "after": 5.0, "follows": "W0-00"}, 0),
        ({"rounding": "round", "before": 0.0, "after": 5.0}, 0),
    ],
)
def test_only_a_rounded_meter_that_started_at_0_is_corrected(shown, points):
    """Rounded down it loses half a step, rounded up it gains one; a full one is read exactly."""
    assert part(**shown).correction == pytest.approx(points)


def test_chained_windows_share_one_rounding():
    """Four windows on one period: (1/6)/4 each; two chains: twice that."""
    rows = week(X[:4], Y[:4])
    rows = [o._replace(parts=(part(follows=f"W0-{i:02}"),)) for i, o in enumerate(rows)]
    assert pytest.approx(rounding_variance(rows)) == 1 / 24
    rows[2] = rows[2]._replace(parts=(part(follows="W0-99"),))
    assert pytest.approx(rounding_variance(rows)) == 1 / 12


def test_each_account_counts_its_own_steps():
    """A whole-point bar and one of tenths: (1 + 1 + .01 + .01)/12; exact ones count nothing."""
    fine = part(account="b", step_before=0.1, step_after=0.1)
    exact = part(account="c", step_before=0.0, step_after=0.0)
    rows = [o._replace(parts=(part(), fine, exact)) for o in week([3], [12])]
    assert pytest.approx(rounding_variance(rows)) == 2.02 / 12
    # the chain of one account says nothing about another's
    rows += [o._replace(window="W0-02", parts=(part(follows="W0-01"), fine)) for o in rows]
    assert pytest.approx(rounding_variance(rows)) == (2 + 4 * 0.01) / 12 / 2


def test_mixed_units_make_no_sum():
    """Prompts and percentage points are never added."""
    rows = [*week([3], [12]), week([3], [12])[0]._replace(window="W0-02", unit="prompts")]
    made = efficiency(rows, "codex").estimate
    assert made.value is None
    assert made.reason.startswith("capacity in several units")


def test_typed_readings_enter_and_are_marked():
    """State manual counts, with a note."""
    rows = [o._replace(state="manual") for o in week([3], [12])]
    assert efficiency(rows, "codex").notes == ("W0-01: typed in by hand",)


def test_every_provider_is_measured_by_name():
    """Providers come in alphabetical order, each with its own windows."""
    rows = [*week(), *week([1], [50], "claude")]
    assert [(m.provider, m.windows) for m in every_provider(rows)] == [("claude", 1), ("codex", 6)]


def test_the_coverage_line_names_every_window_left_out():
    """5 of 6 usable, and why not the sixth."""
    rows = week()
    rows[5] = rows[5]._replace(state="missing-after")
    line = coverage(every_provider(rows)).line()
    assert line == "5 of 6 windows usable; W0-06 missing-after"


@settings(max_examples=50)
@given(
    st.lists(
        st.builds(
            WindowOutcome,
            window=st.sampled_from([f"W{i}" for i in range(40)]),
            provider=st.just("codex"),
            features=st.one_of(st.none(), st.integers(0, 9)),
            capacity=st.one_of(st.none(), st.integers(0, 40).map(float)),
            state=st.sampled_from(["valid", "manual", "stale"]),
            quality=st.one_of(st.none(), st.floats(0, 1)),
            parts=st.just(WHOLE_POINTS),
        ),
        unique_by=lambda o: o.window,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
    st.sampled_from([FEATURES_PER_PP, QUALITY_ADJUSTED, PER_WINDOW]),
)
def test_efficiency_ignores_the_order_in_which_windows_are_given(rows, random, name):
    """The same windows handed over in another order give the same estimate, in every variant."""
    shuffled = list(rows)
    random.shuffle(shuffled)
    left, right = (efficiency(r, "codex", name=name) for r in (rows, shuffled))
    assert left.estimate == right.estimate
    assert left.needed == right.needed


@pytest.mark.parametrize("quality", [5e-324, 1e-308, 1e-306, 1e-160])
def test_quality_next_to_nothing_overflows_nothing(quality):
    """Features that weigh next to nothing: a number of windows that nobody can say is unknown."""
    rows = [o._replace(quality=quality) for o in week([1], [1])]
    made = efficiency(rows, "codex", name=QUALITY_ADJUSTED)
    assert made.needed in {None, 9998}
    assert made.estimate.value == quality


def test_the_order_of_work_says_how_independent_windows_are_and_nothing_else():
    """The value knows no order; the width does, since neighbours in time are alike or not."""
    good, bad = (6, 10), (1, 10)
    days = {"in a row": [good] * 5 + [bad] * 5, "in turns": [good, bad] * 5}
    made = {}
    for name, pairs in days.items():
        rows = week(*zip(*pairs, strict=True))
        rows = [o._replace(at=f"2026-11-{i:02}T08:00:00Z") for i, o in enumerate(rows, start=1)]
        made[name] = efficiency(rows, "codex")
        assert efficiency(rows[::-1], "codex") == made[name]
    row, turns = made["in a row"].estimate, made["in turns"].estimate
    assert (row.value, row.n) == (turns.value, turns.n)
    assert row.low < turns.low < turns.high < row.high


def test_the_payload_has_the_keys_of_a_preview():
    """JSON entry of one provider."""
    assert {
        *("provider", "meter", "unit", "windows", "usable", "features", "capacity"),
        *("efficiency", "gate", "windows_needed", "notes"),
    } == set(efficiency(week(), "codex").payload())
