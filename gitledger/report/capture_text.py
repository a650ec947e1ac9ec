"""Recorded readings and deltas as lines of text."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.errors import with_noun
from gitledger.report.figures import count_text
from gitledger.report.payload import holder, meter_name
from gitledger.windows.marks import marked_words

SHOWN = 20
DONE = {"before": "Started", "after": "Ended"}


def capture_lines(payload: Mapping[str, Any]) -> list[str]:
    """A recorded snapshot as text: what it is, its meters, what is doubtful."""
    place, phase = f"{payload['window']} ({holder(payload)})", payload["phase"]
    head = f"{DONE.get(phase, 'Recorded')} {place}. Usage {phase}: row {payload['row']}"
    if payload["already"]:
        head = f"Recorded already: {place}, usage {phase}: row {payload['row']}"
    told = [f"  {p.get('severity', 'error')}: {_problem_line(p)}" for p in payload["problems"]]
    return [head, *reading_lines(payload["readings"]), *told]


def begun_lines(payload: Mapping[str, Any]) -> list[str]:
    """A window's BEFORE as text, with the next step."""
    step = f"next: work, commit, then: gitledger end {payload['provider']}"
    if old := [p for p in payload["problems"] if p.get("code") == "stale-pane"]:
        step = f"next: {old[0]['hint']}"
    return [*capture_lines(payload), *origin_lines(payload["origin"]), step]


def ended_lines(payload: Mapping[str, Any]) -> list[str]:
    """A window's AFTER as text, with its deltas and the next step."""
    window, provider = payload["window"], payload["provider"]
    step = "gitledger preview" if payload.get("completed") else payload["complete"]
    if early := [p for p in payload["problems"] if p.get("code") == "early-after"]:
        due = early[0]["what"].rpartition("until ")[2].partition("Z")[0]
        step = f"wait until {due}Z, then: gitledger end {provider} --window {window}"
    origin, deltas = origin_lines(payload["origin"]), delta_lines(payload["deltas"])
    return [*capture_lines(payload), *origin, *deltas, f"next: {step}"]


def override_lines(payload: Mapping[str, Any]) -> list[str]:
    """Typed percentages as text, with the next step of their window."""
    window, provider = payload["window"], payload["provider"]
    step = f"work, commit, then: gitledger end {provider} --window {window}"
    if payload["phase"] == "after":
        step = payload["complete"]
    return [*capture_lines(payload), f"next: {step}"]


def reading_lines(readings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Meters as aligned text lines."""
    names = [meter_name(reading) for reading in readings]
    width = max(map(len, names), default=0)
    lines = []
    for name, reading in zip(names, readings, strict=True):
        reset = str(reading.get("resets_at", ""))
        tail = f", resets {reset[:16].replace('T', ' ')}Z" if reset else ""
        lines.append(f"  {name:<{width}}  {reading['used_pct']} % used{tail}")
    return lines


def _problem_line(problem: Mapping[str, Any]) -> str:
    place = f"{problem['where']}: " if problem.get("where") else ""
    step = f" ({problem['hint']})" if problem.get("hint") else ""
    return f"{place}{problem.get('what', '')} [{problem.get('code', '')}]{step}"


def delta_lines(deltas: Sequence[Mapping[str, Any]]) -> list[str]:
    """Deltas as text: `  weekly: 52 -> 57 %, 5 pp +-1 (valid)`."""
    told = []
    for delta in deltas:
        pool = "" if delta["bucket"] == "default" else f"{delta['bucket']} "
        sides = " -> ".join("?" if v is None else str(v) for v in (delta["before"], delta["after"]))
        words = marked_words(delta.get("marks", ()), delta["low"], delta["high"])
        state = "; ".join([delta["state"], *words])
        told.append(f"  {pool}{delta['meter']}: {sides} %{_amount(delta)} ({state})")
    return told


def _amount(delta: Mapping[str, Any]) -> str:
    """The points a delta stands for: a number, bounds, or nothing."""
    if delta["delta_pp"] is None:
        return ""
    if delta["state"] == "shared":
        most = "100" if delta["high"] is None else delta["high"]
        return f", {delta['low']} to {most} pp"
    if delta["state"] == "saturated":
        return f", at least {delta['low']} pp"
    return f", {delta['delta_pp']} pp +-{delta['resolution']}"


def origin_lines(origin: Mapping[str, Any]) -> list[str]:
    """The local source as a line of text; none where a text was given."""
    if not origin:
        return []
    return [f"  read from {origin['place']}, {ago(float(origin['age_minutes']))}"]


def ago(minutes: float) -> str:
    """An age in words: `written 4 minutes ago`, `written 3 h 20 min ago`."""
    whole = round(minutes)
    if whole < 1:
        return "written just now"
    if whole < 120:
        return f"written {with_noun(whole, 'minute')} ago"
    hours, rest = divmod(whole, 60)
    if hours < 48:
        return f"written {hours} h {rest} min ago"
    return f"written {with_noun(hours // 24, 'day')} ago"


def unknown_line(source: str, why: str) -> str:
    """What is left of a source that cannot be told."""
    return f"{source}: unknown: {why}"


def guard_line(payload: Mapping[str, Any]) -> str:
    """Whether a meter still holds so many points, or why nobody can tell."""
    meter = f"{payload['provider']} {payload['meter']}"
    if payload["enough"] is None:
        step = f"gitledger start {payload['provider']}"
        return f"{meter}: unknown: {payload['why']}; capture one: {step}"
    shown = str(payload["captured_at"])[:16].replace("T", " ")
    points = with_noun(payload["left_pp"], "point")
    verdict = "enough" if payload["enough"] else "not enough"
    return f"{meter}: {points} left at {shown}Z, {payload['need_pp']} needed: {verdict}"


def parse_lines(payload: Mapping[str, Any]) -> list[str]:
    """What a text would be recorded as: readings, totals, how many events, what is doubtful."""
    told = [f"{payload['source']}, shown {payload['captured_at']}"]
    told += origin_lines(payload["origin"]) + reading_lines(payload["readings"])
    told += [f"  {name}: the reset has passed: stale" for name in payload["stale_by_clock"]]
    for usage in payload["usage"][:SHOWN]:
        words = (str(usage.get(key, "")) for key in ("scope", "period"))
        told.append(f"  {' '.join(words)}: {usage.get('total_tokens', '?')} tokens")
    hidden = len(payload["usage"]) - SHOWN
    told += [f"  and {hidden} more"] if hidden > 0 else []
    told += [f"  {count_text(len(payload['events']), 'event')}"] if payload["events"] else []
    return told + [f"  {_problem(problem)}" for problem in payload["problems"]]


def _problem(problem: Mapping[str, Any]) -> str:
    place = f"{problem['where']}: " if problem.get("where") else ""
    step = f" ({problem['hint']})" if problem.get("hint") else ""
    return f"{problem['severity']}: {place}{problem['what']}{step} [{problem['code']}]"
