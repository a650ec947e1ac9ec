"""What the rounding of meters leaves open in a sum of deltas: the squared steps that count.

Depends on `measure.outcome` and `sums`.
"""

from collections.abc import Sequence
from fractions import Fraction

from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.sums import whole


def rounding_variance(kept: Sequence[WindowOutcome]) -> float:
    """Variance of one delta by rounding: sum of (step_before^2 + step_after^2)/12 over n.

    Each account counts its own readings' steps. Windows chained by one pane share a reading that
    cancels in their sum: a chain counts its first and its last step only.
    """
    # of a uniform error within a step: step^2 / 12
    return float(squared_steps(kept) / 12 / len(kept)) if kept else 0.0


def squared_steps(kept: Sequence[WindowOutcome]) -> Fraction:
    """The squares of all steps that count, summed."""
    places = {(o.side, o.window, part.account) for o in kept for part in o.parts}
    shared = {
        place
        for o in kept
        for part in o.parts
        if (place := (o.side, part.follows, part.account)) in places
    }
    counted = [
        step
        for o in kept
        for part in o.parts
        for step, place in (
            (part.step_before, (o.side, part.follows, part.account)),
            (part.step_after, (o.side, o.window, part.account)),
        )
        if step and place not in shared
    ]
    steps, scale = whole(counted)
    return Fraction(sum(step * step for step in steps), scale * scale)
