"""Student's t against scipy, which made the reference values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr, stdtrit

from gitledger.measure.student import below, quantile


@settings(max_examples=200, deadline=None)
@given(st.floats(0.5, 500), st.floats(-60, 60))
def test_distribution_function(df: float, t: float) -> None:
    """P(T <= t) agrees to ten digits."""
    assert below(t, df) == pytest.approx(stdtr(df, t), abs=1e-10)


@settings(max_examples=200, deadline=None)
@given(st.floats(1, 500), st.floats(0.001, 0.999))
def test_quantile(df: float, p: float) -> None:
    """The quantile agrees to nine digits, in both tails."""
    assert quantile(p, df) == pytest.approx(stdtrit(df, p), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("df", "t"), [(3, 3.182446305284263), (8, 2.306004135204166)])
def test_tabled_values(df: int, t: float) -> None:
    """The 97.5 % points of the tables (scipy 1.16: stdtrit(3, .975), stdtrit(8, .975))."""
    assert quantile(0.975, df) == pytest.approx(t, rel=1e-12)
