"""Churn of several windows together: lines over ranges, each range once."""

import pytest

from gitledger.measure.churnpool import pooled_churn
from gitledger.measure.outcome import WindowOutcome
from gitledger.windows.churn import NO_CHURN, SharedLines, WindowChurn


def window(name, so_far, upper=None, *, lines=100.0, span=None, **more):
    """One finished window whose churn is final, or open up to `upper`."""
    state = "mature" if upper is None else "open"
    least = so_far if upper is None else upper
    until = "" if upper is None else "2026-12-07"
    churn = WindowChurn(
        name, "codex", "measured", state, lines, so_far, least, until, span or (name, name)
    )
    return WindowOutcome(name, "codex", 2, 10.0, churn=churn._replace(**more))


def test_churn_is_pooled_over_lines_not_over_windows() -> None:
    """1 of 100 and 9 of 100 lines, then 90 of 900."""
    pool = pooled_churn([window("a", 0.01), window("b", 0.09), window("c", 0.1, lines=900.0)])
    assert (pool.churn_14d.value, pool.churn_14d.n) == (100 / 1100, 3)


def test_a_range_that_two_windows_share_is_one_set_of_lines() -> None:
    """.1 and .4 of 100 lines each; the third window has the second one's range."""
    shared = ("s" * 40, "e" * 40)
    own = [window("a", 0.1), window("b", 0.4, span=shared), window("c", 0.4, span=shared)]
    assert (pooled_churn(own).churn_14d.value, pooled_churn(own).ranges) == (0.25, 2)


def test_a_commit_of_two_windows_counts_once() -> None:
    """60 of 100 lines of the second are the first one's, 30 of them dead: 40 lines, 10 dead."""
    twice = (SharedLines("c", 60.0, 30.0, 0.0),)
    own = [window("a", 0.3, shared=twice), window("b", 0.4, shared=twice)]
    pool = pooled_churn(own)
    assert (pool.churn_14d.value, pool.ranges) == (pytest.approx(40 / 140), 2)
    alone = (SharedLines("c", 100.0, 40.0, 0.0),)
    both = [window("a", 0.4, shared=alone), window("b", 0.4, shared=alone)]
    assert (pooled_churn(both).churn_14d.value, pooled_churn(both).ranges) == (0.4, 1)


def test_a_commit_of_two_windows_bounds_an_open_sum_once() -> None:
    """Of 100 open lines 60 are another window's: 10 dead and 20 open of the 40 that are left."""
    twice = (SharedLines("c", 60.0, 10.0, 30.0),)
    own = [window("a", 0.2, 0.8, shared=twice), window("b", 0.2, 0.7, shared=twice)]
    pool = pooled_churn(own)
    assert (pool.so_far, pool.upper) == (pytest.approx(30 / 140), pytest.approx(110 / 140))


def test_a_final_figure_of_a_shared_range_comes_before_an_open_one() -> None:
    """Whichever window was given first."""
    shared = ("s" * 40, "e" * 40)
    both = [window("a", 0.3, span=shared), window("b", 0.1, 0.9, span=shared)]
    assert [pooled_churn(many).churn_14d.value for many in (both, both[::-1])] == [0.3, 0.3]


def test_open_ranges_bound_the_pool_and_name_the_day() -> None:
    """(10 + 20) to (10 + 80) of 200 lines; final is the one alone."""
    pool = pooled_churn([window("a", 0.1), window("b", 0.2, 0.8)])
    assert (pool.churn_14d.value, pool.so_far, pool.upper) == (0.1, 0.15, 0.45)
    assert pool.until == "2026-12-07"


def test_reverted_lines_are_gone_for_the_bounds_and_not_for_the_fourteen_days() -> None:
    """A revert after day 14 changes what lasts, not what churn_14d is."""
    pool = pooled_churn([window("a", 0.0, reverted_by="f00")])
    assert (pool.churn_14d.value, pool.so_far, pool.upper) == (0.0, 1.0, 1.0)


def test_windows_that_nobody_measured_are_named_those_without_lines_are_not() -> None:
    """Nothing is final, nothing is bounded."""
    skipped = NO_CHURN._replace(row="r", decision="missing-commit-range")
    empty = NO_CHURN._replace(row="r", decision="measured", state="no-lines")
    own = [
        WindowOutcome(name, "codex", 2, 10.0, churn=churn)
        for name, churn in (("a", NO_CHURN), ("b", skipped), ("c", empty))
    ]
    pool = pooled_churn(own)
    assert (pool.churn_14d.value, pool.so_far, pool.ranges) == (None, None, 0)
    assert [window for window, _ in pool.unknown] == ["a", "b"]
