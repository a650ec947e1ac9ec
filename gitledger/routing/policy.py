"""What a policy is: what it sees before a round, and the arm it answers with.

Depends on numpy and the board. Arrays hold replicates in their last axis.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from gitledger.routing.board import Board, Bools, Floats, Whole

IDLE = -1


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Running means of what each arm was seen to do, the prior's windows included.

    `seen` (A, R), `reward` (A, R), `cost` (A, J, R); `tally` (A, K, R) weighs outcomes and is
    empty for policies that do not ask for it. The engine updates the arrays in place.
    """

    seen: Floats
    reward: Floats
    cost: Floats
    tally: Floats

    def learn(self, at: Whole, arm: Whole, outcome: Whole, gain: Floats, cost: Floats) -> None:
        """Take in the uncut outcome of the arms played by the replicates `at`."""
        size, resources = self.seen.shape[1], self.cost.shape[1]
        seen, reward, bill = self.seen.ravel(), self.reward.ravel(), self.cost.ravel()
        place = arm * size + at
        count = seen[place] + 1.0
        seen[place] = count
        known = reward[place]
        reward[place] = known + (gain - known) / count
        place = place + arm * ((resources - 1) * size)
        for spent in cost:
            known = bill[place]
            bill[place] = known + (spent - known) / count
            place += size
        if self.tally.size:
            self.tally[arm, outcome, at] += 1.0


@dataclass(frozen=True, slots=True)
class Round:
    """What a policy sees before it answers.

    Round `number` from 0, rounds `to_go` with this one, budget `left` (J, R), arms that can
    still be begun `may` (A, R), and the beliefs.
    """

    number: int
    to_go: int
    left: Floats
    may: Bools
    beliefs: Beliefs


Choice: TypeAlias = Callable[[Round], Whole]
Prepare: TypeAlias = Callable[[Board, np.random.Generator, int], Choice]


@dataclass(frozen=True, slots=True)
class Policy:
    """A named way to choose. `prepare` is called once a run and keeps what state it needs.

    `bayesian` policies, met with no log, start from one of each outcome that can come; others
    from nothing. `tallies` asks the engine to count outcomes.
    """

    name: str
    prepare: Prepare
    bayesian: bool = False
    tallies: bool = False


def best(score: Floats, may: Bools) -> Whole:
    """The arm of highest score among those allowed, the first of equals; idle without any."""
    masked = np.where(may, score, -np.inf)
    return np.where(may.any(axis=0), masked.argmax(axis=0), IDLE)


def untried_first(choose: Choice) -> Choice:
    """Play every arm once, in order, before `choose` is asked; a prior counts as played."""
    known = False

    def choice(now: Round) -> Whole:
        nonlocal known
        if known:
            return choose(now)
        untried = (now.beliefs.seen == 0) & now.may
        known = not untried.any()
        if known:
            return choose(now)
        first = np.asarray(untried.argmax(axis=0))
        if untried.any(axis=0).all():
            return first
        return np.where(untried.any(axis=0), first, choose(now))

    return choice
