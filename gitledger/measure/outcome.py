"""What one window did for one provider: the small frozen value that every measure reads.

Depends on the value of a window's churn; `measure.windowed` makes outcomes of folded windows.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from gitledger.windows.churn import NO_CHURN, WindowChurn
from gitledger.windows.features import TYPED, several_rules

DEFAULT_METER = "weekly"
DEFAULT_ACCOUNT = "default"
UNNAMED = "unnamed"
SATURATED = "saturated"
FULL = 100.0
POINT_DIGITS = 9  # a delta and its correction add up without float dust
LASTING_DIGITS = 6  # what lasts is told to a millionth of a feature, here and in every table
USABLE = ("valid", "manual", SATURATED)
# a reading that rounds loses (floor) or gains (ceil) half a step on average
LOST = {"floor": 0.5, "ceil": -0.5}


class AccountPart(NamedTuple):
    """What a window took from one account's capacity meter.

    `capacity` is the delta in points; `before` and `after` the two readings, `step_before` and
    `step_after` the steps they were rounded to (0: exact); `follows` the window whose AFTER pane
    is this BEFORE (`cross`: one pane for both).
    """

    account: str = DEFAULT_ACCOUNT
    capacity: float | None = None
    before: float | None = None
    after: float | None = None
    rounding: str = "round"
    step_before: float = 1.0
    step_after: float = 1.0
    follows: str = ""

    @property
    def correction(self) -> float:
        """Points to add: a rounded meter that starts at 0 is off by half a step at its end only.

        A full meter, and one that still stands at 0 though it rounds up, are read exactly.
        """
        if self.before != 0 or self.follows:
            return 0.0
        if (self.after or 0.0) >= FULL or (self.rounding == "ceil" and not self.after):
            return 0.0
        return LOST.get(self.rounding, 0.0) * self.step_after


WHOLE_POINTS = (AccountPart(),)


class WindowOutcome(NamedTuple):
    """One provider's part of one finalised window.

    `features` is None where none were stated for this provider. `capacity` is the delta of the
    provider's capacity meter in `unit` (percentage points, or prompts), None when unknown;
    `state` is the delta's state and says whether it may be used, `bounded_below_only` that a
    full meter is a lower bound. `week_end` is the highest weekly bar that its AFTER panes show,
    whatever meter the capacity is. `parts` are the accounts behind the capacity. `arm` is the name
    under which it is compared, the provider's unless windows are parted otherwise. `minutes`
    are the human minutes of this provider's part, `minutes_parts` what is known of them by
    category, `minutes_lack` why they are unknown. `churn` is what became of the lines it merged.
    `rule` is what counted its features, `typed` where a person did.
    """

    window: str
    provider: str
    features: int | None
    capacity: float | None = None
    state: str = "valid"
    quality: float | None = None
    outcome: str = ""
    methodology: str = ""
    meter: str = DEFAULT_METER
    unit: str = "pp"
    after: float | None = None
    bounded_below_only: bool = False
    week_end: float | None = None
    parts: tuple[AccountPart, ...] = WHOLE_POINTS
    arm: str = ""
    minutes: float | None = None
    minutes_parts: tuple[tuple[str, float], ...] = ()
    minutes_lack: str = "no minutes stated"
    at: str = ""
    finalised: bool = True
    churn: WindowChurn = NO_CHURN
    rule: str = TYPED

    @property
    def successes(self) -> int:
        """Successful features: those of a window that did not fail."""
        return 0 if self.outcome == "fail" or self.features is None else self.features

    @property
    def lasts(self) -> tuple[float, float] | None:
        """The least and the most of its successful features that last; None when nobody can tell.

        Features x (1 - churn). Of no feature nothing can be lost.
        """
        if not self.successes:
            return (0.0, 0.0)
        gone = self.churn.bounds
        if gone is None:
            return None
        most, least = (round(self.successes * (1 - end), LASTING_DIGITS) for end in gone)
        return (least, most)

    @property
    def side(self) -> str:
        """The name of its arm."""
        return self.arm or self.provider

    @property
    def follows(self) -> str:
        """The window whose AFTER pane is this one's BEFORE; "" when it begins with its own."""
        return next((part.follows for part in self.parts if part.follows), "")

    @property
    def correction(self) -> float:
        """Points added for meters that round and started at 0; negative for one that rounds up."""
        return math.fsum(part.correction for part in self.parts)

    @property
    def unfinished(self) -> str:
        """Why its features are not known; empty when they are."""
        if not self.finalised:
            return "not-finalised"
        return "no-features" if self.features is None else ""

    @property
    def unusable(self) -> str:
        """Why the window may not enter features per capacity; empty when it may."""
        if self.unfinished:
            return self.unfinished
        if self.state not in USABLE or self.bounded_below_only:
            return self.state
        return "capacity-unknown" if self.capacity is None else ""

    @property
    def used(self) -> float:
        """Capacity used, with the correction for a rounded meter; 0 when it is unknown."""
        return round((self.capacity or 0.0) + self.correction, POINT_DIGITS)


def by_methodology(outcomes: Sequence[WindowOutcome]) -> tuple[WindowOutcome, ...]:
    """The outcomes with methodologies as the arms: points of several plans are never mixed.

    With one provider the arm is the methodology, with several `provider/methodology`; windows
    without one stand under `unnamed`. The provider stays what it is.
    """
    several = len({o.provider for o in outcomes}) > 1
    return tuple(
        o._replace(arm=f"{o.provider}/{name}" if several else name)
        for o in outcomes
        for name in (o.methodology or UNNAMED,)
    )


def canonical(outcomes: Sequence[WindowOutcome]) -> tuple[tuple[WindowOutcome, ...], int]:
    """One outcome for each (window, provider), the latest given, and how many were left out."""
    latest = {(o.window, o.provider): o for o in outcomes}
    return tuple(latest.values()), len(outcomes) - len(latest)


def mixed_rules(outcomes: Sequence[WindowOutcome]) -> str:
    """Why the features of these outcomes make no sum; "" where one rule counted all of them."""
    return several_rules((o.window, o.rule) for o in outcomes if not o.unfinished)


LATER = "later"  # a churn row that does not say when it is final


def churn_open(outcomes: Sequence[WindowOutcome]) -> str:
    """The day on which the last of the windows' churn is final; empty where all of it is."""
    ends = [(o.lasts, o.churn.until) for o in outcomes]
    return max((until or LATER for ends, until in ends if ends and ends[0] < ends[1]), default="")
