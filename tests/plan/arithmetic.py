"""Every number of the week, worked out apart from the program: fractions, and the docs' formulas.

Nothing is imported from the program. Formulas: docs/explanation/measures.md.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from scipy import stats
from story import PRICES, REASONS, RESERVE, Window, of

PHI0, PRIOR = 1.5, 3
STEP = 1  # every bar here is shown in whole points
DAYS_OF_MONTH = Fraction(36525, 1200)


def counts(window: Window) -> bool:
    """Whether its delta may be trusted."""
    return window.wrong not in REASONS


def points(window: Window) -> Fraction:
    """What it took: after - before; a floored bar that began at 0 lost half a step."""
    assert window.after is not None
    used = Fraction(window.after - window.before)
    return used + Fraction(1, 2) if window.wrong == "floored" else used


def successes(window: Window) -> int:
    """Features of a window that did not fail."""
    return 0 if window.outcome == "fail" else window.features


def churn(window: Window) -> Fraction:
    """The share of its lines that is gone within 14 days; a shared range is the other's."""
    source = shared(window)
    return Fraction(source.removed, source.lines)


def shared(window: Window) -> Window:
    """The window whose commit it states: its own, or the one it shares."""
    return (
        next(w for w in of("claude") if w.id == "W0-14")
        if window.wrong == "shared-range"
        else window
    )


def lasting(window: Window) -> Fraction:
    """Features x (1 - churn)."""
    return successes(window) * (1 - churn(window))


def spread(pairs: Sequence[tuple[int, Fraction]]) -> float:
    """sum(w^2)/(sum w)^2 over single features, each with its window's weight."""
    total = sum(many * weight for many, weight in pairs)
    return float(sum(many * weight**2 for many, weight in pairs) / total**2)


def widening(residuals: Sequence[float]) -> float:
    """The factor of docs/explanation/measures.md, "Dependence"."""
    n, whole = len(residuals), math.fsum(e * e for e in residuals)
    if n < 6 or whole == 0:
        return 1.0

    def rho(raised: bool) -> float:
        r = [
            math.fsum(a * b for a, b in zip(residuals, residuals[k:], strict=False)) / whole
            for k in (1, 2, 3)
        ]
        r = [each + (1 + 3 * each) / n for each in r] if raised else r
        return max(r[0], (r[0] + r[1] / 0.9 + r[2] / 0.81) / 3)

    if rho(raised=False) <= 0.25 * (6 / n) ** 4:
        return 1.0
    return 1 + min(1.0, rho(raised=True)) * 2 * sum(
        (1 - k / n) * 0.9 ** (k - 1) for k in range(1, n)
    )


def interval(
    x: Sequence[Fraction], y: Sequence[Fraction], weights: float | None = None, scale: float = 1.0
) -> tuple[float, float, float]:
    """value, low, high of Sx/Sy; `scale` turns a point into another unit (dollars)."""
    n, sx, sy = len(x), float(sum(x)), float(sum(y))
    residuals = [float(a) - sx / sy * float(b) for a, b in zip(x, y, strict=True)]
    seen = n / (n - 1) * sum(e * e for e in residuals) / max(sx, 0.5) ** 2
    rounding = n * 2 * (STEP * scale) ** 2 / 12
    before = PHI0 * (1 / (sx + 0.5) if weights is None else weights) + rounding / sy**2
    factor = widening(residuals)
    v = factor * (PRIOR * before + (n - 1) * seen) / (n + PRIOR - 1)
    half = stats.t.ppf(0.975, n / factor + 2) * math.sqrt(v)
    middle = math.log((sx + 0.5) / sy)
    return sx / sy, min(math.exp(middle - half), sx / sy), max(math.exp(middle + half), sx / sy)


def wilson(k: int, n: int) -> tuple[float, float]:
    """Wilson's interval of k of n."""
    z, p = stats.norm.ppf(0.975), k / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def provider(name: str) -> dict[str, Any]:
    """Every number of one provider's week."""
    own = of(name)
    used = [w for w in own if counts(w)]
    x, y = [Fraction(successes(w)) for w in used], [points(w) for w in used]
    kept = [lasting(w) for w in used]
    weighted = spread([(successes(w), 1 - churn(w)) for w in used if successes(w)])
    dollars = Fraction(PRICES[name]) / DAYS_OF_MONTH * 7 / 100  # for one weekly point
    rate = interval([*kept], [p * dollars for p in y], weighted, float(dollars))
    good = [w for w in own if successes(w)]
    passed = sum(w.outcome == "pass" for w in own)
    ranges = {shared(w).id: shared(w) for w in own}.values()
    return {
        "windows": len(own),
        "usable": len(used),
        "features": float(sum(x)),
        "capacity": float(sum(y)),
        "efficiency": interval(x, y),
        "lasting_per_pp": interval(kept, y, weighted),
        "delivered": sum(map(successes, own)),
        "lasting": float(sum(map(lasting, own))),
        "dollars_per_lasting_feature": (1 / rate[0], 1 / rate[2], 1 / rate[1]),
        "quality": float(
            sum(Fraction(w.quality) * successes(w) for w in good) / sum(map(successes, good))
        ),
        "pass_rate": (passed / len(own), *wilson(passed, len(own))),
        "churn_14d": float(Fraction(sum(w.removed for w in ranges), sum(w.lines for w in ranges))),
        "peak_pct": max(w.after for w in own if w.after is not None),
        "excluded": [(w.id, REASONS[w.wrong]) for w in own if not counts(w)],
        "impf": sum(w.minutes for w in own) / sum(successes(w) for w in own),
    }


def idle(name: str) -> list[float]:
    """Points left at each reset that came, account by account: 100 - the last reading before it."""
    found = []
    for account in dict.fromkeys(w.account for w in of(name)):
        own = [w for w in of(name) if w.account == account]
        ends = [(w.begin, w.before, w.resets(w.begin)) for w in own]
        ends += [(w.end, w.after, w.resets(w.end)) for w in own if w.after is not None]
        last = max(
            (each for each in ends if each[0] < each[2]), key=lambda each: (each[2], each[0])
        )
        for reset in sorted({each[2] for each in ends}):
            before = [each for each in ends if each[2] == reset and each[0] < reset]
            later = [e for e in ends if before and max(before)[0] < e[0] < reset and e[2] != reset]
            if before and not later:
                found.append(100.0 - max(before, key=lambda each: each[0])[1])
        assert last
    return found


def breached(window: Window) -> bool:
    """Whether its AFTER lies in the reserve of the week."""
    return window.after is not None and window.after > 100 - RESERVE
