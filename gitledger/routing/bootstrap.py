"""The world bootstrap: what a strategy would have gained over baselines, and how sure that is.

Depends on numpy and the engine. A world gives every window of an arm a weight from
Dirichlet(1..1), so that reward and costs of a window stay together. In each world every policy
plays `inner` replays against the same luck (common random numbers), starting from the log as it
is: the plan is made from what is known, the world is what may be true.
Random streams are named by (seed, part, use), never by core or order: any machine draws the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gitledger.routing.board import Board, Floats
from gitledger.routing.engine import Luck, Play, cumulative, one_of_each, play
from gitledger.routing.gain import Gain, compare
from gitledger.routing.policy import Policy

REPLICATES_AT_ONCE = 10_000
CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Effort:
    """How many worlds, how many replays in each, and the seed they all come from."""

    worlds: int = 400
    inner: int = 100
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """One policy over all worlds: `reward` by world (W,), means of the rest over replicates.

    `left` (J,) and `pulls` (A,) at the end; `earned` and `spent` (T,) cumulative by round.
    """

    name: str
    reward: Floats
    skipped: float
    left: Floats
    pulls: Floats
    earned: Floats
    spent: Floats


Progress = Callable[[int, int], None]


def run_worlds(
    board: Board, policies: Sequence[Policy], effort: Effort, progress: Progress | None = None
) -> tuple[Course, ...]:
    """Play every policy in every world; courses in the order of `policies`."""
    parts = _parts(board, effort)
    plays: list[list[tuple[int, Play]]] = [[] for _ in policies]
    done = 0
    for part, worlds in enumerate(parts):
        luck = _luck(board, worlds, effort, part)
        for course, policy in zip(plays, policies, strict=True):
            noise = stream(effort.seed, part, *policy.name.encode())
            course.append(
                (worlds, play(board, policy, luck, noise=noise, prior=one_of_each(board)))
            )
        done += worlds
        if progress:
            progress(done, effort.worlds)
    return tuple(_course(p.name, c) for p, c in zip(policies, plays, strict=True))


def against(strategy: Course, baselines: Sequence[Course]) -> tuple[Gain, ...]:
    """The strategy's course compared with each baseline's."""
    return tuple(compare(b.name, strategy.reward, b.reward) for b in baselines)


def stream(*words: int) -> np.random.Generator:
    """A random stream of its own for each sequence of whole numbers."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def _luck(board: Board, worlds: int, effort: Effort, part: int) -> Luck:
    draws = stream(effort.seed, part)
    weight = draws.standard_exponential((worlds, *board.chance.shape)) * (board.chance > 0)
    return Luck(draws.random((board.horizon, worlds * effort.inner)), cumulative(weight))


def _parts(board: Board, effort: Effort) -> list[int]:
    """Worlds to play at a time, so that memory stays bounded; depends on the problem alone."""
    cells = max(1, board.chance.size, board.horizon)
    size = min(REPLICATES_AT_ONCE, CELLS_AT_ONCE // cells) // effort.inner
    step = max(1, size)
    return [min(step, effort.worlds - at) for at in range(0, effort.worlds, step)]


def _course(name: str, plays: Sequence[tuple[int, Play]]) -> Course:
    reward = np.concatenate([p.reward.reshape(worlds, -1).mean(axis=1) for worlds, p in plays])
    weights = np.array([worlds for worlds, _ in plays], dtype=np.float64)
    weights /= weights.sum()

    def mean(figures: Sequence[Floats]) -> Floats:
        stacked = np.stack(figures)
        return np.asarray((stacked.T * weights).sum(axis=-1).T)

    return Course(
        name,
        reward,
        float(mean([np.atleast_1d(p.skipped.mean()) for _, p in plays])[0]),
        mean([p.left.mean(axis=1) for _, p in plays]),
        mean([p.pulls.mean(axis=1) for _, p in plays]),
        mean([p.earned_by_round for _, p in plays]),
        mean([p.spent_by_round for _, p in plays]),
    )
