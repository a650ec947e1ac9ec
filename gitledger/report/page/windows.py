"""The page's table of windows: a line each, and what it opens to, its row ids last.

Depends on `report.figures` and `page.tables`; takes the windows of an overview as JSON.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from gitledger.report.figures import count_text, figure, number
from gitledger.report.page import tables
from gitledger.report.payload import Json, children, texts, words

MOST_WHOLE = 1500  # windows: above it they are folded by week and carry no details
TONES = {
    "GO": "good",
    "NO-GO": "bad",
    "INVALID": "bad",
    "SOFT GO": "open-ended",
    "HOLD": "open-ended",
    "INSUFFICIENT": "open-ended",
}


def anchor(window: str) -> str:
    """A window's id as a fragment."""
    return f"w-{window}"


def providers_of(window: Json) -> list[str]:
    """The providers of a window, each once."""
    return list(dict.fromkeys(words(part, "provider") for part in children(window, "parts")))


def weeks(windows: Sequence[Json]) -> list[Mapping[str, object]]:
    """The windows as one table, or above `MOST_WHOLE` folded by the week of their work."""
    ordered = sorted(windows, key=lambda w: (words(w, "at"), words(w, "window")))
    if not ordered:
        return []
    if len(ordered) <= MOST_WHOLE:
        return [{"folded": False, "rows": [line(w, whole=True) for w in ordered]}]
    found: list[Mapping[str, object]] = []
    for name, many in groupby(ordered, key=lambda w: tables.week_of(words(w, "at"))):
        rows = [line(w, whole=False) for w in many]
        found.append(
            {"folded": True, "name": name, "told": count_text(len(rows), "window"), "rows": rows}
        )
    return found


def line(window: Json, *, whole: bool) -> Mapping[str, object]:
    """One window's line; with `whole` what it opens to."""
    parts, verdict = children(window, "parts"), words(window, "verdict")
    return {
        "name": words(window, "window"),
        "anchor": anchor(words(window, "window")),
        "providers": providers_of(window),
        "features": ", ".join(figure(p.get("features")) for p in parts) or "unknown",
        "points": ", ".join(points_words(p) for p in parts) or "unknown",
        "state": ", ".join(dict.fromkeys(state_words(p) for p in parts)) or "no reading",
        "gone": tables.gone_words(window),
        "verdict": verdict,
        "tone": TONES.get(verdict, ""),
        "more": list(more(window)) if whole else [],
    }


def points_words(part: Json) -> str:
    """`17 weekly pp`, or a dash where the delta does not count."""
    known = number(part.get("pp"))
    return (
        f"{figure(known)} {words(part, 'meter')} pp"
        if part.get("usable") and known is not None
        else "-"
    )


def state_words(part: Json) -> str:
    """The delta's state, marked where it does not count."""
    state = words(part, "state")
    return state if part.get("usable") else f"\u2715 {state}"


def more(window: Json) -> Sequence[str]:
    """Readings, commits, evidence, reasons and row ids of a window."""
    told = [reading_words(r) for r in children(window, "readings")]
    told += [commit_words(c) for c in children(window, "commits")]
    told += [
        f"evidence {words(e, 'run')}: {words(e, 'result')}" for e in children(window, "evidence")
    ]
    told += [f"lines: {words(c, 'gone')}" for c in children(window, "churn") if words(c, "gone")]
    if reasons := texts(window, "reasons"):
        told.append(f"card: {'; '.join(reasons)}")
    if rows := texts(window, "rows"):
        told.append(f"rows {' '.join(rows)}")
    return told


def reading_words(reading: Json) -> str:
    """`before 2026-03-02 09:00Z codex: 5h 0 %, weekly 8 %`: numbers, never the pasted text."""
    found = reading.get("meters")
    meters = found if isinstance(found, list | tuple) else ()
    shown = ", ".join(f"{name} {figure(used)} %" for name, used in meters) or "no number"
    when, whose = tables.clock(words(reading, "at")), words(reading, "provider")
    return f"{words(reading, 'phase')} {when} {whose}: {shown}"


def commit_words(commit: Json) -> str:
    """`commit fd91b3c4fb on trunk +35 -0`."""
    sizes = [number(commit.get(name)) for name in ("insertions", "deletions")]
    size = "" if None in sizes else f" +{figure(sizes[0])} -{figure(sizes[1])}"
    where = f" on {words(commit, 'branch')}" if words(commit, "branch") else ""
    return f"commit {words(commit, 'sha')}{where}{size}"
