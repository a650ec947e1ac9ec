"""Which numbers of two arms may be compared: points within a provider, dollars between providers.

Depends on `decision.guardrails` and `measure`. A point of one plan is no point of another, and a
point of a week none of five hours: where no common unit is known the comparison says so.
"""

from collections.abc import Sequence
from itertools import combinations

from gitledger.decision.guardrails import CardArm
from gitledger.measure.comparison import Comparison, adjust_family, between, compare, incomparable
from gitledger.measure.efficiency import FEATURES_PER_PP, WEEKLY, Efficiency
from gitledger.measure.intervals import Sample
from gitledger.measure.terms import Statistics

LASTING_PER_DOLLAR = "lasting_per_dollar"
PLANS = "points of different plans; give their prices"


def every_pair(arms: Sequence[CardArm], stats: Statistics) -> tuple[Comparison, ...]:
    """Later arms against earlier ones, as one family."""
    return adjust_family([pair_of(later, sooner, stats) for sooner, later in combinations(arms, 2)])


def pair_of(later: CardArm, sooner: CardArm, stats: Statistics) -> Comparison:
    """One arm against another in the unit that both have, or why they have none."""
    points = [(arm.name, arm.efficiency.sample) for arm in (later, sooner)]
    # `compare` names the flaws of both sides itself
    if any(sample.flaw for _, sample in points):
        return compare(points[0], points[1], stats, measure=FEATURES_PER_PP)
    if later.efficiency.provider == sooner.efficiency.provider:
        lack = other_units(later, sooner)
        if lack:
            return incomparable(points[0], points[1], lack, measure=FEATURES_PER_PP)
        return compare(points[0], points[1], stats, measure=FEATURES_PER_PP)
    return in_dollars(later, sooner, stats)


def in_dollars(later: CardArm, sooner: CardArm, stats: Statistics) -> Comparison:
    """Lasting features for a dollar of each plan; while churn is open, between its two ends."""
    lack = other_units(later, sooner) or unpriced_arms(later, sooner)
    own, other = later.per_dollar, sooner.per_dollar
    if lack or not isinstance(own, Efficiency) or not isinstance(other, Efficiency):
        points = [(arm.name, arm.efficiency.sample) for arm in (later, sooner)]
        return incomparable(points[0], points[1], lack, measure=LASTING_PER_DOLLAR)
    ends = [((later.name, a), (sooner.name, b)) for a, b in opposite(own, other)]
    unknown = [why for arm in (later, sooner) if (why := churn_unknown(arm))]
    if unknown:
        return incomparable(*ends[0], "; ".join(unknown), measure=LASTING_PER_DOLLAR)
    least, most = (compare(a, b, stats, measure=LASTING_PER_DOLLAR) for a, b in ends)
    if own.most is None and other.most is None:
        return least
    open_until = own.estimate.reason or other.estimate.reason
    return between(least, most, open_until or "churn open")


def opposite(own: Efficiency, other: Efficiency) -> tuple[tuple[Sample, Sample], ...]:
    """The least that lasts against the most of the other, and turned."""
    return (own.sample, other.most or other.sample), (own.most or own.sample, other.sample)


def other_units(later: CardArm, sooner: CardArm) -> str:
    """Why points of two arms are not one unit; empty where they are."""
    units = [f"{arm.efficiency.meter} {arm.efficiency.unit}" for arm in (later, sooner)]
    if units[0] == units[1]:
        return ""
    return f"{units[0]} of {later.name} and {units[1]} of {sooner.name} are different units"


def unpriced_arms(later: CardArm, sooner: CardArm) -> str:
    """Why no dollars are known of one of the arms: no price, or points that no week is sold by."""
    lacks = [arm for arm in (later, sooner) if isinstance(arm.per_dollar, str)]
    if not lacks:
        return ""
    # a price buys weeks: of five hours the reason tells more than the lack of a price
    if any(arm.efficiency.meter != WEEKLY for arm in lacks):
        return "; ".join(f"{arm.name}: {arm.per_dollar}" for arm in lacks)
    return f"{PLANS} ({'; '.join(str(arm.per_dollar) for arm in lacks)})"


def churn_unknown(arm: CardArm) -> str:
    """Why nothing is known of what lasts of an arm; empty where something is."""
    made = arm.per_dollar
    if isinstance(made, str) or made.used:
        return ""
    whys = ", ".join(dict.fromkeys(entry.reason for entry in made.excluded))
    return f"{arm.name}: of no window is known what lasts ({whys}): gitledger churn"
