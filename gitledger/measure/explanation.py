"""How an efficiency came about: formula, windows in with their readings, windows out and why.

Depends on `measure` and folded `windows`.
"""

from collections.abc import Mapping, Sequence

from gitledger.ledger.values import canonical_time
from gitledger.measure.efficiency import (
    FEATURES_PER_PP,
    LASTING_PER_PP,
    PER_WINDOW,
    QUALITY_ADJUSTED,
    Efficiency,
)
from gitledger.measure.estimate import plain
from gitledger.measure.intervals import log_variance
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.terms import SHIPPED, Statistics
from gitledger.windows.snapshot import DEFAULT_BUCKET
from gitledger.windows.window import Window

FORMULAS: Mapping[str, str] = {
    FEATURES_PER_PP: "sum of successful features / sum of capacity used",
    QUALITY_ADJUSTED: "sum of features x quality / sum of capacity used",
    PER_WINDOW: "sum of successful features / number of windows",
    LASTING_PER_PP: "sum of features x (1 - churn_14d) / sum of capacity used",
}
INTERVAL = (
    "exp(ln((Sx + 1/2) / Sy) -+ t(n+2) sqrt(v)), "
    "v = (3 v0 + (n - 1) v_emp) / (n + 2): docs/explanation/measures.md"
)


def explain_efficiency(
    made: Efficiency,
    outcomes: Sequence[WindowOutcome],
    windows: Sequence[Window],
    stats: Statistics = SHIPPED,
) -> Mapping[str, object]:
    """The whole way from readings to the number, as JSON-like values."""
    by_window = {window.id: window for window in windows}
    kept = [o for o in outcomes if o.side == made.arm and o.window in made.used]
    sample = made.sample
    return {
        "formula": FORMULAS[made.name],
        "interval": INTERVAL,
        "confidence": stats.confidence,
        "estimate": made.estimate.payload(),
        "unit": made.unit,
        "meter": made.meter,
        "features": plain(made.features),
        "capacity": plain(made.capacity),
        "variance": None if sample.flaw else plain(log_variance(sample, stats)),
        "rounding_variance": plain(sample.rounding),
        "used": [step(o, made, by_window.get(o.window)) for o in kept],
        "excluded": [{"window": e.window, "reason": e.reason} for e in made.excluded],
        "notes": list(made.notes),
        "gate": made.gate,
        "windows_needed": made.needed,
    }


def step(outcome: WindowOutcome, made: Efficiency, window: Window | None) -> Mapping[str, object]:
    """One window's part of the sums, with the readings and rows behind it."""
    return {
        "window": outcome.window,
        "features": outcome.successes,
        "quality": plain(outcome.quality),
        **lasting_step(outcome, made),
        "outcome": outcome.outcome or None,
        "capacity": 1 if made.name == PER_WINDOW else plain(outcome.used),
        "state": outcome.state,
        "corrected": outcome.correction != 0,
        "follows": outcome.follows or None,
        "readings": [] if window is None else readings(window, outcome),
        "rows": [] if window is None else rows(window, outcome.provider),
    }


def lasting_step(outcome: WindowOutcome, made: Efficiency) -> Mapping[str, object]:
    """The churn and what lasts of one window, where the measure is about that."""
    if made.name != LASTING_PER_PP:
        return {}
    gone, lasts = outcome.churn.bounds or (None, None), outcome.lasts or (None, None)
    return {
        "churn": [plain(end) for end in gone],
        "lasting": [plain(end) for end in lasts],
        "churn_row": outcome.churn.row or None,
        "reverted_by": outcome.churn.reverted_by or None,
    }


def readings(window: Window, outcome: WindowOutcome) -> list[Mapping[str, object]]:
    """The readings of the capacity meter in the panes that count, BEFORE then AFTER."""
    return [
        {
            "phase": capture.phase,
            "account": capture.account,
            "used_pct": plain(float(reading.used)),
            "captured_at": canonical_time(reading.captured_at),
            "source": capture.canonical.source,
            "row": capture.canonical.row,
        }
        for capture in sorted(window.captures, key=lambda c: c.canonical.captured_at)
        for reading in capture.canonical.readings
        if capture.provider == outcome.provider
        and reading.key == pool_of(window, outcome, capture.account)
    ]


def pool_of(window: Window, outcome: WindowOutcome, account: str) -> tuple[str, str]:
    """The pool and meter of an account that counted: the one its delta is of."""
    delta = window.delta(outcome.provider, account, outcome.meter)
    return (delta.bucket if delta else DEFAULT_BUCKET, outcome.meter)


def rows(window: Window, provider: str) -> list[str]:
    """Ids of the rows the window's part stands on."""
    found = [c.canonical.row for c in window.captures if c.provider == provider]
    return found + ([window.finalised.canonical.row] if window.finalised else [])
