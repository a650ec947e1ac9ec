"""A routing problem as a value: arms, what they may earn and cost, budgets, rounds.

Depends on nothing but the errors. One round is one work window. Playing an arm draws one of its
outcomes; the reward and the costs of an outcome stay together. Arrays for the engine are built
from these values in `board.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Basis = Literal["total", "per-round", "cap"]


@dataclass(frozen=True, slots=True)
class Resource:
    """What an arm spends. `arm` names the only arm that may spend it ("" = shared by all).

    `amount` is in the resource's own unit (points, dollars, slots): the whole budget (`total`),
    the budget for each round of the horizon (`per-round`, so that a longer run has more of it),
    or the most one round may use of a meter that refills (`cap`). `reserve` is never spent.
    """

    name: str
    amount: float
    basis: Basis = "total"
    reserve: float = 0.0
    arm: str = ""
    unit: str = ""

    def spendable(self, horizon: int) -> float:
        """The budget of `horizon` rounds without the reserve, never below 0."""
        whole = self.amount * horizon if self.basis == "per-round" else self.amount
        return max(0.0, whole - self.reserve)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that may come of a round: its chance, its reward, its costs by resource name."""

    chance: float
    reward: float
    costs: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """A provider, or a provider with a methodology, and its outcomes (chances sum to 1)."""

    name: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """A routing problem over `horizon` rounds, one arm or none in each."""

    name: str
    arms: tuple[Arm, ...]
    resources: tuple[Resource, ...]
    horizon: int
    title: str = ""

    def over(self, horizon: int) -> "Instance":
        """The same problem over another number of rounds; per-round budgets grow with it."""
        return replace(self, horizon=horizon)


def evenly(outcomes: Sequence[tuple[float, tuple[tuple[str, float], ...]]]) -> tuple[Outcome, ...]:
    """Outcomes (reward, costs) of equal chance, in an order of their own and not the caller's."""
    return tuple(Outcome(1 / len(outcomes), reward, costs) for reward, costs in sorted(outcomes))
