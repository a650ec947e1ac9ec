"""Sums against the windows themselves: the same digits, whatever way they were added up."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitledger.measure.dependence import LAGS, dependence
from gitledger.measure.efficiency import (
    FEATURES_PER_PP,
    LASTING_PER_PP,
    PER_WINDOW,
    QUALITY_ADJUSTED,
    efficiency,
    sample_of,
)
from gitledger.measure.gates import printed_estimate
from gitledger.measure.intervals import (
    Sample,
    bounded_exp,
    log_variance,
    shrunk_log_t,
    student_quantile,
)
from gitledger.measure.outcome import AccountPart, WindowOutcome
from gitledger.measure.rounding import squared_steps
from gitledger.measure.sums import LaggedProducts, Sums, exact_fraction, sums_over, total, whole
from gitledger.measure.terms import SHIPPED
from gitledger.windows.churn import WindowChurn

STEPS = st.sampled_from([0.0, 0.01, 0.1, 1.0])
QUARTERS = st.integers(0, 4000).map(lambda n: n / 4)
TENTHS = st.integers(0, 1000).map(lambda n: n / 10)


@st.composite
def outcomes(draw: st.DrawFn) -> list[WindowOutcome]:
    """Windows of one provider: any meter's steps, chains, qualities, churn; some without."""
    found = []
    for number in range(draw(st.integers(1, 24))):
        follows = f"W{number - 1:02}" if draw(st.booleans()) else ""
        part = AccountPart(
            before=draw(TENTHS),
            rounding=draw(st.sampled_from(["round", "floor", "ceil", "exact"])),
            step_before=draw(STEPS),
            step_after=draw(STEPS),
            follows=follows,
        )
        gone = draw(st.one_of(st.none(), st.tuples(st.integers(0, 9), st.integers(10, 97))))
        churn = WindowChurn(so_far=gone and gone[0] / gone[1], upper=gone and gone[0] / gone[1])
        found.append(
            WindowOutcome(
                f"W{number:02}",
                "codex",
                draw(st.integers(0, 40)),
                draw(QUARTERS),
                state=draw(st.sampled_from(["valid", "manual", "stale"])),
                quality=draw(st.one_of(st.none(), st.integers(0, 20).map(lambda n: n / 20))),
                outcome=draw(st.sampled_from(["pass", "fail"])),
                parts=(part,),
                at=f"2026-11-{1 + number:02}T08:00:00Z",
                churn=churn,
            )
        )
    return found


def by_floats(sample: Sample) -> tuple[float, float, float]:
    """Value and ends as the formula reads in floats, window by window, residuals and all."""
    sx, sy, n = math.fsum(sample.x), math.fsum(sample.y), len(sample.x)
    residuals = [x - sx / sy * y for x, y in zip(sample.x, sample.y, strict=True)]
    squares = math.fsum(e * e for e in residuals)
    noise = 1e-9 * max(1.0, math.fsum(x * x for x in sample.x))
    seen = [
        math.fsum(a * b for a, b in zip(residuals, residuals[lag:], strict=False)) / squares
        if squares > noise
        else 0.0
        for lag in LAGS
    ]
    factor = dependence(seen, n).factor
    prior = SHIPPED.phi0 * (1 / (sx + 0.5) if sample.spread is None else sample.spread)
    prior += n * sample.rounding / sy**2
    empirical = n / (n - 1) * squares / max(sx, 0.5) ** 2 if n > 1 else 0.0
    variance = factor * (3 * prior + (n - 1) * empirical) / (n + 2)
    half = student_quantile(n / factor + 2, SHIPPED.confidence) * math.sqrt(variance)
    centre, value = math.log((sx + 0.5) / sy), sx / sy
    low = min(bounded_exp(centre - half), value) if sx > 0 else 0.0
    return value, low, max(bounded_exp(centre + half), value)


@pytest.mark.parametrize("name", [FEATURES_PER_PP, QUALITY_ADJUSTED, PER_WINDOW, LASTING_PER_PP])
@given(rows=outcomes())
def test_an_efficiency_is_what_its_sums_say_and_what_the_floats_said(
    name: str, rows: list[WindowOutcome]
) -> None:
    """To the digit from the sums alone; to nine digits by the formula over the windows."""
    made = efficiency(rows, "codex", name=name)
    again = printed_estimate(shrunk_log_t(made.sample.sums, SHIPPED), SHIPPED)
    if made.sample.flaw:
        return
    assert again == made.estimate
    whole_one = shrunk_log_t(made.sample.sums, SHIPPED)
    told = (whole_one.value, whole_one.low, whole_one.high)
    assert told == pytest.approx(by_floats(made.sample), rel=1e-9)


@given(rows=outcomes(), cut=st.integers(0, 24))
def test_sums_that_were_added_up_apart_are_the_sums_of_all(
    rows: list[WindowOutcome], cut: int
) -> None:
    """What any machine adds in any order: n, sums, products, steps; neighbours across the cut too.

    The digits of value and interval are the same, since nothing was rounded on the way.
    """
    kept = [o for o in rows if not o.unusable]
    sample = sample_of(kept, FEATURES_PER_PP)
    x, y = [*map(exact_fraction, sample.x)], [*map(exact_fraction, sample.y)]
    parts = [range(min(cut, len(x))), range(min(cut, len(x)), len(x))]
    added = Sums(
        len(x),
        *(
            sum((sum((f(i) for i in part), Fraction(0)) for part in reversed(parts)), Fraction(0))
            for f in (
                lambda i: x[i],
                lambda i: y[i],
                lambda i: x[i] * x[i],
                lambda i: x[i] * y[i],
                lambda i: y[i] * y[i],
            )
        ),
        lags=tuple(
            LaggedProducts(
                sum((x[i] * x[i - k] for i in range(k, len(x))), Fraction(0)),
                sum((x[i] * y[i - k] + y[i] * x[i - k] for i in range(k, len(x))), Fraction(0)),
                sum((y[i] * y[i - k] for i in range(k, len(x))), Fraction(0)),
            )
            for k in LAGS
        ),
        steps=squared_steps(kept),
    )
    assert shrunk_log_t(added, SHIPPED) == shrunk_log_t(sample, SHIPPED)
    if not sample.flaw:
        assert log_variance(added, SHIPPED) == log_variance(sample, SHIPPED)


def test_a_float_counts_as_the_decimal_that_it_is_written_as() -> None:
    """Three tenths are three tenths; a number no nine digits write is the one in the machine."""
    assert total([0.1, 0.2]) == Fraction(3, 10)
    assert exact_fraction(0.1 + 0.2) == Fraction(*(0.1 + 0.2).as_integer_ratio())
    assert whole([0.5, 12.25]) == ([5000, 122500], 10**4)
    assert whole([1e-9]) == ([1], 10**9)
    assert whole([]) == ([], 10**4)


def test_windows_on_one_line_are_alike_in_nothing() -> None:
    """Six windows at one rate: floats left dust between them, and dust correlates."""
    made = Sample([3, 6, 9, 3, 6, 9], [0.7, 1.4, 2.1, 0.7, 1.4, 2.1])
    assert made.sums.squared_residuals == 0
    assert (made.dependence.factor, made.dependence.correlation) == (1.0, 0.0)


def test_another_unit_of_capacity_scales_the_ends() -> None:
    """A hundred points are twenty dollars: the interval of the ratio is five times as high."""
    sums = Sample([3, 5, 4, 2, 6, 3], [14, 22, 17, 9, 25, 12]).sums
    points, dollars = (shrunk_log_t(s) for s in (sums, sums.scaled(Fraction(1, 5))))
    assert dollars.value == pytest.approx(5 * points.value)
    assert (dollars.low, dollars.high) == (
        pytest.approx(5 * points.low),
        pytest.approx(5 * points.high),
    )
    assert sums.scaled(Fraction(1)) is sums


@pytest.mark.parametrize(
    ("sums", "flaw"),
    [
        (sums_over([], []), "no usable window"),
        (sums_over([1.0], [math.inf]), "a value is not finite"),
        (sums_over([-1.0], [2.0]), "negative features"),
        (sums_over([1.0], [0.0]), "no capacity was measured"),
    ],
)
def test_sums_that_make_no_ratio_say_why(sums: Sums, flaw: str) -> None:
    """And the estimate repeats it."""
    assert sums.flaw == flaw == shrunk_log_t(sums).reason


def test_weights_beyond_any_float_are_infinite_not_a_crash() -> None:
    """A spread that no float holds."""
    assert replace(sums_over([1.0], [1.0]), squares=Fraction(10) ** 400).spread == math.inf
