"""What stands alike in previews and cards: delivered beside lasting features, and the findings.

Depends on `report.console` and `report.figures`; takes the JSON forms that measures give.
"""

from collections.abc import Mapping, Sequence

from gitledger.report.console import TableColumn
from gitledger.report.figures import (
    NOTHING,
    UNKNOWN,
    count_text,
    figure,
    in_plain_words,
    interval,
    number,
    percent,
)
from gitledger.report.payload import Json, child, children, words

SHOWN = 3
SPENT = "dollars_per_lasting_feature"
DOLLARS = TableColumn("$ per lasting feature", wrap=True)


def is_known(estimate: Json) -> bool:
    """Whether an estimate has a value or at least its two ends."""
    return any(number(estimate.get(key)) is not None for key in ("value", "low"))


def is_priced(entries: Sequence[Json]) -> bool:
    """Whether anybody's dollars are known: then a table has their column."""
    return any(is_known(child(entry, SPENT)) for entry in entries)


def range_text(estimate: Json) -> str:
    """The value with its interval, or the ends it lies between, without a reason."""
    return interval({**estimate, "reason": None}) if estimate else NOTHING


def lasting_line(entry: Json) -> str:
    """`codex: delivered 12, lasting 10.5 (4 of 5 windows); 0.21 [0.1, 0.4] per weekly pp (n 4)`.

    Totals are of every completed window, the rate of those whose meter is usable too.
    """
    part, rate = child(entry, "lasting"), child(entry, "lasting_per_pp")
    if number(part.get("delivered")) is None:
        return ""
    name = words(entry, "label") or words(entry, "name") or words(entry, "provider")
    told = f"{name}: delivered {figure(part.get('delivered'))}, lasting {lasting_words(part)}"
    if number(rate.get("value")) is not None:
        unit = f"{words(entry, 'meter')} {words(entry, 'unit') or 'pp'}"
        of = count_text(rate.get("n"), "usable window")
        told += f"; {interval(rate)} per {unit} ({of})"
    gone = [words(entry, "window") for entry in children(part, "reverted")]
    return told + (f"; reverted: {', '.join(gone)}" if gone else "")


def arms_lasting(payload: Json) -> list[tuple[str, str]]:
    """A labelled line for each arm of `lasting`, the unknown ones with their reason."""
    told = []
    for part in children(payload, "lasting"):
        name = words(part, "provider")
        line = lasting_line({"provider": name, "lasting": part})
        told.append(line or f"{name}: {UNKNOWN} ({words(part, 'reason')})")
    return [("lasting" if i == 0 else "", line) for i, line in enumerate(told)]


def pooled_lines(entries: Sequence[Json]) -> list[str]:
    """The pooled churn of each, and once why it has no interval."""
    told = [line for entry in entries if (line := pooled_line(entry))]
    whys = dict.fromkeys(words(child(entry, "churn_14d"), "reason") for entry in entries)
    return (
        [*told, *(in_plain_words(why) for why in whys if why.startswith("no interval"))]
        if told
        else []
    )


def pooled_line(entry: Json) -> str:
    """`codex: 20.8 % of merged lines removed within 14 days (6 ranges)`.

    Bounds and the day while churn is open; empty where no range is known.
    """
    part = child(entry, "churn_14d")
    if not number(part.get("ranges")):
        return ""
    name = words(entry, "label") or words(entry, "name") or words(entry, "provider")
    of = count_text(part.get("ranges"), "commit range")
    if number(part.get("value")) is not None and not words(part, "until"):
        share = percent(part.get("value"))
        return f"{name}: {share} of merged lines removed within 14 days ({of})"
    low, high = percent(part.get("churn_so_far")), percent(part.get("upper"))
    day = words(part, "until")[:10]
    return f"{name}: {low} to {high} of merged lines removed, final on {day} ({of})"


def lasting_words(part: Json) -> str:
    """`10.5 (4 of 5 windows)`; the bounds and the day while churn is open; else why unknown."""
    of = f"{figure(part.get('n'))} of {count_text(part.get('of'), 'window')}"
    low, high = number(part.get("low")), number(part.get("high"))
    reason = words(part, "reason")
    if number(part.get("value")) is not None:
        return f"{figure(part.get('value'))} ({of}{without(part)})"
    if low is None or high is None:
        return f"{UNKNOWN} ({reason})" if reason else UNKNOWN
    return f"{figure(low)} to {figure(high)} ({of}{without(part)}, {reason})"


def without(part: Json) -> str:
    """`; without W0-02 no churn row`: the windows that the sum does not hold."""
    left = [f"{words(e, 'window')} {words(e, 'reason')}" for e in children(part, "unknown")]
    more = f" and {count_text(len(left) - SHOWN, 'more window')}" if len(left) > SHOWN else ""
    return f"; without {', '.join(left[:SHOWN])}{more}" if left else ""


def findings_line(counts: object) -> str:
    """`2 errors, 22 warnings, 3 notes: gitledger audit`; none where there is none."""
    if not isinstance(counts, Mapping):
        return ""
    told = [count_text(many, severity) for severity, many in counts.items() if number(many)]
    return f"{', '.join(told)}: gitledger audit" if told else "none"
