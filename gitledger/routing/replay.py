"""A replay from end to end: a log and budgets in, comparisons with all that must be said out.

Depends on the rest of the room. Nothing is ever routed; a replay only observes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gitledger.errors import UsageError
from gitledger.routing.board import Board, lay_out
from gitledger.routing.bootstrap import Course, Effort, Progress, against, run_worlds
from gitledger.routing.fluid import FluidPlan, fluid_plan
from gitledger.routing.gain import Gain
from gitledger.routing.log import Budgets, LoggedWindow, Support, instance_of, order_of, support_of
from gitledger.routing.policies import as_logged, policies_named
from gitledger.routing.policy import Policy

HONEST = (
    "Simulation only: providers were not chosen at random, "
    "so differences may not be caused by the choice."
)


@dataclass(frozen=True, slots=True)
class Question:
    """Which strategy against which baseline, over how many rounds, for which arms."""

    strategy: str = "bwk"
    baseline: str = "greedy"
    rounds: int | None = None
    by_methodology: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """The answer. `courses` holds the strategy first, then the baselines in order."""

    strategy: str
    rounds: int
    effort: Effort
    comparisons: tuple[Gain, ...]
    courses: tuple[Course, ...]
    support: tuple[Support, ...]
    fluid: FluidPlan
    board: Board
    notes: tuple[str, ...]


def replay(
    log: Sequence[LoggedWindow],
    budgets: Budgets,
    question: Question,
    effort: Effort,
    progress: Progress | None = None,
) -> Replay:
    """Answer `question` from `log`. Without `rounds`: as many as the log has usable windows.

    Raises `InvalidData`, `UsageError` (a policy's name) or `TooFewWindows`.
    """
    split = question.by_methodology
    support = support_of(log, budgets, by_methodology=split)
    rounds = question.rounds
    if rounds is None:
        rounds = sum(s.usable for s in support if s.state == "supported")
    instance = instance_of(log, budgets, rounds, by_methodology=split)
    board = lay_out(instance)
    order = order_of(log, instance, by_methodology=split)
    strategy = policies_named(question.strategy, order)
    # `greedy` is two: as baselines both are played, as a strategy one has to be meant
    if len(strategy) > 1:
        names = " or ".join(policy.name for policy in strategy)
        raise UsageError(f"{question.strategy!r} is not one strategy", f"choose {names}")
    baselines = policies_named(question.baseline, order)
    courses = _courses(board, (strategy[0], *baselines), effort, progress)
    return Replay(
        strategy[0].name,
        rounds,
        effort,
        with_verdicts(against(courses[0], courses[1:]), board),
        courses,
        support,
        fluid_plan(board),
        board,
        _notes(board, support),
    )


def _courses(
    board: Board, policies: Sequence[Policy], effort: Effort, progress: Progress | None
) -> tuple[Course, ...]:
    """The courses of the policies. Of a single arm one play tells them all.

    Every policy begins it whenever it can be begun: its budgets are its own, so idling saves
    nothing for anybody.
    """
    if len(board.arms) > 1:
        return run_worlds(board, policies, effort, progress)
    (course,) = run_worlds(board, (as_logged((0,)),), effort, progress)
    return tuple(replace(course, name=policy.name) for policy in policies)


def with_verdicts(comparisons: Sequence[Gain], board: Board) -> tuple[Gain, ...]:
    """The comparisons as they are, or without a choice: then no strategy holds or fails."""
    if not nothing_to_choose(board):
        return tuple(comparisons)
    return tuple(replace(each, verdict="NOTHING TO CHOOSE") for each in comparisons)


def nothing_to_choose(board: Board) -> str:
    """Why there is nothing to choose between; empty where there is."""
    if board.horizon == 0:
        return "a horizon of 0 rounds leaves nothing to play"
    if len(board.arms) == 1:
        return f"{board.arms[0]} is the only provider: there is nothing to choose"
    free = [a for a, cost in zip(board.arms, board.mean_cost, strict=True) if not cost.any()]
    if free:
        return f"{', '.join(free)} uses up no budget here: whoever takes it gives nothing up"
    enough = [
        name
        for name, need in zip(board.arms, board.need, strict=True)
        if (board.budget >= need).all()
    ]
    if len(enough) < 2:
        only = f"for {enough[0]} alone" if enough else "for no provider"
        return f"what is left is enough {only}: there is nothing to choose"
    return ""


def _notes(board: Board, support: Sequence[Support]) -> tuple[str, ...]:
    """What a reader must know besides the figures; the honest sentence comes last."""
    said = [f"{s.arm} was refused: {s.why}" for s in support if s.state == "refused"]
    said += [
        f"nothing of {name} is left to spend"
        for name, left in zip(board.resources, board.budget, strict=True)
        if left <= 0
    ]
    if not board.reward.any():
        said.append("no window of the log earned anything")
    none = nothing_to_choose(board)
    said += [none] if none else []
    return (*said, HONEST)
