"""Features delivered, and those of them that last: features x (1 - churn), with bounds.

Depends on `measure.outcome`, `efficiency` and `estimate`. While the fourteen days of a window run
there is no value but the ends it will lie between; a window whose churn nobody knows stays out of
the sum, and the sum says how many of how many windows it holds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gitledger.measure.estimate import Estimate, plain, unknown
from gitledger.measure.outcome import WindowOutcome, canonical, churn_open, mixed_rules
from gitledger.windows.features import several_rules

LASTING, COUNT = "lasting", "count"
COUNTED = "no interval: counted, not sampled"


@dataclass(frozen=True, slots=True)
class Lasting:
    """Features that one arm's finished windows delivered, and how many of them last.

    `total` has a value once every known churn is final; until then `low` and `high` hold, and its
    reason names the day. `windows` is how many delivered, `known` those of them with a churn
    figure, `unknown` the others with the reason.
    """

    delivered: int | None
    total: Estimate
    windows: int
    known: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    reverted: tuple[tuple[str, str], ...] = ()
    rules: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> Estimate:
        """What was delivered as a number with its n; unknown where no window is finished."""
        if self.delivered is None:
            lack = several_rules(self.rules) or "no finished window"
            return unknown(lack, n=self.windows, method=COUNT)
        return Estimate(float(self.delivered), n=self.windows, method=COUNT, reason=COUNTED)

    def payload(self) -> Mapping[str, object]:
        """JSON form: the estimate's keys, `n` of `of` windows, and which are left out or undone."""
        return {
            **self.total.payload(),
            "of": self.windows,
            "delivered": self.delivered,
            "rules": sorted({rule for _, rule in self.rules if rule}),
            "unknown": [{"window": w, "reason": why} for w, why in self.unknown],
            "reverted": [{"window": w, "commit": sha} for w, sha in self.reverted],
        }

    def line(self) -> str:
        """`4.5 in 3 of 4 windows`, for a sentence."""
        low, high = self.total.low, self.total.high
        told = f"{plain(self.total.value)}"
        if self.total.value is None:
            told = "unknown" if low is None else f"{plain(low)} to {plain(high)}"
        return f"{told} in {len(self.known)} of {self.windows} windows"


def lasting(outcomes: Sequence[WindowOutcome], arm: str) -> Lasting:
    """What one arm delivered and what of it lasts, each window once; no meter is needed."""
    own, _ = canonical([o for o in outcomes if o.side == arm])
    finished = [o for o in own if not o.unfinished]
    known = [o for o in finished if o.lasts is not None]
    ends = [o.lasts for o in known if o.lasts is not None]
    mixed = mixed_rules(finished)
    total = total_of(ends, churn_open(known), finished)
    return Lasting(
        delivered=sum(o.successes for o in finished) if finished and not mixed else None,
        total=unknown(mixed, n=len(finished), method=LASTING) if mixed else total,
        windows=len(finished),
        known=tuple(o.window for o in known),
        unknown=tuple((o.window, o.churn.unknown) for o in finished if o.lasts is None),
        reverted=tuple((o.window, o.churn.reverted_by) for o in finished if o.churn.reverted),
        rules=tuple((o.window, o.rule) for o in finished),
    )


def lasting_of_each(outcomes: Sequence[WindowOutcome]) -> list[Mapping[str, object]]:
    """`lasting` of every arm in alphabetical order, as JSON with the arm's name."""
    arms = sorted({outcome.side for outcome in outcomes})
    return [{"provider": arm, **lasting(outcomes, arm).payload()} for arm in arms]


def total_of(
    ends: Sequence[tuple[float, float]], until: str, finished: Sequence[WindowOutcome]
) -> Estimate:
    """The sum of what lasts, or its bounds while some churn is open until a day."""
    if not finished:
        return unknown("no finished window", method=LASTING)
    if not ends:
        whys = dict.fromkeys(o.churn.unknown for o in finished)
        return unknown("; ".join(whys), method=LASTING)
    low, high = (math.fsum(end[side] for end in ends) for side in (0, 1))
    if until:
        return Estimate(None, low, high, len(ends), LASTING, f"churn open until {until}")
    return Estimate(low, n=len(ends), method=LASTING, reason=COUNTED)
