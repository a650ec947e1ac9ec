"""A replay as a chart: a Vega-Lite specification from the payload of `gitledger replay --json`.

Depends on `report.figures`. The specification is a plain mapping, so that a page can embed it and
a program can read it; no chart library is needed to make it.
"""

from collections.abc import Mapping
from typing import Any

from gitledger.report.figures import Json, children, number, words

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def replay_chart(payload: Json, *, width: int = 560, height: int = 280) -> Mapping[str, Any]:
    """Cumulative features against the share of the budgets spent, one line for each policy."""
    points = [
        {
            "policy": words(policy, "name"),
            "round": number(point.get("round")),
            "spent_pct": number(point.get("spent_pct")),
            "features": number(point.get("earned")),
        }
        for policy in children(payload, "policies")
        for point in children(policy, "curve")
    ]
    return {
        "$schema": SCHEMA,
        "title": f"Router replay: {words(payload, 'strategy')}, mean over all worlds",
        "width": width,
        "height": height,
        "data": {"values": points},
        "mark": {"type": "line", "tooltip": True},
        "encoding": {
            "x": axis("spent_pct", "% of budgets spent"),
            "y": axis("features", "cumulative features"),
            "color": {"field": "policy", "type": "nominal", "title": "policy", "sort": None},
            "order": {"field": "round", "type": "quantitative"},
        },
    }


def axis(field: str, title: str) -> Mapping[str, Any]:
    """A quantitative axis from 0."""
    return {"field": field, "type": "quantitative", "title": title, "scale": {"zero": True}}
