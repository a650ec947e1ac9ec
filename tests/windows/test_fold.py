"""Rows -> windows: what counts, what repeats, what is open."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from gitledger.windows.fold import fold_windows
from gitledger.windows.spans import awaiting_finalisation, open_windows
from gitledger.windows.window import Window

Meter = Callable[..., dict[str, Any]]


def window(ledgers: Any, name: str) -> Window:
    """One folded window."""
    return next(w for w in fold_windows(ledgers) if w.id == name)


def weekly(found: Window, provider: str = "codex", account: str = "default") -> Any:
    """The delta of the weekly meter."""
    return found.delta(provider, account, "weekly")


def test_newest_shown_reading_counts(ledgers: Any, meter: Meter) -> None:
    """Of several AFTERs the one shown last counts, whatever the order of recording."""
    ledgers.pair("W0-01", 9, 20, end="11:00")
    ledgers.snap("W0-01", "after", "10:00", meter("weekly", 14, "06T12:00"))
    found = window(ledgers, "W0-01")
    assert (Decimal(11), 2) == (
        weekly(found).value,
        found.capture("codex", "default", "after").entries,
    )


def test_a_reading_without_a_number_does_not_replace_one(ledgers: Any) -> None:
    """A later pane that held no number leaves the earlier reading in force."""
    ledgers.pair("W0-01", 9, 20)
    ledgers.snap("W0-01", "after", "11:00")
    assert weekly(window(ledgers, "W0-01")).state == "valid"


@pytest.mark.parametrize(
    ("phase", "state"), [("before", "missing-after"), ("after", "missing-before")]
)
def test_one_side_missing(ledgers: Any, meter: Meter, phase: str, state: str) -> None:
    """A window with one reading names the one that is missing."""
    ledgers.snap("W0-01", phase, "09:00", meter("weekly", 9, "06T12:00"))
    assert state == weekly(window(ledgers, "W0-01")).state


def test_no_reading_at_all_is_missing_before(ledgers: Any) -> None:
    """A provider with features only gets a delta of its capacity meter that says why."""
    ledgers.finish("W0-01", 3, "glm")
    delta = window(ledgers, "W0-01").deltas[0]
    assert (delta.provider, delta.meter, delta.state) == ("glm", "weekly", "missing-before")


def test_a_pane_without_numbers_is_unread(ledgers: Any, meter: Meter) -> None:
    """A stored text that held no number makes the delta unread."""
    ledgers.snap("W0-01", "before", "09:00", meter("weekly", 9, "06T12:00"))
    ledgers.snap("W0-01", "after", "10:00")
    delta = weekly(window(ledgers, "W0-01"))
    assert ("unread", Decimal(9)) == (delta.state, delta.before)


def test_a_before_newer_than_the_after_misses_its_after(ledgers: Any) -> None:
    """A window that was started again after its end has no AFTER yet."""
    ledgers.pair("W0-01", 9, 20, "10:00", "09:00")
    assert weekly(window(ledgers, "W0-01")).state == "missing-after"


def test_two_agents_on_one_account_share_it(ledgers: Any) -> None:
    """Windows that overlap on one account both show bounds."""
    ledgers.pair("W0-01", 9, 20, "09:00", "11:00")
    ledgers.pair("W0-02", 12, 22, "10:00", "12:00")
    states = [(weekly(w).state, weekly(w).with_windows) for w in fold_windows(ledgers)]
    assert states == [("shared", ("W0-02",)), ("shared", ("W0-01",))]


def test_other_account_is_not_shared(ledgers: Any, meter: Meter) -> None:
    """The same hours on another account of the provider share nothing."""
    ledgers.pair("W0-01", 9, 20, "09:00", "11:00")
    for phase, at, used in (("before", "10:00", 3), ("after", "12:00", 4)):
        ledgers.snap("W0-02", phase, at, meter("weekly", used, "06T12:00"), account="two")
    assert {"valid"} == {d.state for w in fold_windows(ledgers) for d in w.deltas}


def test_windows_that_touch_are_not_shared(ledgers: Any) -> None:
    """A cross ends one window at the moment the next begins."""
    ledgers.pair("W0-01", 9, 12, "09:00", "10:00")
    ledgers.pair("W0-02", 12, 15, "10:00", "11:00")
    assert {"valid"} == {d.state for w in fold_windows(ledgers) for d in w.deltas}


def test_another_agents_open_window_shares(ledgers: Any, meter: Meter) -> None:
    """A window another agent opened before and never ended may have used the account."""
    ledgers.snap("W0-01", "before", "08:00", meter("weekly", 8, "06T12:00"), agent="bob")
    ledgers.pair("W0-02", 9, 12)
    assert weekly(window(ledgers, "W0-02")).with_windows == ("W0-01",)


def test_an_abandoned_window_does_not_share(ledgers: Any, meter: Meter) -> None:
    """A window that the same agent left behind ends when it starts the next."""
    ledgers.snap("W0-01", "before", "08:00", meter("weekly", 8, "06T12:00"))
    ledgers.pair("W0-02", 9, 12)
    assert weekly(window(ledgers, "W0-02")).state == "valid"


def test_impossible_five_hour_reset_makes_the_weekly_stale(ledgers: Any, meter: Meter) -> None:
    """Both meters of a pane are read at one moment: one past reset condemns both."""
    old = (meter("5h", 12, "07:00"), meter("weekly", 14, "06T12:00"))
    ledgers.snap("W0-01", "before", "09:00", meter("weekly", 9, "06T12:00"))
    ledgers.snap("W0-01", "after", "10:00", *old)
    assert weekly(window(ledgers, "W0-01")).state == "stale"


def test_providers_own_warning_is_stale(ledgers: Any, meter: Meter) -> None:
    """A pane that says its limits may be stale is not trusted."""
    ledgers.snap("W0-01", "before", "09:00", meter("weekly", 9, "06T12:00"))
    warning = {"code": "stale", "what": "limits may be stale", "severity": "error"}
    reading = meter("weekly", 14, "06T12:00")
    ledgers.snap("W0-01", "after", "10:00", reading, problems=[warning])
    assert "may be stale" in weekly(window(ledgers, "W0-01")).why


def test_older_than_the_newest_recorded_is_stale(ledgers: Any) -> None:
    """A BEFORE of 10 % after another window saw 24 % of the same week is an old pane."""
    ledgers.pair("W0-01", 20, 24, "08:00", "09:00")
    ledgers.pair("W0-02", 10, 14, "10:00", "11:00")
    delta = weekly(window(ledgers, "W0-02"))
    assert (delta.state, "24 % of the same window" in delta.why) == ("stale", True)


def test_a_meter_that_goes_on_from_the_lower_figure_is_believed(ledgers: Any) -> None:
    """After a reset that the provider granted, the second window counts again."""
    ledgers.pair("W0-01", 50, 60, "08:00", "09:00")
    ledgers.pair("W0-02", 0, 4, "10:00", "11:00")
    ledgers.pair("W0-03", 4, 9, "11:00", "12:00")
    assert [weekly(w).state for w in fold_windows(ledgers)] == ["valid", "stale", "valid"]


def test_an_old_pane_pasted_twice_stays_stale(ledgers: Any) -> None:
    """The same old figure again is no proof that the meter fell."""
    ledgers.pair("W0-01", 50, 60, "08:00", "09:00")
    ledgers.pair("W0-02", 10, 10, "10:00", "11:00")
    assert weekly(window(ledgers, "W0-02")).state == "stale"


def test_finalised_twice_alike_is_a_duplicate(ledgers: Any) -> None:
    """The same statement with other notes is a duplicate; the latest counts."""
    ledgers.finish("W0-01", notes="first")
    last = ledgers.finish("W0-01", notes="second")
    finalised = window(ledgers, "W0-01").finalised
    assert (last.id, 1, 0) == (
        finalised.canonical.row,
        len(finalised.duplicates),
        len(finalised.conflicting),
    )


def test_finalised_twice_unlike_conflicts(ledgers: Any) -> None:
    """Another number of features contradicts the first statement."""
    ledgers.finish("W0-01", 2)
    ledgers.finish("W0-01", 3)
    assert len(window(ledgers, "W0-01").finalised.conflicting) == 1


def test_a_reason_amends_what_was_stated_before(ledgers: Any) -> None:
    """A finalisation with a reason replaces the earlier ones without conflict."""
    ledgers.finish("W0-01", 2)
    ledgers.finish("W0-01", 3, reason="counted twice")
    finalised = window(ledgers, "W0-01").finalised
    assert (
        finalised.canonical.features,
        finalised.conflicting,
        len(finalised.amended),
    ) == (3, (), 1)


def test_commits_belong_to_every_window_open_then(ledgers: Any) -> None:
    """A commit row names its windows."""
    ledgers.pair("W0-01", 9, 12)
    ledgers.pair("W0-02", 12, 15, "10:00", "11:00")
    ledgers.add("commits", sha="c" * 40, windows=["W0-01", "W0-02"])
    assert [len(w.commits) for w in fold_windows(ledgers)] == [1, 1]


def test_open_windows_per_agent_and_account(ledgers: Any, meter: Meter) -> None:
    """An agent's next start abandons its last; another agent's window stays open."""
    reading = meter("weekly", 8, "06T12:00")
    ledgers.snap("W0-01", "before", "08:00", reading, agent="bob")
    ledgers.snap("W0-02", "before", "09:00", reading)
    ledgers.snap("W0-03", "before", "10:00", reading)
    found = [(w.window, w.agent) for w in open_windows(fold_windows(ledgers))]
    assert found == [("W0-01", "bob"), ("W0-03", "ada")]


def test_ended_windows_await_finalisation(ledgers: Any) -> None:
    """A window that was ended and not completed awaits it."""
    ledgers.pair("W0-01", 9, 12)
    ledgers.pair("W0-02", 12, 15, "10:00", "11:00")
    ledgers.finish("W0-01")
    assert awaiting_finalisation(fold_windows(ledgers), "ada") == ("W0-02",)


def test_three_providers_in_one_window(ledgers: Any, meter: Meter) -> None:
    """Each provider account of a window has its own deltas."""
    for provider, name in (("codex", "weekly"), ("claude", "weekly"), ("glm", "5h")):
        for phase, at, used in (("before", "09:00", 3), ("after", "10:00", 5)):
            end = "13:00" if name == "5h" else "06T12:00"
            ledgers.snap("W0-01", phase, at, meter(name, used, end), provider=provider)
    found = [(d.provider, d.meter, d.state) for d in window(ledgers, "W0-01").deltas]
    assert found == [
        ("codex", "weekly", "valid"),
        ("claude", "weekly", "valid"),
        ("glm", "5h", "valid"),
    ]


@pytest.mark.parametrize(
    ("units", "used", "rounding"),
    [
        ({"used_units": 3341, "limit_units": 28000}, "11.9321", "exact"),
        ({"used_units": 9000, "limit_units": 10000}, "11", "floor"),
        ({}, "11", "floor"),
    ],
)
def test_old_zai_readings_are_floored_or_counted(
    ledgers: Any, meter: Meter, units: dict[str, int], used: str, rounding: str
) -> None:
    """A z.ai row that says `ceil` is read as floored, or as its counts where they agree."""
    shown = meter("5h", 11, "02T12:00", rounding="ceil", resolution=1, **units)
    ledgers.snap("W0-01", "before", "09:00", shown, provider="glm", source="zai")
    (reading,) = window(ledgers, "W0-01").captures[0].canonical.readings
    assert (reading.used, reading.rounding) == (Decimal(used), rounding)
    assert shown["rounding"] == "ceil"


def test_other_rows_keep_their_rounding(ledgers: Any, meter: Meter) -> None:
    """Only z.ai's rows were recorded with the wrong rounding."""
    ledgers.snap("W0-01", "before", "09:00", meter("5h", 11, rounding="ceil"))
    assert window(ledgers, "W0-01").captures[0].canonical.readings[0].rounding == "ceil"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"bucket": "luna reserve", "meter": "weekly"}, {"bucket": "gpt-reserve"}),
        ({"bucket": "codex_bengalfox", "meter": "weekly"}, {"bucket": "gpt-5.3-codex-spark"}),
        ({"bucket": "default", "meter": "weekly-overage-included"}, {"meter": "weekly-fable"}),
    ],
)
def test_old_names_meet_new_ones(
    ledgers: Any, meter: Meter, old: dict[str, str], new: dict[str, str]
) -> None:
    """A row under an old name and one under the new name are readings of one meter."""
    now = {"bucket": "default"} | old | new
    ledgers.snap("W0-01", "before", "09:00", meter("weekly", 9, "06T12:00") | old)
    ledgers.snap("W0-01", "after", "10:00", meter("weekly", 14, "06T12:00") | now)
    found = {(d.bucket, d.meter): d.state for d in window(ledgers, "W0-01").deltas}
    assert found == {(now["bucket"], now["meter"]): "valid"}
