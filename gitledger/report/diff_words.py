"""What both texts of a difference say alike: its headline, numbers, warnings and corrections.

Takes the payload of `gitledger diff --json`.
"""

from collections.abc import Iterator

from gitledger.report.figures import NOTHING, UNKNOWN, count_text, figure, interval, number
from gitledger.report.payload import Json, child, children, metered_unit, texts, words

SHORT = 7
ARROW = " -> "


def is_empty(payload: Json) -> bool:
    """Whether nothing comes, goes, changes or is wrong."""
    names = ("corrections", "texts", "gone", "windows", "unread")
    intact = child(payload, "integrity").get("intact") is True
    return intact and not many_rows(payload) and not any(payload.get(name) for name in names)


def many_rows(payload: Json) -> int:
    """How many rows come."""
    return sum(len(children(child(payload, "added"), name)) for name in child(payload, "added"))


def headline(payload: Json) -> str:
    """`+3 windows, 1 voided · GO 2 · INVALID 1 · integrity intact`."""
    windows = children(payload, "windows")
    fresh = sum(window.get("new") is True for window in windows)
    came = [f"+{count_text(fresh, 'window')}"] if fresh else []
    touched = len(windows) - fresh
    came += [f"{count_text(touched, 'window')} touched"] if touched else []
    for kind, word in (("void", "voided"), ("amend", "amended")):
        many = sum(words(c, "kind") == kind for c in children(payload, "corrections"))
        came += [f"{many} {word}"] if many else []
    if not came:
        came = [f"+{count_text(many_rows(payload), 'row')}"]
    gone = len(children(payload, "gone"))
    came += [f"{count_text(gone, 'row')} lost"] if gone else []
    counts = child(child(payload, "verdicts"), "counts")
    found = len(children(child(payload, "integrity"), "findings"))
    integrity = f"integrity broken: {count_text(found, 'finding')}" if found else "integrity intact"
    each = [f"{verdict} {figure(many)}" for verdict, many in counts.items()]
    return " \u00b7 ".join([", ".join(came), *each, integrity])


def effect_cells(entry: Json) -> tuple[str, ...]:
    """A provider's cells: windows, features with lasting ones, used, features per pp, change."""
    before, after = child(entry, "before"), child(entry, "after")
    unit = metered_unit(entry)
    used = figure_change(figure_or_none(before, "capacity"), figure_or_none(after, "capacity"))
    rates = [interval(child(side, "efficiency")) if side else NOTHING for side in (before, after)]
    change, lasts = words(entry, "change"), words(entry, "lasting_change")
    told = change if lasts in {change, UNKNOWN} else f"{change}; lasting: {lasts}"
    return (
        words(entry, "provider"),
        figure_change(figure_or_none(before, "windows"), figure_or_none(after, "windows")),
        features(before, after),
        NOTHING if used == NOTHING else f"{used} {unit}",
        figure_change(*rates),
        told,
    )


def figure_or_none(side: Json, name: str) -> str:
    """A figure of a side in words, `-` where there is none."""
    return figure(side.get(name)) if number(side.get(name)) is not None else NOTHING


def figure_change(before: str, after: str) -> str:
    """`5 -> 7`, or the one figure that both sides share."""
    return after if before == after else f"{before}{ARROW}{after}"


def features(before: Json, after: Json) -> str:
    """`18 -> 22 (21 last)`: delivered, and how many of them last now."""
    told = figure_change(figure_or_none(before, "delivered"), figure_or_none(after, "delivered"))
    lasts = child(after or before, "lasting")
    low, high = number(lasts.get("low")), number(lasts.get("high"))
    if number(lasts.get("value")) is not None:
        return f"{told} ({figure(lasts.get('value'))})"
    if low is None or high is None:
        return f"{told} (lasting {UNKNOWN})"
    return f"{told} ({figure(low)} to {figure(high)})"


def name_of(window: Json) -> str:
    """`W0-08 codex`."""
    return " ".join([words(window, "window"), *texts(window, "providers")])


def delta_words(window: Json) -> Iterator[str]:
    """`4 pp +-1`, of a delta that nobody trusts its state."""
    for delta in children(window, "deltas"):
        if delta.get("usable") is True and number(delta.get("delta_pp")) is not None:
            about = number(delta.get("resolution"))
            step = f" +-{figure(about)}" if about else ""
            yield f"{figure(delta.get('delta_pp'))} {words(delta, 'meter')} pp{step}"
        else:
            yield f"{words(delta, 'meter')}: {words(delta, 'state')}"


def warnings(payload: Json) -> Iterator[tuple[str, str]]:
    """Code and sentence of each thing that a reviewer must see, the worst first."""
    for found in children(child(payload, "integrity"), "findings"):
        place = words(found, "path") or words(found, "commit")[:SHORT]
        yield words(found, "code"), f"{place}: {words(found, 'what')}"
    for path in texts(payload, "unread"):
        yield "row-unreadable", path
    fresh = children(child(payload, "findings"), "new")
    for severity in ("error", "warning"):
        for found in fresh:
            if words(found, "severity") == severity:
                place = " ".join(filter(None, (words(found, "window"), words(found, "where"))))
                yield words(found, "code"), f"{place}: {words(found, 'what')}"


def correction_line(fix: Json) -> str:
    """`void of 3f9a0c1d (evidence: run-17 fail): the wrong log`."""
    was = f" ({words(fix, 'ledger')}: {words(fix, 'was')})" if words(fix, "was") else ""
    instead = words(fix, "replacement")
    now = f", now {instead} ({words(fix, 'is')})" if instead else ""
    return f"{words(fix, 'kind')} of {words(fix, 'target')}{was}{now}: {words(fix, 'reason')}"


def changed_line(text: Json) -> str:
    """`rules.yaml was changed: week.go.min_windows was lowered from 10 to 3`."""
    told = "; ".join(texts(text, "loosened"))
    return f"{words(text, 'path')} was {words(text, 'what')}" + (f": {told}" if told else "")


def footer(payload: Json) -> str:
    """`coverage 13 of 14 · base 509143e · head 77aa01c · rules 64fa8b0 · gitledger 0.2.0`."""
    part = child(payload, "coverage")
    span = words(payload, "range")
    return " \u00b7 ".join(
        [
            f"coverage {figure(part.get('usable'))} of {figure(part.get('windows'))}",
            f"base {words(payload, 'base')[:SHORT]}",
            f"head {words(payload, 'head')[:SHORT]}",
            f"rules {words(payload, 'rules_sha256')[:SHORT]}",
            words(payload, "tool"),
            f"check: `gitledger diff {span}`",
        ]
    )


def left_out(rows: int, windows: int) -> str:
    """`1,000 rows, 40 windows left out`; nothing where all is shown."""
    told = [count_text(windows, "window")] if windows else []
    told += [count_text(rows, "row")] if rows else []
    return f"{', '.join(told)} left out" if told else ""
