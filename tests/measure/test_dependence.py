"""Neighbouring windows that are alike: when it is told, and by how much it widens."""

import pytest

from gitledger.measure.dependence import INDEPENDENT, fading
from gitledger.measure.efficiency import efficiency
from gitledger.measure.intervals import Sample, log_variance, shrunk_log_t
from gitledger.measure.outcome import WindowOutcome


def sample_of(residuals: list[float]) -> Sample:
    """Windows of one point each, with these residuals about their mean."""
    return Sample([3 + e for e in residuals], [1.0] * len(residuals))


RUNS = [1.0] * 5 + [-1.0] * 5
TURNS = [1.0, -1.0] * 5


def test_runs_of_good_and_bad_windows_are_noticed() -> None:
    """Five above and five below: eight of nine neighbours alike, lag-1 correlation .7."""
    made = sample_of(RUNS).dependence
    assert made.correlation == pytest.approx(0.7)
    assert made.noticeable
    assert made.factor > 3


def test_windows_by_turns_narrow_nothing() -> None:
    """A negative correlation is taken for none."""
    made = sample_of(TURNS).dependence
    assert (made.factor, made.noticeable) == (1.0, False)


@pytest.mark.parametrize("residuals", [[1.0, 1.0, -1.0, -1.0], [0.0] * 10])
def test_too_few_windows_or_no_spread_say_nothing(residuals: list[float]) -> None:
    """Four windows, or ten that all lie on the line."""
    assert sample_of(residuals).dependence == INDEPENDENT


def test_a_small_correlation_of_six_windows_is_chance() -> None:
    """.24 at six windows widens nothing: the published interval stays."""
    sample = Sample([3, 5, 4, 2, 6, 3], [14, 22, 17, 9, 25, 12])
    assert sample.dependence.correlation == pytest.approx(0.2437, abs=1e-4)
    assert (sample.dependence.factor, sample.df) == (1.0, 8)


def test_the_factor_is_what_a_fading_correlation_adds() -> None:
    """1 + rho x 2 sum (1 - k/n) .9^(k-1), three windows: 2 (2/3 + .9/3)."""
    assert fading(3) == pytest.approx(2 * (2 / 3 + 0.3))


def test_a_widened_variance_has_fewer_degrees_of_freedom() -> None:
    """The same windows in runs and by turns: the first interval is the wider one."""
    good, bad = (6.0, 20.0), (2.0, 20.0)
    runs = Sample(*zip(*([good] * 5 + [bad] * 5), strict=True))
    turns = Sample(*zip(*([good, bad] * 5), strict=True))
    assert log_variance(runs) == pytest.approx(log_variance(turns) * runs.dependence.factor)
    assert runs.df == pytest.approx(10 / runs.dependence.factor + 2)
    assert shrunk_log_t(runs).high > shrunk_log_t(turns).high
    assert shrunk_log_t(runs).value == shrunk_log_t(turns).value


def test_an_efficiency_says_that_windows_do_not_look_independent() -> None:
    """In the order of their time, whatever order they are given in."""
    rows = [
        WindowOutcome(f"W{i}", "codex", 6 if i < 5 else 2, 20.0, at=f"2026-11-{10 + i}")
        for i in (7, 2, 9, 0, 4, 1, 8, 3, 6, 5)
    ]
    (note,) = efficiency(rows, "codex").notes
    assert note.startswith("windows do not look independent (lag-1 correlation 0.70)")
