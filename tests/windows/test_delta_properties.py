"""What holds for any readings: no negative delta, one state, no order but that of recording."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.ledger.row import Row
from gitledger.windows.delta import State, measure_delta
from gitledger.windows.fold import fold_windows
from gitledger.windows.snapshot import MeterReading

START = datetime(2026, 3, 2, tzinfo=UTC)
ROUNDINGS = ("floor", "round", "ceil", "exact")
minutes = st.integers(0, 20_000)


@st.composite
def readings(draw: st.DrawFn, least: int = 0) -> MeterReading:
    """A reading at any minute from `least` on, with or without a reset time."""
    at = START + timedelta(minutes=least + draw(minutes))
    reset = draw(st.none() | minutes)
    return MeterReading(
        "default",
        draw(st.sampled_from(["5h", "weekly"])),
        draw(st.decimals(0, 100, places=1)),
        at,
        resolution=draw(st.sampled_from([Decimal(1), Decimal("0.1")])),
        rounding=draw(st.sampled_from(ROUNDINGS)),
        resets_at=None if reset is None else START + timedelta(minutes=reset),
        manual=draw(st.booleans()),
    )


@settings(max_examples=200, deadline=None)
@given(readings(), readings(least=20_000))
def test_delta_is_never_negative_and_always_has_a_known_state(
    before: MeterReading, after: MeterReading
) -> None:
    """Any two readings give one of the states, and no number below 0."""
    delta = measure_delta(before, after)
    assert delta.state in get_args(State)
    assert delta.value is None or delta.value >= 0
    assert delta.usable <= (delta.value is not None)


@settings(max_examples=200, deadline=None)
@given(readings(), readings(least=20_000))
def test_bounds_hold_the_value(before: MeterReading, after: MeterReading) -> None:
    """low <= value <= high wherever they are known."""
    delta = measure_delta(before, after)
    if delta.value is not None:
        assert delta.low is not None
        assert delta.low <= delta.value
        assert delta.high is None or delta.value <= delta.high


steps = st.lists(
    st.tuples(
        st.sampled_from(["W0-01", "W0-02", "W0-03"]),
        st.sampled_from(["before", "after"]),
        st.integers(0, 3000),
        st.integers(0, 100),
    ),
    max_size=10,
    unique_by=lambda step: step[2],
)


def rows(given_steps: Sequence[tuple[str, str, int, int]]) -> list[Row]:
    """Snapshots of one account, each at its own minute."""
    found = []
    for window, phase, at, used in given_steps:
        shown = {"meter": "weekly", "used_pct": used, "resets_at": "2026-03-06T12:00:00Z"}
        values = {"window": window, "provider": "codex", "account": "default", "phase": phase}
        values |= {"captured_at": (START + timedelta(minutes=at)).isoformat()}
        values |= {"readings": [shown]}
        found.append(Row("snapshots", "2026-04-01T00:00:00.000000Z", "ada", "test", values, ""))
    return found


@settings(max_examples=100, deadline=None)
@given(steps, st.randoms(use_true_random=False))
def test_order_of_recording_does_not_change_deltas(
    given_steps: list[tuple[str, str, int, int]], shuffler: random.Random
) -> None:
    """Readings shown at different minutes give the same deltas however they were recorded."""
    shuffled = list(given_steps)
    shuffler.shuffle(shuffled)
    deltas = [
        {w.id: w.deltas for w in fold_windows({"snapshots": rows(order)})}
        for order in (given_steps, shuffled)
    ]
    assert deltas[0] == deltas[1]


@settings(max_examples=100, deadline=None)
@given(steps)
def test_repeating_every_row_changes_no_delta(given_steps: list[tuple[str, str, int, int]]) -> None:
    """Duplicates of readings are listed and change nothing."""
    once = rows(given_steps)
    twice = fold_windows({"snapshots": [*once, *once]})
    assert [w.deltas for w in fold_windows({"snapshots": once})] == [w.deltas for w in twice]
