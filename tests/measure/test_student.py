"""Student's t against closed forms, which are exact where other libraries are off by 1e-8.

Sources of the forms: for 1 degree of freedom P = 1/2 + atan(t)/pi, for 2 and 4 the integrals of
the density are algebraic (Abramowitz and Stegun 26.7.3 and 26.7.4), so that quantiles can be
checked by putting them back in.
"""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gitledger.measure.student import below, quantile

TABLE = [  # two-sided 95 %: Abramowitz and Stegun table 26.10, to its last digit
    *((1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)),
]


def exact(t: float, df: int) -> float:
    """P(T <= t) in closed form, for any whole number of degrees of freedom.

    With a = atan(t / sqrt(df)) the two-sided probability is a finite sum of powers of cos a.
    """
    angle = math.atan(t / math.sqrt(df))
    cosine = math.cos(angle) ** 2
    if df % 2:
        term, total = math.cos(angle), 0.0
        for k in range(1, df // 2 + 1):
            total += term
            term *= cosine * 2 * k / (2 * k + 1)
        between = 2 / math.pi * (angle + (math.sin(angle) * total if df > 1 else 0))
    else:
        term, total = 1.0, 0.0
        for k in range(1, df // 2 + 1):
            total += term
            term *= cosine * (2 * k - 1) / (2 * k)
        between = math.sin(angle) * total
    return 0.5 + between / 2


@given(st.integers(1, 60), st.floats(-60, 60))
@example(1, 5e-10)
@example(1, 5e-8)
@example(4, 1e-9)
def test_distribution_function(df: int, t: float) -> None:
    """P(T <= t) agrees with the closed form to twelve digits, near the middle as well."""
    assert below(t, df) == pytest.approx(exact(t, df), abs=1e-12)


@given(st.floats(0.5, 500), st.floats(0, 60))
def test_distribution_is_symmetric(df: float, t: float) -> None:
    """Fractions of a degree too: what is below -t is above t, and more is below a larger t."""
    assert below(-t, df) == pytest.approx(1 - below(t, df), abs=1e-12)
    assert below(t, df) <= below(t + 1, df) <= 1


@given(st.integers(1, 60), st.floats(0.001, 0.999))
def test_quantile(df: int, p: float) -> None:
    """The quantile put into the closed form is the probability again, in both tails."""
    assert exact(quantile(p, df), df) == pytest.approx(p, abs=1e-11)


@pytest.mark.parametrize("off", [1e-8, 1e-9])
def test_quantile_near_the_middle(off: float) -> None:
    """For 4 degrees of freedom the density in the middle is 3/8."""
    assert quantile(0.5 + off, 4) == pytest.approx(off / 0.375, abs=1e-12)


@given(st.floats(1, 500), st.floats(0.001, 0.999))
def test_quantile_undoes_the_distribution(df: float, p: float) -> None:
    """There and back, for fractions of a degree."""
    assert below(quantile(p, df), df) == pytest.approx(p, abs=1e-10)


@pytest.mark.parametrize(("df", "t"), TABLE)
def test_tabled_values(df: int, t: float) -> None:
    """The 97.5 % points of the printed table."""
    assert round(quantile(0.975, df), 3) == t
