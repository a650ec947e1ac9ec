"""The chart of a replay: reward earned against the share of the budgets spent.

Depends on `report.figures` and `report.plot`.
"""

from gitledger.report.figures import number
from gitledger.report.payload import Json, children, words
from gitledger.report.plot import Curve, plot


def replay_plot(payload: Json, *, width: int) -> str:
    """Cumulative reward over the share of the budgets spent; "" where a policy spends nothing."""
    curves = [
        Curve(
            words(entry, "name"),
            [(0.0, 0.0)]
            + [
                (number(point.get("spent_pct")) or 0.0, number(point.get("earned")) or 0.0)
                for point in children(entry, "curve")
            ],
        )
        for entry in children(payload, "policies")
        if children(entry, "curve")
    ]
    if costs_nothing(payload) or not any(earned for curve in curves for _, earned in curve.points):
        return ""
    title = f"cumulative {unit_of(payload)}"
    return plot(curves, x_title="% of budgets spent", y_title=title, width=width)


def unit_of(payload: Json) -> str:
    """What a reward counts: `features x quality`, or features alone where no quality is known."""
    return words(payload, "reward_unit") if payload.get("reward_unit") else "features"


def costs_nothing(payload: Json) -> str:
    """The policy that earns without spending: its line would be upright and say nothing."""
    for entry in children(payload, "policies"):
        for point in children(entry, "curve"):
            if number(point.get("earned")) and not number(point.get("spent_pct")):
                return words(entry, "name")
    return ""
