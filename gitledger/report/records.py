"""Rows, windows, deltas, estimates and churn as flat records with typed columns, for data frames.

Depends on values only. A column says its pandas type and its unit; a record holds what is known,
and what it lacks is unknown.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema
from gitledger.measure.efficiency import PER_WINDOW, VARIANTS, Efficiency
from gitledger.measure.estimate import plain
from gitledger.windows.churn import WindowChurn
from gitledger.windows.delta import Delta
from gitledger.windows.window import AFTER, BEFORE, Window

TEXT, NAME, COUNT, NUMBER, TRUTH = "string", "category", "Int64", "Float64", "boolean"
TIME = "datetime64[us, UTC]"  # as rows print it; nanoseconds would end in the year 2262
DAY = "datetime64[s]"
NESTED = "object"
KINDS = {"integer": COUNT, "number": NUMBER, "boolean": TRUTH, "timestamp": TIME, "date": DAY} | {
    "list": NESTED,
    "map": NESTED,
}
Record = dict[str, Any]


class FrameColumn(NamedTuple):
    """A column of a frame: its pandas type, its unit ("" where it has none), words it may hold."""

    type: str
    unit: str = ""
    words: tuple[str, ...] = ()


Columns = Mapping[str, FrameColumn]
POINTS, PERCENT, LINES, MINUTES = "percentage points", "% used", "lines", "minutes"
ENVELOPE: Columns = {
    "row": FrameColumn(TEXT),
    "recorded_at": FrameColumn(TIME, "UTC"),
    "agent": FrameColumn(NAME),
    "tool": FrameColumn(NAME),
}
WINDOWS: Columns = {
    "window": FrameColumn(TEXT),
    "agent": FrameColumn(NAME),
    "providers": FrameColumn(NESTED),
    "started_at": FrameColumn(TIME, "UTC"),
    "ended_at": FrameColumn(TIME, "UTC"),
    "finalised_at": FrameColumn(TIME, "UTC"),
    "features": FrameColumn(COUNT, "features"),
    "feature_rule": FrameColumn(NAME),
    "quality": FrameColumn(NUMBER, "0 to 1"),
    "rubric": FrameColumn(COUNT, "1 to 5"),
    "outcome": FrameColumn(NAME),
    "methodology": FrameColumn(NAME),
    "load": FrameColumn(NUMBER, "CLS"),
    "minutes": FrameColumn(NUMBER, MINUTES),
    "minutes_per_feature": FrameColumn(NUMBER, "minutes per feature"),
    "spec_id": FrameColumn(TEXT),
    "spec_version": FrameColumn(TEXT),
    "commit_start": FrameColumn(TEXT),
    "commit_end": FrameColumn(TEXT),
    "commits": FrameColumn(COUNT, "commits recorded"),
    "row": FrameColumn(TEXT),
}
DELTAS: Columns = {
    "window": FrameColumn(TEXT),
    **dict.fromkeys(("provider", "account", "bucket", "meter", "state"), FrameColumn(NAME)),
    "usable": FrameColumn(TRUTH),
    **dict.fromkeys(("before", "after"), FrameColumn(NUMBER, PERCENT)),
    **dict.fromkeys(
        ("delta_pp", "resolution_pp", "low_pp", "high_pp"), FrameColumn(NUMBER, POINTS)
    ),
    "manual": FrameColumn(TRUTH),
    "why": FrameColumn(TEXT),
    "shared_with": FrameColumn(NESTED),
}
EFFICIENCY: Columns = {
    "provider": FrameColumn(NAME),
    "measure": FrameColumn(NAME, words=VARIANTS),
    **dict.fromkeys(("value", "low", "high"), FrameColumn(NUMBER, "see the column `unit`")),
    "unit": FrameColumn(NAME),
    "n": FrameColumn(COUNT, "windows"),
    "method": FrameColumn(NAME),
    "reason": FrameColumn(TEXT),
    "meter": FrameColumn(NAME),
    "features": FrameColumn(NUMBER, "features"),
    "capacity": FrameColumn(NUMBER, "see the column `capacity_unit`"),
    "capacity_unit": FrameColumn(NAME),
    "windows": FrameColumn(COUNT, "windows"),
    "gate": FrameColumn(NAME),
    "windows_needed": FrameColumn(COUNT, "windows"),
    "used": FrameColumn(NESTED),
}
CHURN: Columns = {
    "window": FrameColumn(TEXT),
    **dict.fromkeys(("provider", "decision", "state"), FrameColumn(NAME)),
    "commit_start": FrameColumn(TEXT),
    "commit_end": FrameColumn(TEXT),
    **dict.fromkeys(("insertions", "deletions", "net", "landed"), FrameColumn(COUNT, LINES)),
    "churn_14d": FrameColumn(NUMBER, "share of merged lines"),
    **dict.fromkeys(("low", "high"), FrameColumn(NUMBER, "share of merged lines")),
    "final_on": FrameColumn(DAY),
    "gone": FrameColumn(COUNT, LINES),
    "reverted_by": FrameColumn(TEXT),
    "remark": FrameColumn(TEXT),
    "row": FrameColumn(TEXT),
}


def row_columns(schema: Schema) -> Columns:
    """The columns of a ledger: the envelope's, then its own with the units of the definition."""
    own = {
        c.name: FrameColumn(NAME if c.enum else KINDS.get(c.type, TEXT), c.unit, c.enum)
        for c in schema.columns
    }
    return {**ENVELOPE, **own}


def row_record(row: Row) -> Record:
    """A row with its envelope."""
    head = {"row": row.id, "recorded_at": row.recorded_at, "agent": row.agent, "tool": row.tool}
    values: Mapping[str, Any] = row.values
    return {**values, **head}


def window_record(window: Window) -> Record:
    """A window's spans, and what was stated of it at its end."""
    begun = [c.canonical for c in window.captures if c.phase == BEFORE]
    ended = [c.canonical for c in window.captures if c.phase == AFTER]
    told: Record = {
        "window": window.id,
        "agent": begun[0].agent if begun else None,
        "providers": [*dict.fromkeys(provider for provider, _ in window.holders)],
        "started_at": min((shot.captured_at for shot in begun), default=None),
        "ended_at": max((shot.captured_at for shot in ended), default=None),
        "commits": len(window.commits),
    }
    if window.finalised is None:
        return told
    final = window.finalised.canonical
    named = (
        *("finalised_at", "quality", "rubric", "outcome", "methodology", "minutes", "row"),
        *("spec_id", "spec_version", "commit_start", "commit_end"),
    )
    told |= {name: getattr(final, name) for name in named}
    told["features"] = final.features if final.delivered else None
    told["feature_rule"] = final.rule or None
    return told | {"load": final.cls, "minutes_per_feature": final.impf}


def delta_record(window: str, delta: Delta) -> Record:
    """A delta with what bounds it; points of the meter, not of a plan."""
    named = ("provider", "account", "bucket", "meter", "state", "usable", "before", "after")
    return {
        **{name: getattr(delta, name) for name in (*named, "manual", "why")},
        "window": window,
        "delta_pp": delta.value,
        "resolution_pp": delta.resolution,
        "low_pp": delta.low,
        "high_pp": delta.high,
        "shared_with": delta.with_windows,
    }


def efficiency_record(entry: Efficiency) -> Record:
    """An estimate with its interval, n and method, and the windows behind it."""
    told = dict(entry.estimate.payload())
    return {
        **told,
        "provider": entry.provider,
        "measure": entry.name,
        "unit": f"features per {'window' if entry.name == PER_WINDOW else entry.unit}",
        "meter": entry.meter,
        "features": plain(entry.features),
        "capacity": plain(entry.capacity),
        "capacity_unit": entry.unit,
        "windows": entry.windows,
        "gate": entry.gate,
        "windows_needed": entry.needed,
        "used": entry.used,
    }


def churn_record(window: str, churn: WindowChurn) -> Record:
    """What became of a window's lines; `churn_14d` once it is final, its ends until then."""
    low, high = churn.so_far, churn.upper
    named = ("provider", "decision", "state", "insertions", "deletions", "net", "gone")
    return {
        **{name: getattr(churn, name) for name in (*named, "reverted_by", "remark", "row")},
        "window": window,
        "commit_start": churn.span[0],
        "commit_end": churn.span[1],
        "landed": churn.merged,
        "churn_14d": low if low == high else None,
        "low": low,
        "high": high,
        "final_on": churn.until,
    }
