"""Folded windows as outcomes: capacity, chains, rehearsals, accounts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gitledger.ledger.row import Row
from gitledger.measure.efficiency import rounding_variance
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.fold import fold_windows

START = datetime(2026, 11, 16, 8, tzinfo=UTC)


def snap(window, phase, hour, used, **more):
    """A weekly reading of codex."""
    reading = {
        "meter": "weekly",
        "used_pct": Decimal(used),
        "window_minutes": 10080,
        "resets_at": "2026-11-23T08:00:00Z",
        "rounding": more.pop("rounding", "round"),
    }
    plain = {
        "window": window,
        "provider": "codex",
        "account": "default",
        "phase": phase,
        "captured_at": (START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "readings": [reading],
    }
    return Row(
        "snapshots", f"2026-11-20T00:00:{hour:02}.0Z", "a", "t", plain | more, f"{hour:016x}"
    )


def finish(window, *stated, **more):
    """A finalisation with (provider, account, features)."""
    features = [{"provider": p, "account": a, "features": n} for p, a, n in stated]
    return Row("windows", "2026-11-21T00:00:00.0Z", "a", "t",
               {"window": window, "features": features} | more, f"f{window:>015}")  # fmt: skip


def outcomes(snapshots, finals):
    """The outcomes of some rows."""
    return outcomes_of(fold_windows({"snapshots": snapshots, "windows": finals}))


CODEX = ("codex", "default", 3)


def test_a_finished_window_has_features_and_capacity():
    """10 -> 22: twelve points, three features."""
    rows = [snap("A", "before", 1, 10), snap("A", "after", 2, 22)]
    made = outcomes(rows, [finish("A", CODEX, quality=Decimal("0.5"), outcome="pass")])[0]
    assert (made.features, made.capacity, made.state, made.quality) == (3, 12, "valid", 0.5)


def test_an_open_window_is_not_finalised():
    """Its capacity may be known; its features are not."""
    made = outcomes([snap("A", "before", 1, 10)], [])[0]
    assert (made.features, made.unusable) == (None, "not-finalised")


def test_a_metered_provider_without_stated_features_is_left_out():
    """Nobody said that it shipped nothing."""
    rows = [snap("A", "before", 1, 10), snap("A", "after", 2, 22)]
    made = {o.provider: o for o in outcomes(rows, [finish("A", ("glm", "default", 1))])}
    assert made["codex"].unusable == "no-features"
    assert made["glm"].unusable in {"missing-before", "no-delta"}


def test_one_pane_for_two_windows_chains_them():
    """cross: the AFTER of A is the BEFORE of B."""
    rows = [
        snap("A", "before", 1, 10),
        snap("A", "after", 5, 22),
        snap("B", "before", 5, 22),
        snap("B", "after", 9, 30),
    ]
    made = outcomes(rows, [finish("A", CODEX), finish("B", CODEX)])
    assert [o.follows for o in made] == ["", "A"]
    assert rounding_variance(made) == pytest.approx(1 / 12)


def test_a_rehearsed_pane_is_no_capacity():
    """A simulated reading keeps its window out."""
    rows = [snap("A", "before", 1, 10), snap("A", "after", 2, 22, simulated=True)]
    assert outcomes(rows, [finish("A", CODEX)])[0].unusable == "simulated"


def test_two_accounts_of_a_provider_are_added():
    """12 and 5 points, 3 and 2 features."""
    rows = [
        snap("A", "before", 1, 10),
        snap("A", "after", 5, 22),
        snap("A", "before", 2, 40, account="two"),
        snap("A", "after", 6, 45, account="two"),
    ]
    made = outcomes(rows, [finish("A", CODEX, ("codex", "two", 2))])
    assert [(o.features, o.capacity) for o in made] == [(5, 17)]


def test_one_unusable_account_spoils_both():
    """The second account has no AFTER."""
    rows = [
        snap("A", "before", 1, 10),
        snap("A", "after", 5, 22),
        snap("A", "before", 2, 40, account="two"),
    ]
    made = outcomes(rows, [finish("A", CODEX, ("codex", "two", 2))])
    assert made[0].unusable == "missing-after"


def test_a_floored_meter_from_zero_is_corrected():
    """floor, 0 -> 5: five and a half points."""
    rows = [
        snap("A", "before", 1, 0, rounding="floor"),
        snap("A", "after", 5, 5, rounding="floor"),
    ]
    assert outcomes(rows, [finish("A", CODEX)])[0].used == 5.5
