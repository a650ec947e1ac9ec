"""What a replay's interval says, in one word.

Depends on numpy. A delta is the strategy's reward against a baseline's, in percent of the
baseline's, one for each world.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gitledger.routing.board import Floats

Verdict = Literal["HOLDS", "NOT WORSE", "UNDECIDED", "FAILS", "NOTHING TO CHOOSE"]
MARGIN_PCT = -5.0
TAILS = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Gain:
    """Strategy against `name`: gain in percent with its interval over worlds, and the verdict.

    `value` is None when the baseline earned nothing and the strategy something.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    p_ge_0: float
    verdict: Verdict


def compare(name: str, strategy: Floats, baseline: Floats) -> Gain:
    """Compare mean rewards by world, (W,) each. Values: ratio of sums; interval: percentiles."""
    gain = strategy - baseline
    delta = np.where(gain == 0, 0.0, np.where(gain > 0, np.inf, -np.inf))
    np.divide(100.0 * gain, baseline, out=delta, where=baseline > 0)
    low, high = (float(x) for x in np.quantile(delta, TAILS, method="closest_observation"))
    total = float(baseline.sum())
    value = 100.0 * float(gain.sum()) / total if total > 0 else (None if gain.any() else 0.0)
    earned_nothing = not strategy.any() and not baseline.any()
    verdict = "UNDECIDED" if earned_nothing else judge(low, high)
    share = float((delta >= 0).mean())
    return Gain(name, value, _finite(low), _finite(high), share, verdict)


def judge(low: float, high: float) -> Verdict:
    """HOLDS: low >= 0. FAILS: high < 0. NOT WORSE: low >= -5 %. UNDECIDED: anything else."""
    if low >= 0:
        return "HOLDS"
    if high < 0:
        return "FAILS"
    return "NOT WORSE" if low >= MARGIN_PCT else "UNDECIDED"


def _finite(figure: float) -> float | None:
    return figure if np.isfinite(figure) else None
