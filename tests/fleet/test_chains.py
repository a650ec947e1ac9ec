"""What is written beside a window, added up, is what the windows say together."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from gitledger.fleet.chains import neighbours_of, window_squares
from gitledger.fleet.columns import COLUMNS
from gitledger.fleet.rows import BEYOND, checked_row
from gitledger.measure.efficiency import FEATURES_PER_PP, LACKS, LASTING_PER_PP, sample_of
from gitledger.measure.outcome import AccountPart, WindowOutcome
from gitledger.measure.rounding import squared_steps
from gitledger.windows.churn import WindowChurn

STEPS = st.sampled_from([0.0, 0.01, 0.1, 1.0])


@st.composite
def chained(draw: st.DrawFn) -> list[WindowOutcome]:
    """Windows of which many follow another one, account by account; some are unusable."""
    found = []
    for number in range(draw(st.integers(1, 14))):
        parts = tuple(
            AccountPart(
                account,
                step_before=draw(STEPS),
                step_after=draw(STEPS),
                follows=draw(st.sampled_from(["", *(f"W{n:02}" for n in range(number))])),
            )
            for account in draw(st.sampled_from([("a",), ("a", "b")]))
        )
        gone = draw(st.one_of(st.none(), st.tuples(st.integers(0, 9), st.integers(10, 30))))
        found.append(
            WindowOutcome(
                f"W{number:02}",
                "codex",
                draw(st.integers(0, 9)),
                float(draw(st.integers(0, 40))),
                state=draw(st.sampled_from(["valid", "valid", "stale"])),
                methodology=draw(st.sampled_from(["plain", "spec"])),
                parts=parts,
                at=f"2026-11-{1 + number:02}T08:00:00Z",
                churn=WindowChurn(so_far=gone and gone[0] / gone[1], upper=gone and 0.5),
            )
        )
    return found


@given(rows=chained(), apart=st.booleans(), name=st.sampled_from([FEATURES_PER_PP, LASTING_PER_PP]))
def test_cells_add_up_to_the_sums_of_an_efficiency(
    rows: list[WindowOutcome], apart: bool, name: str
) -> None:
    """Products of neighbours at every lag and squared steps, whole or by methodology."""
    cells = neighbours_of(rows)
    lasting = name == LASTING_PER_PP
    chain = ("m_" if apart else "") + ("lasting_prev" if lasting else "prev")
    for method in ("plain", "spec") if apart else ("",):
        kept = [o for o in rows if not LACKS[name](o) and method in {"", o.methodology}]
        told = [cells[o.window, o.provider] for o in kept]
        cancelled = sum((c.get(f"{chain}_chain_steps", Fraction(0)) for c in told), Fraction(0))
        assert sum(map(window_squares, kept), Fraction(0)) - cancelled == squared_steps(kept)
        if not kept:
            continue
        sample = sample_of(kept, name)
        for lag, products in enumerate(sample.sums.lags, 1):
            xx = sum(
                Fraction(str(x)) * Fraction(str(c[f"{chain}{lag}_x"]))
                for x, c in zip(sample.x, told, strict=True)
                if f"{chain}{lag}_x" in c
            )
            yy = sum(
                Fraction(str(y)) * Fraction(str(c[f"{chain}{lag}_y"]))
                for y, c in zip(sample.y, told, strict=True)
                if f"{chain}{lag}_y" in c
            )
            assert (xx, yy) == (products.xx, products.yy)


def test_a_number_that_no_column_holds_leaves_its_window_out() -> None:
    """And says so, with nothing of it in any sum."""
    row = {"window_id": "W", "why": "", "lasting_why": "", "x": 3, "y": 1e9, "prev1_x": 2}
    told = checked_row(row)
    assert set(told) == set(COLUMNS)
    assert (told["why"], told["lasting_why"]) == (BEYOND, BEYOND)
    assert [told[name] for name in ("x", "y", "prev1_x", "steps")] == [None] * 4
