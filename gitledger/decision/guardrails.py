"""What must not get worse while efficiency gets better: five guardrails with margins.

Depends on `measure` and `decision.rules`. Each compares an arm with the baseline; an unknown
value is `unknown`, never a pass and never a failure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gitledger.decision.rules import Guard
from gitledger.measure.churnpool import PooledChurn
from gitledger.measure.efficiency import Efficiency
from gitledger.measure.estimate import Estimate, plain, unknown
from gitledger.measure.intervals import wilson
from gitledger.measure.lasting import Lasting
from gitledger.measure.outcome import WindowOutcome, mixed_rules
from gitledger.measure.terms import SHIPPED, Statistics

State = Literal["pass", "fail", "unknown"]
FULL = 100.0
STATED = "no interval: a statement, not a sample"
HIGHEST = "no interval: the highest value that was read"
CAP_BREACH = "cap_breach"


@dataclass(frozen=True, slots=True)
class CardArm:
    """One side of a comparison: its efficiency and what the guardrails look at.

    `quality` in 0..1, `pass_rate` a share, `churn` of its lines, `cost` dollars a feature, `peak`
    the highest percentage of the weekly bar that a window of the arm ended with; `lasting` its
    features delivered and those that last; `per_dollar` those for a dollar of the plan, or why
    that is unknown.
    """

    name: str
    efficiency: Efficiency
    quality: Estimate
    pass_rate: Estimate
    churn: PooledChurn
    cost: Estimate
    peak: Estimate
    lasting: Lasting
    lasting_per_pp: Estimate
    per_dollar: Efficiency | str = "no plan price"


@dataclass(frozen=True, slots=True)
class Guardrail:
    """One guardrail of one arm: its verdict, the two values with their n, margin and sentence."""

    arm: str
    name: str
    state: State
    value: float | None
    baseline: float | None
    margin: float
    blocks: bool
    why: str
    n: int = 0
    n_baseline: int | None = None

    def payload(self) -> Mapping[str, object]:
        """JSON form."""
        return {
            "arm": self.arm,
            "name": self.name,
            "verdict": self.state,
            "value": plain(self.value),
            "baseline": plain(self.baseline),
            "n": self.n,
            "n_baseline": self.n_baseline,
            "margin": plain(self.margin),
            "why": self.why,
        }


def guard_arm(arm: CardArm, baseline: CardArm, rules: Mapping[str, Guard]) -> tuple[Guardrail, ...]:
    """The five guardrails of an arm against the baseline, in the order of the rules."""
    return tuple(
        guardrail(name, arm, SIDES[name](arm, baseline), guard) for name, guard in rules.items()
    )


def guard_alone(arm: CardArm, rules: Mapping[str, Guard]) -> tuple[Guardrail, ...]:
    """What an arm is asked by itself, the baseline too: whether it kept the week's reserve."""
    return (guardrail(CAP_BREACH, arm, (arm.peak, None), rules[CAP_BREACH]),)


def guardrail(
    name: str, arm: CardArm, pair: tuple[Estimate, Estimate | None], guard: Guard
) -> Guardrail:
    """One guardrail from an estimate and its counterpart (None: an absolute limit)."""
    own, other = pair
    counts = (own.n, other.n if other is not None else None)
    given = (guard.margin, guard.blocks_unknown)
    lack = next((e for e in pair if e is not None and not e.known), None)
    value, against = own.value, other.value if other is not None else None
    if lack is not None or value is None:
        why = lack.reason if lack is not None else "unknown"
        return Guardrail(arm.name, name, "unknown", value, against, *given, why, *counts)
    # what has no counterpart is held against the margin alone
    limit, rises = LIMITS[name](against or 0.0, guard.margin)
    good = value <= limit if rises else value >= limit
    why = f"{value:.4g} {'<=' if rises else '>='} {limit:.4g}"
    if not good:
        why = f"{value:.4g}, allowed {'up to' if rises else 'from'} {limit:.4g}"
    state: State = "pass" if good else "fail"
    return Guardrail(arm.name, name, state, value, against, *given, why, *counts)


# the limit, and whether the value must stay below it
LIMITS: Mapping[str, Callable[[float, float], tuple[float, bool]]] = {
    "quality": lambda other, margin: (other - margin, False),
    "pass_rate": lambda other, margin: (other - margin, False),
    "churn_14d": lambda other, margin: (other + margin, True),
    "cost": lambda other, margin: (other * (1 + margin), True),
    "cap_breach": lambda _, margin: (FULL - margin, True),
}
SIDES: Mapping[str, Callable[[CardArm, CardArm], tuple[Estimate, Estimate | None]]] = {
    "quality": lambda a, b: (a.quality, b.quality),
    "pass_rate": lambda a, b: (a.pass_rate, b.pass_rate),
    "churn_14d": lambda a, b: (a.churn.churn_14d, b.churn.churn_14d),
    "cost": lambda a, b: (a.cost, b.cost),
    "cap_breach": lambda a, _: (a.peak, None),
}


def mean_quality(outcomes: Sequence[WindowOutcome]) -> Estimate:
    """Quality of the features: a mean over windows that state one, weighted by features."""
    known = [(o.quality, o.successes) for o in outcomes if o.quality is not None]
    features = sum(count for _, count in known)
    if mixed := mixed_rules([o for o in outcomes if o.quality is not None]):
        return unknown(mixed, n=len(known), method="mean")
    if not features:
        return unknown("no quality was stated", method="mean")
    mean = sum(q * n for q, n in known) / features
    return Estimate(mean, n=len(known), method="mean", reason=STATED)


def pass_rate(outcomes: Sequence[WindowOutcome], stats: Statistics = SHIPPED) -> Estimate:
    """Share of windows with outcome pass among those that state one, with Wilson's interval."""
    stated = [o.outcome for o in outcomes if o.outcome]
    if not stated:
        return unknown("no outcome was stated", method="wilson")
    return wilson(stated.count("pass"), len(stated), stats)


def peak_use(outcomes: Sequence[WindowOutcome]) -> Estimate:
    """The highest percentage of a weekly bar that a window ended with, whatever the capacity is."""
    ends = [o.week_end for o in outcomes if o.week_end is not None]
    if not ends:
        return unknown("no weekly bar was read at a window's end", method="peak")
    return Estimate(max(ends), n=len(ends), method="peak", reason=HIGHEST)
