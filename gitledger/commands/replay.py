"""`replay`: what another way of routing windows would have earned. Nothing is ever routed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.budgets import Flags, budgets_of
from gitledger.book.opening import open_book
from gitledger.book.replay_issue import record_replay
from gitledger.book.replay_log import Ledgered, read_log
from gitledger.book.world import World, read_text
from gitledger.commands.result import Result, Screen
from gitledger.errors import InvalidData, UsageError
from gitledger.ledger.yamltext import load
from gitledger.report.replay_text import replay_markdown, replay_text, trial_markdown, trial_text
from gitledger.routing.bootstrap import Course, Effort
from gitledger.routing.instance import Instance
from gitledger.routing.instance_file import instance_from
from gitledger.routing.logged import Budgets, Support
from gitledger.routing.public import NAMED
from gitledger.routing.replay import Question, Replay
from gitledger.routing.replay import replay as replay_log
from gitledger.routing.trial import Trial, try_out

__all__ = ["Effort", "Question", "Told", "replay", "replay_instance"]
SCHEMA = "gitledger.replay/1"
MOST_POINTS = 200
DIGITS = 10
INSTANCE_BYTES = 1 << 20  # a file of the user's own: larger than a text on the branch may be


@dataclass(frozen=True, slots=True)
class Told:
    """How the answer is given: as Markdown, and recorded for an agent or not."""

    markdown: bool = False
    issue: bool = False
    agent: str = ""


def replay(world: World, question: Question, flags: Flags, effort: Effort, told: Told) -> Result:
    """Replay the ledger's windows: the strategy against each baseline; recorded when told so.

    Raises InvalidData, UsageError, TooFewWindows, and what opening the ledger raises.
    """
    book = open_book(world)
    read = read_log(book, world.now, flags.reserve, flags.week)
    budgets = budgets_of(read, flags)
    answer = replay_log(read.windows, budgets, question, effort, world.progress)
    payload = {"week": flags.week or None, **replay_payload(answer, budgets, read)}
    notes: tuple[str, ...] = ()
    if told.issue:
        rows = record_replay(book, payload, told.agent)
        payload, notes = payload | {"rows": rows}, (f"recorded as {', '.join(rows)}",)
    made = _result(payload, replay_markdown if told.markdown else None, replay_text)
    return made._replace(notes=notes)


def replay_instance(
    world: World, name: str, *, rounds: int | None, runs: int, seed: int, markdown: bool
) -> Result:
    """Every policy on a public instance, or on one from a file; no repository is needed."""
    instance = named_instance(world, name)
    if rounds is not None:
        instance = instance.over(rounds)
    trial = try_out(instance, runs=runs, seed=seed, progress=world.progress)
    return _result(trial_payload(trial), trial_markdown if markdown else None, trial_text)


def named_instance(world: World, name: str) -> Instance:
    """A public instance by name, or the one that a YAML file describes."""
    if name in NAMED:
        return NAMED[name]
    if name != "-" and not (world.directory / name).exists():
        known = ", ".join(NAMED)
        raise UsageError(f"no instance and no file is named {name!r}", f"public: {known}")
    content, problems = load(
        read_text(world, name), name, most_bytes=INSTANCE_BYTES, most_nodes=INSTANCE_BYTES
    )
    if problems:
        raise InvalidData(f"{name} cannot be read", "see docs/explanation/replay.md", problems)
    return instance_from(content)


def replay_payload(answer: Replay, budgets: Budgets, read: Ledgered) -> Mapping[str, Any]:
    """What `--json` prints of a replay."""
    resources, fluid = answer.board.resources, answer.fluid
    return {
        "strategy": answer.strategy,
        "baselines": [
            {
                "name": c.name,
                "delta_pct": {"value": plain(c.value), "low": plain(c.low), "high": plain(c.high)},
                "p_ge_0": plain(c.p_ge_0),
                "verdict": c.verdict,
            }
            for c in answer.comparisons
        ],
        "support": [support_payload(s) for s in answer.support],
        "rounds": answer.rounds,
        "worlds": answer.effort.worlds,
        "inner": answer.effort.inner,
        "seed": answer.effort.seed,
        "arms": list(answer.board.arms),
        "lp_ceiling": plain(fluid.total),
        "lp_per_round": plain(fluid.per_round),
        "lp_mix": [plain(share) for share in fluid.mix],
        "shadow_prices": {
            **named_figures(resources, fluid.prices),
            "round": plain(fluid.round_price),
        },
        "budgets": named_figures(resources, answer.board.budget.tolist()),
        "reserve": plain(budgets.reserve),
        "policies": [course_payload(c, answer) for c in answer.courses],
        "notes": [*read.notes, *answer.notes],
    }


def course_payload(course: Course, answer: Replay) -> Mapping[str, Any]:
    """One policy: reward, skipped rounds, budget left, and its curve by round."""
    mean, ceiling = float(course.reward.mean()), answer.fluid.total
    points = len(course.earned)
    step = max(1, -(-points // MOST_POINTS))
    shown = sorted({*range(step - 1, points, step), *([points - 1] if points else [])})
    return {
        "name": course.name,
        "reward_mean": plain(mean),
        "pct_of_lp": plain(100 * mean / ceiling) if ceiling > 0 else None,
        "skipped_rounds": plain(course.skipped),
        "budget_left": named_figures(answer.board.resources, course.left.tolist()),
        "rounds_by_arm": named_figures(answer.board.arms, course.pulls.tolist()),
        "curve": [
            {
                "round": t + 1,
                "earned": plain(float(course.earned[t])),
                "spent_pct": plain(100 * float(course.spent[t])),
            }
            for t in shown
        ],
    }


def support_payload(support: Support) -> Mapping[str, Any]:
    """One arm's windows: seen, usable, left out with reasons."""
    return {
        "provider": support.arm,
        "windows": support.windows,
        "usable": support.usable,
        "state": support.state,
        "why": support.why,
        "left_out": [{"window": window, "reason": why} for window, why in support.left_out],
    }


def trial_payload(trial: Trial) -> Mapping[str, Any]:
    """What `--json` prints of a public instance."""
    fluid, board = trial.fluid, trial.board
    return {
        "instance": trial.instance.name,
        "title": trial.instance.title,
        "rounds": trial.instance.horizon,
        "runs": trial.runs,
        "seed": trial.seed,
        "arms": list(board.arms),
        "lp_per_round": plain(fluid.per_round),
        "lp_total": plain(fluid.total),
        "lp_mix": [plain(share) for share in fluid.mix],
        "shadow_prices": named_figures(board.resources, fluid.prices),
        "exact_optimum": plain(trial.exact),
        "policies": [
            {
                "name": s.name,
                "reward_mean": plain(s.reward_mean),
                "reward_se": plain(s.reward_se),
                "pct_of_lp": plain(s.pct_of_lp),
                "pct_of_exact": plain(100 * s.reward_mean / trial.exact) if trial.exact else None,
                "skipped_rounds": plain(s.skipped),
            }
            for s in trial.scores
        ],
    }


def named_figures(names: Sequence[str], figures: Sequence[float]) -> dict[str, float | None]:
    """Figures under their names."""
    return {name: plain(value) for name, value in zip(names, figures, strict=True)}


def plain(figure: float | None) -> float | None:
    """Ten significant digits: the last ones of a float are not alike on all machines."""
    return None if figure is None else float(format(figure, f".{DIGITS}g")) + 0.0


def _result(payload: Mapping[str, Any], markdown: Any, text: Any) -> Result:
    def drawn(screen: Screen) -> str:
        if markdown:
            return str(markdown(payload))
        return str(text(payload, width=screen.width, colour=screen.colour)).rstrip("\n")

    return Result(SCHEMA, payload, drawn)
