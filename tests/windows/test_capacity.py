"""Which meter counts as capacity where nobody chose one, and when a window changes it."""

from typing import Any

from gitledger.windows.capacity import meter_changes, with_capacity
from gitledger.windows.delta import Delta
from gitledger.windows.snapshot import Snapshot
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import AFTER, BEFORE, Capture, Window

NOBODY = Terms()


def window(name: str, provider: str = "codex", **states: Any) -> Window:
    """A window of one account whose meters have deltas in the states given."""
    meters = {"five": "5h", "week": "weekly"}
    deltas = tuple(
        Delta(provider, "default", "default", meters[key], state) for key, state in states.items()
    )
    return Window(name, (capture(provider, BEFORE), capture(provider, AFTER)), None, deltas)


def capture(provider: str, phase: str) -> Capture:
    """A pane without readings: the deltas are given."""
    shot = Snapshot("r", "W", provider, "default", phase, "a", "", None, "", False, False, (), ())  # type: ignore[arg-type]
    return Capture(provider, "default", phase, shot)


def meter(windows: list[Window], terms: Terms = NOBODY, provider: str = "codex") -> str:
    """The meter that counts."""
    return with_capacity(windows, terms).capacity_meter(provider)


def test_weekly_points_count_where_every_trusted_window_has_them() -> None:
    """Of any provider; a window that no meter is trusted of says nothing."""
    both = window("A", five="valid", week="valid")
    assert meter([both, window("B", five="stale", week="stale")]) == "weekly"
    glm = window("C", "glm", five="valid", week="saturated")
    assert meter([glm], provider="glm") == "weekly"


def test_one_window_without_a_weekly_delta_makes_it_five_hours() -> None:
    """Else its points would be left out, or added to another meter's."""
    rows = [window("A", five="valid", week="valid"), window("B", five="valid", week="anchor-moved")]
    assert meter(rows) == "5h"


def test_a_chosen_meter_stays() -> None:
    """Whatever the windows show."""
    assert meter([window("A", five="valid")], Terms(capacity={"codex": "weekly"})) == "weekly"


def test_the_window_that_changed_the_meter_is_named() -> None:
    """B has no trusted weekly delta, A had one; the first window of all changes nothing."""
    rows = [
        window("A", five="valid", week="valid"),
        window("B", five="valid", week="stale"),
        window("C", "glm", five="valid"),
    ]
    (change,) = meter_changes(rows, NOBODY)
    assert (change.provider, change.window, change.before) == ("codex", "B", 1)
    assert "since B" in change.sentence
    assert meter_changes(rows, Terms(capacity={"codex": "5h"})) == ()
