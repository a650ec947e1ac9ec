"""A replay, and a trial on a public instance, as `--json` prints them."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.routing.bootstrap import Course
from gitledger.routing.log import Budgets, Support
from gitledger.routing.replay import Replay
from gitledger.routing.trial import Trial

MOST_POINTS = 200
DIGITS = 10


def replay_payload(answer: Replay, budgets: Budgets, notes: Sequence[str]) -> Mapping[str, Any]:
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
        "notes": [*notes, *answer.notes],
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
