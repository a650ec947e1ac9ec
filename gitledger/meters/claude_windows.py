"""The windows of Claude's structured feeds: key, percent and reset time, wherever they stand.

Depends on the meters room only. Named windows, the list of limits and the list of models repeat
each other; where both give a figure, the named one counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from gitledger.meters.jsontext import (
    Number,
    as_list,
    as_map,
    as_number,
    as_text,
    epoch_moment,
    iso_moment,
)
from gitledger.meters.naming import slug

KINDS = {"session": "five_hour", "weekly_all": "seven_day"}
SHARES = ("utilization", "used_percentage", "percent")
NO_METERS = frozenset({"spend_limit", "extra_usage", "spend", "model_scoped", "limits"})
JsonMap = Mapping[str, object]


class QuotaWindow(NamedTuple):
    """One window by its key (`five_hour`, `seven_day_opus`); None where the feed is silent."""

    key: str
    used_pct: Number | None
    resets_at: datetime | None


def any_moment(value: object) -> datetime | None:
    """UTC from epoch seconds, epoch milliseconds or ISO text: versions differ in what they send."""
    return epoch_moment(value) or iso_moment(value)


def windows_of(limits: JsonMap, share: str) -> list[QuotaWindow]:
    """The windows that a status line names, and its list of models."""
    named = [
        QuotaWindow(
            key, as_number(as_map(value).get(share)), any_moment(as_map(value).get("resets_at"))
        )
        for key, value in limits.items()
        if key not in NO_METERS and isinstance(value, Mapping)
    ]
    return first_of_each((*named, *scoped_windows(limits)))


def endpoint_windows(body: JsonMap) -> list[QuotaWindow]:
    """The windows of the usage endpoint's body; named windows win over the lists."""
    named = [
        QuotaWindow(key, as_number(as_map(value).get("utilization")), reset_of(as_map(value)))
        for key, value in body.items()
        if key.startswith(("five_hour", "seven_day"))
    ]
    return first_of_each((*named, *listed_windows(body), *scoped_windows(body)))


def listed_windows(body: JsonMap) -> Iterator[QuotaWindow]:
    """Each entry of `limits` that is a meter of a window."""
    for item in map(as_map, as_list(body.get("limits"))):
        kind = as_text(item.get("kind"))
        key = KINDS.get(kind, "")
        if kind == "weekly_scoped":
            model = as_map(as_map(item.get("scope")).get("model"))
            name = as_text(model.get("display_name")) or as_text(model.get("id"))
            key = f"seven_day_{slug(name)}" if name else ""
        if key:
            yield QuotaWindow(key, as_number(item.get("percent")), reset_of(item))


def scoped_windows(body: JsonMap) -> Iterator[QuotaWindow]:
    """Each entry of `model_scoped`: a model's own week."""
    for item in map(as_map, as_list(body.get("model_scoped"))):
        name = as_text(item.get("display_name")) or as_text(item.get("id"))
        figure = next((n for s in SHARES if (n := as_number(item.get(s))) is not None), None)
        if name:
            yield QuotaWindow(f"seven_day_{slug(name)}", figure, reset_of(item))


def reset_of(window: JsonMap) -> datetime | None:
    """When a window of the endpoint ends."""
    return any_moment(window.get("resets_at"))


def first_of_each(windows: Sequence[QuotaWindow]) -> list[QuotaWindow]:
    """One window for each key, in the order of their keys: the first that has a figure."""
    found: dict[str, QuotaWindow] = {}
    for window in windows:
        held = found.get(window.key)
        if held is None or (held.used_pct is None and window.used_pct is not None):
            found[window.key] = window
    return list(found.values())
