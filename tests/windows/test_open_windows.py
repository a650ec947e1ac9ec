"""Which windows are open: what meters showed and what rows tell agree where both can."""

from itertools import product
from typing import Any

from gitledger.windows.attribution import NEVER, open_at, stretches
from gitledger.windows.fold import fold_windows
from gitledger.windows.snapshot import moment
from gitledger.windows.spans import open_windows

MOVES = ("before W0-01", "after W0-01", "finish W0-01", "before W0-02", "after W0-02")


def played(ledgers: Any, meter: Any, moves: tuple[str, ...]) -> None:
    """Record moves, an hour apart."""
    ledgers.clear()
    for hour, move in enumerate(moves, 9):
        what, window = move.split()
        if what == "finish":
            ledgers.finish(window, 3, finalised_at=f"2026-03-02T{hour:02}:00:00Z")
        else:
            reading = meter("weekly", hour, "06T12:00")
            ledgers.snap(window, what, f"{hour:02}:00", reading)


def test_both_name_the_same_open_windows(ledgers: Any, meter: Any) -> None:
    """Whatever was started, ended and completed, in any order of three moves."""
    for moves in product(MOVES, repeat=3):
        played(ledgers, meter, moves)
        shown = {(one.window, one.agent) for one in open_windows(fold_windows(ledgers))}
        known = stretches(ledgers.get("snapshots", ()), ledgers.get("windows", ()))
        told = {(one.window, one.agent) for one in known if one.end == NEVER}
        assert shown == told, moves


def test_a_pane_copied_before_the_start_claims_no_commit(ledgers: Any, meter: Any) -> None:
    """Within the lag a window opens when it was recorded, beyond it when the meter was read."""
    row = ledgers.snap("W0-01", "before", "2026-03-31T23:55:00Z", meter("weekly", 9, "06T12:00"))
    known = stretches([row], [])
    assert row.recorded_at.startswith("2026-04-01T00:00:01")
    assert open_at(known, moment("2026-03-31T23:58:00Z"), "ada").windows == ()
    assert open_at(known, moment("2026-04-01T00:00:02Z"), "ada").windows == ("W0-01",)
    older = ledgers.snap("W0-02", "before", "2026-03-31T20:00:00Z", meter("weekly", 9, "06T12:00"))
    assert open_at(stretches([older], []), moment("2026-03-31T20:30:00Z"), "ada").windows
