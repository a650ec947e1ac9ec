"""What a lake's sums say: each arm over its repositories, arms against each other, a verdict.

Depends on `measure`. An arm is a provider, or a provider in one group (a methodology, a month, a
team). Every figure has its repositories, windows, what was left out and why, how far repositories
are apart, and whether one of them carries it. Nothing here names a person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from gitledger.decision.pairs import LASTING_PER_DOLLAR, PLANS
from gitledger.measure.comparison import Comparison, adjust_family, between
from gitledger.measure.efficiency import FEATURES_PER_PP, WEEKLY
from gitledger.measure.estimate import Estimate, plain, unknown
from gitledger.measure.estimate import between as between_ends
from gitledger.measure.gates import printed_estimate
from gitledger.measure.intervals import shrunk_log_t
from gitledger.measure.repositories import (
    BY_REPOSITORY,
    ArmPart,
    by_repository,
    deciding_repositories,
    heterogeneity,
    incomparable_over,
    together,
    within,
    without_one,
)
from gitledger.measure.sums import Sums
from gitledger.measure.terms import Statistics
from gitledger.windows.features import TYPED

OPEN = "churn open"
NOTHING_LASTS = "of no window with features is known that something lasts"
GO, SOFT, HOLD, NO, LITTLE = "GO", "SOFT GO", "HOLD", "NO-GO", "INSUFFICIENT"
LEAN = 0.8  # P(A > B) of a lean, as for a week
Name = Callable[[str], str]
Own = Callable[[str], Statistics]


@dataclass(frozen=True, slots=True)
class FleetArm:
    """A provider, on one meter and in one group, over all repositories that have windows of it."""

    provider: str
    meter: str
    group: str
    rule: str
    parts: tuple[ArmPart, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called beside the others."""
        told = f"{self.provider}/{self.group}" if self.group else self.provider
        return told if self.rule in {"", TYPED} else f"{told} ({self.rule})"

    @property
    def features(self) -> Mapping[str, Sums]:
        """Its sums by repository."""
        return {part.repo: part.features for part in self.parts}

    @property
    def dollars(self) -> tuple[Mapping[str, Sums], Mapping[str, Sums]]:
        """Lasting features for dollars of the plan by repository, at the least and the most."""
        # dollars of a point: a plan of a week is a hundred of them
        rates = {part.repo: part.plan / 100 for part in self.parts if part.plan is not None}
        priced = [part for part in self.parts if part.repo in rates]
        return (
            {part.repo: part.least.scaled(rates[part.repo]) for part in priced},
            {part.repo: part.most.scaled(rates[part.repo]) for part in priced},
        )


def arms_of(
    parts: Sequence[ArmPart], left_out: Sequence[tuple[str, str, str, str, int]]
) -> tuple[FleetArm, ...]:
    """The arms in the order of their names.

    `left_out` holds provider, group, rule, reason and number of windows.
    """
    keys = sorted({(part.provider, part.meter, part.group, part.rule) for part in parts})
    whys: dict[tuple[str, str, str], dict[str, int]] = {}
    for provider, group, rule, why, many in left_out:
        if why:
            own = whys.setdefault((provider, group, rule), {})
            own[why] = own.get(why, 0) + many
    return tuple(
        FleetArm(
            *key,
            tuple(p for p in parts if (p.provider, p.meter, p.group, p.rule) == key),
            dict(sorted(whys.get((key[0], key[2], key[3]), {}).items())),
        )
        for key in keys
    )


def lasting_of(least: Mapping[str, Sums], most: Mapping[str, Sums], stats: Statistics) -> Estimate:
    """What lasts for a point, by repository; while churn is open the ends it will lie between."""
    if not any(s.x for s in most.values()):
        return unknown(NOTHING_LASTS, method=BY_REPOSITORY)
    low = by_repository(least, stats)
    if all(least[repo].x == most[repo].x for repo in least):
        return low
    return between_ends(low, by_repository(most, stats), OPEN)


def arm_payload(arm: FleetArm, stats: Statistics, name: Name, own: Own) -> dict[str, object]:
    """One arm with all that a reader of its figure needs."""
    sums = arm.features
    whole = together([s for s in sums.values() if not s.flaw])
    made = by_repository(sums, stats)
    alone = without_one(sums, made)
    windows = sum(part.windows for part in arm.parts)
    usable = sum(part.features.n for part in arm.parts)
    least = {part.repo: part.least for part in arm.parts}
    most = {part.repo: part.most for part in arm.parts}
    return {
        "arm": arm.name,
        "provider": arm.provider,
        "group": arm.group or None,
        "meter": arm.meter,
        "rule": arm.rule,
        "repositories": len(arm.parts),
        "windows": windows,
        "usable": usable,
        "left_out": plain((windows - usable) / windows),
        "excluded": [{"reason": why, "windows": many} for why, many in arm.left_out.items()],
        "features": plain(whole.features) if usable else None,
        "capacity": plain(whole.capacity) if usable else None,
        "efficiency": made.payload(),
        "lasting_per_pp": lasting_of(least, most, stats).payload(),
        "heterogeneity": heterogeneity(sums, stats).payload(),
        "leave_one_out": {**alone.payload(), "repo": name(alone.repo)} if alone else None,
        "by_repository": [repository_payload(part, name, own(part.repo)) for part in arm.parts],
    }


def repository_payload(part: ArmPart, name: Name, stats: Statistics) -> dict[str, object]:
    """One repository's own figure, as its own preview has it."""
    made = printed_estimate(shrunk_log_t(part.features, stats), stats)
    return {
        "repo": name(part.repo),
        "root": part.repo,
        "windows": part.windows,
        "usable": part.features.n,
        "efficiency": made.payload(),
    }


def pairs_of(arms: Sequence[FleetArm], stats: Statistics) -> tuple[Comparison, ...]:
    """Later arms against earlier ones within repositories, as one family (Holm)."""
    return adjust_family([pair(later, sooner, stats) for sooner, later in combinations(arms, 2)])


def pair(later: FleetArm, sooner: FleetArm, stats: Statistics) -> Comparison:
    """Points within a provider, dollars between providers; or why there is no common unit."""
    if later.rule != sooner.rule:
        why = f"features of {later.name} and {sooner.name} were counted by different rules"
        return unlike(later, sooner, why, FEATURES_PER_PP)
    if later.meter != sooner.meter:
        why = f"{later.meter} of {later.name} and {sooner.meter} of {sooner.name} are two units"
        return unlike(later, sooner, why, FEATURES_PER_PP)
    if later.provider == sooner.provider:
        ends = ((later.name, later.features), (sooner.name, sooner.features))
        return within(*ends, stats=stats, measure=FEATURES_PER_PP)
    (least_a, most_a), (least_b, most_b) = later.dollars, sooner.dollars
    if not later.meter.startswith(WEEKLY) or not {*least_a} & {*least_b}:
        return unlike(later, sooner, PLANS, LASTING_PER_DOLLAR)
    worst, best = (
        within((later.name, a), (sooner.name, b), stats=stats, measure=LASTING_PER_DOLLAR)
        for a, b in ((least_a, most_b), (most_a, least_b))
    )
    # nothing is open where both ends say the same
    return worst if worst == best else between(worst, best, OPEN)


def unlike(later: FleetArm, sooner: FleetArm, why: str, measure: str) -> Comparison:
    """Two arms that no ratio is made of."""
    return incomparable_over(later.name, sooner.name, 0, why, measure)


def rule_on(
    made: Comparison, arms: Mapping[str, FleetArm], stats: Statistics, name: Name
) -> dict[str, object]:
    """A comparison with its verdict: by the interval that holds at any look, and why."""
    carried = carriers(made, arms, stats)
    verdict, reason = verdict_of(made, carried)
    return {
        **made.payload(),
        "verdict": verdict,
        "reason": reason,
        "carried_by": [name(repo) for repo in carried],
    }


def carriers(made: Comparison, arms: Mapping[str, FleetArm], stats: Statistics) -> tuple[str, ...]:
    """Repositories without which the comparison would say something else."""
    if made.measure != FEATURES_PER_PP or made.ratio.low is None:
        return ()
    ends = ((made.a, arms[made.a].features), (made.b, arms[made.b].features))
    return deciding_repositories(*ends, made, stats)


def verdict_of(made: Comparison, carried: Sequence[str]) -> tuple[str, str]:
    """What may be done, in a card's words, and the reason."""
    always = made.anytime
    if always.low is None or always.high is None:
        return LITTLE, made.ratio.reason or "no interval"
    if always.high < 1:
        return NO, f"{made.a} is worse within repositories"
    if always.low > 1 and not carried:
        return GO, f"{made.a} is better within repositories, whichever one is left out"
    if always.low > 1:
        return SOFT, "one repository carries it"
    if made.ratio.value is not None and (made.p_superior or 0.0) >= LEAN:
        return SOFT, f"a lean: P({made.a} better) at least {LEAN:g} at this look"
    return HOLD, "the interval that holds at any look includes 1"
