"""Features that last: sums with bounds, what is left out of them, and the ratio to capacity."""

import pytest

from gitledger.ledger.row import Row
from gitledger.measure.efficiency import LASTING_PER_PP, efficiency
from gitledger.measure.lasting import lasting
from gitledger.measure.outcome import WindowOutcome
from gitledger.windows.churn import NO_CHURN, WindowChurn, churn_of
from gitledger.windows.window import Window


def share(gone, **more):
    """Churn that is final."""
    return WindowChurn("r", "codex", "measured", "mature", 100.0, gone, gone, **more)


def still(so_far, upper, until="2026-12-07"):
    """Churn that is open."""
    return WindowChurn("r", "codex", "measured", "open", 100.0, so_far, upper, until)


def window(name, features, churn=NO_CHURN, capacity=10.0, **more):
    """One finished window of codex."""
    return WindowOutcome(name, "codex", features, capacity, churn=churn, **more)


def test_lasting_features_are_those_whose_lines_are_not_gone() -> None:
    """4 x .75 + 2 x 1 of 6 delivered."""
    made = lasting([window("a", 4, share(0.25)), window("b", 2, share(0.0))], "codex")
    assert (made.delivered, made.total.value, made.total.n, made.windows) == (6, 5.0, 2, 2)


def test_a_window_whose_churn_nobody_knows_is_left_out_by_name() -> None:
    """Unknown is neither 0 nor all: the sum holds one of two windows."""
    made = lasting([window("a", 4, share(0.25)), window("b", 2)], "codex")
    assert (made.total.value, made.total.n, made.windows) == (3.0, 1, 2)
    assert made.unknown == (("b", "no churn row"),)
    assert made.line() == "3 in 1 of 2 windows"


def test_without_any_churn_what_lasts_is_unknown() -> None:
    """The reason is named, the delivered features stay."""
    skipped = NO_CHURN._replace(row="r", decision="missing-commit-range")
    made = lasting([window("a", 4, skipped)], "codex")
    assert (made.total.value, made.delivered) == (None, 4)
    assert made.total.reason == "churn skipped: missing-commit-range"


def test_open_churn_gives_bounds_and_the_day_it_is_final() -> None:
    """3 final, and 2 x [1 - .9, 1 - .2]."""
    made = lasting([window("a", 4, share(0.25)), window("b", 2, still(0.2, 0.9))], "codex").total
    assert (made.value, made.low, made.high) == (None, pytest.approx(3.2), pytest.approx(4.6))
    assert made.reason == "churn open until 2026-12-07"


def test_reverted_work_lasts_not_at_all() -> None:
    """Even where the lines that are gone leave a tenth, and where no row was measured."""
    undone = [
        window("a", 4, share(0.95)._replace(reverted_by="f00")),
        window("b", 2, NO_CHURN._replace(reverted_by="ba5")),
        window("c", 3, share(0.0)),
    ]
    made = lasting(undone, "codex")
    assert (made.total.value, made.reverted) == (3.0, (("a", "f00"), ("b", "ba5")))


def test_a_window_that_shipped_nothing_has_nothing_to_lose() -> None:
    """A failed window and one of no features last 0, whatever their churn."""
    none = [window("a", 3, outcome="fail"), window("b", 0), window("c", 2, share(0.5))]
    assert lasting(none, "codex").total.value == 1.0


def test_the_ratio_uses_the_known_windows_above_and_below() -> None:
    """3 of 20 points; the window without a churn row gives neither features nor capacity."""
    own = [window("a", 4, share(0.5)), window("b", 2, share(0.5)), window("c", 9)]
    made = efficiency(own, "codex", name=LASTING_PER_PP)
    assert (made.features, made.capacity, made.estimate.value) == (3.0, 20.0, 0.15)
    assert [(e.window, e.reason) for e in made.excluded] == [("c", "no churn row")]


def test_the_ratio_of_open_churn_lies_between_bounds() -> None:
    """No value; the ends hold those of the least and of the most that lasts."""
    own = [window(name, 4, still(0.0, 0.5)) for name in "abc"]
    terms = {"name": LASTING_PER_PP}
    made = efficiency(own, "codex", **terms).estimate
    least = efficiency([window(n, 4, share(0.5)) for n in "abc"], "codex", **terms).estimate
    most = efficiency([window(n, 4, share(0.0)) for n in "abc"], "codex", **terms).estimate
    assert (made.value, made.low, made.high) == (None, least.low, most.high)
    assert made.reason == "churn open until 2026-12-07"


def churn_row(number, **values):
    """A churn row of codex."""
    values = {"window": "W0-01", "provider": "codex", "decision": "measured"} | values
    return Row("churn", "2026-11-20T08:00:00.000000Z", "ada", "test", values, f"{number:016x}")


def test_the_newest_measured_row_of_all_paths_counts() -> None:
    """A skip and a row of some paths do not take the place of a measure of the whole."""
    survival = {"state": "mature", "churn_14d": 0, "alive_at_end": 8}
    rows = (
        churn_row(1, survival=survival | {"churn_14d": 1}),
        churn_row(2, survival=survival),
        churn_row(3, survival=survival, paths=["docs"]),
        churn_row(4, decision="missing-commit-range"),
    )
    assert churn_of(Window("W0-01", churn=rows), "codex").row == f"{2:016x}"


def test_nine_lines_in_ten_gone_are_a_revert_by_the_commit_that_took_most() -> None:
    """However old they grew; eight in ten are not."""
    takers = [{"commit": "c" * 40, "lines": 8}, {"commit": "d" * 40, "lines": 1}]
    survival = {"state": "mature", "churn_14d": 0, "alive_at_end": 10, "gone_by": takers}
    found = [
        churn_of(
            Window("W0-01", churn=(churn_row(1, survival=survival | {"gone_of_alive": n}),)), p
        )
        for n, p in ((9, "codex"), (8, "codex"))
    ]
    assert [churn.reverted_by for churn in found] == ["c" * 40, ""]
    assert found[0].bounds == (1.0, 1.0)
