"""Windows that look alike from one to the next: how much that widens an interval.

Depends on nothing. Correlations are of residuals in the order of time. Good and bad days make
neighbouring windows alike, and n windows then say less than n independent ones. The count noise of
single windows hides most of such a correlation but not how long it lasts, so a lag-1 correlation is
taken to fade by a tenth a window. The constants were chosen by simulation
(docs/explanation/measures.md, "Dependence").
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 6  # windows from which anything can be told
PERSISTENCE = 0.9
LAGS = (1, 2, 3)
LEAST = 0.25  # correlation that is taken for chance at six windows
FADES = 4  # how fast that falls as windows come in
NOTICEABLE = 1.645  # standard errors of a correlation of independent windows


@dataclass(frozen=True, slots=True)
class Dependence:
    """Lag-1 correlation of residuals, and the factor by which it widens a variance.

    `noticeable` says that it is too large for independent windows (one-sided 5 %).
    """

    correlation: float = 0.0
    factor: float = 1.0
    noticeable: bool = False


INDEPENDENT = Dependence()


def dependence(seen: Sequence[float], n: int) -> Dependence:
    """What the correlations of n residuals at each of `LAGS` say; below six windows nothing."""
    if n < ENOUGH:
        return INDEPENDENT
    noticeable = seen[0] > NOTICEABLE / math.sqrt(n)
    if strongest(seen) <= LEAST * (ENOUGH / n) ** FADES:
        return Dependence(seen[0], 1.0, noticeable)
    # a correlation of residuals is too low by about (1 + 3 r)/n
    rho = min(1.0, strongest([r + (1 + 3 * r) / n for r in seen]))
    return Dependence(seen[0], 1 + rho * fading(n), noticeable)


def strongest(correlations: Sequence[float]) -> float:
    """The lag-1 correlation as it is, or as the first lags together tell it, whichever is more."""
    fades = [r / PERSISTENCE**k for k, r in enumerate(correlations)]
    return max(correlations[0], math.fsum(fades) / len(fades))


def fading(n: int) -> float:
    """2 sum over k of (1 - k/n) persistence^(k - 1): what lag-1 correlation adds to a variance."""
    return 2 * math.fsum((1 - k / n) * PERSISTENCE ** (k - 1) for k in range(1, n))
