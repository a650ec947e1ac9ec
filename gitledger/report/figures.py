"""Numbers, intervals and counts as a person reads them. A share depends on `measure.estimate`.

Takes the JSON forms that measures give (`Estimate.payload()`), so that what is printed is
what a program reads.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import floor, isfinite, log10

UNKNOWN = "unknown"
NOTHING = "-"
STORED = {  # what issued cards say, and what people read: rows are never rewritten
    "lines die in clumps; each churn row has one, over its commits": (
        "lines are removed in groups; each churn row has an interval, over its commits"
    )
}
SMALLEST_SHOWN = 0.00005  # dollars; less would print as none


def number(value: object) -> float | None:
    """A JSON number as float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return float(value) if isfinite(value) else None


def figure(value: object, digits: int = 3) -> str:
    """Three significant digits, whole numbers whole, thousands parted; `unknown` for nothing."""
    known = number(value)
    if known is None:
        return UNKNOWN
    if known == int(known):
        return f"{int(known):,}"
    places = max(0, digits - 1 - floor(log10(abs(known))))
    # 9.996 is 10.0 in three digits: what is rounded up to the next power has one place less
    grown = places and floor(log10(abs(round(known, places)))) > floor(log10(abs(known)))
    return f"{known:,.{places - bool(grown)}f}"


def sum_text(value: object, unit: str = "") -> str:
    """A sum in a table's cell, with its unit; `-` where nothing was there to be summed."""
    if number(value) is None:
        return NOTHING
    return f"{figure(value)} {unit}" if unit else figure(value)


def percent(value: object) -> str:
    """A share as a percentage with one decimal."""
    known = number(value)
    if known is None:
        return UNKNOWN
    from gitledger.measure.estimate import percent as told  # noqa: PLC0415 - an append counts only

    return told(known)


def interval(estimate: object, *, unit: str = "") -> str:
    """`0.232 [0.166, 0.340]`; the point alone without interval; without value the reason.

    Where only bounds are known: `0.1 to 0.2 (why)`.
    """
    parts: Mapping[str, object] = estimate if isinstance(estimate, Mapping) else {}
    low, high, reason = (parts.get(name) for name in ("low", "high", "reason"))
    tail = f" {unit}" if unit else ""
    if number(parts.get("value")) is None:
        why = f" ({in_plain_words(str(reason))})" if reason else ""
        if number(low) is None or number(high) is None:
            return UNKNOWN + why
        return f"{figure(low)} to {figure(high)}{tail}{why}"
    point = f"{figure(parts.get('value'))}{tail}"
    if number(low) is None and number(high) is None:
        return point
    ends = ("-inf" if low is None else figure(low), "inf" if high is None else figure(high))
    return f"{point} [{ends[0]}, {ends[1]}]"


def in_plain_words(text: str) -> str:
    """A stored sentence as people read it."""
    for stored, shown in STORED.items():
        text = text.replace(stored, shown)
    return text


def rate_text(estimate: Mapping[str, object], unit: str) -> str:
    """`0.232 /weekly pp [0.166, 0.340]`: a rate names its meter; the reason where it is unknown."""
    told = interval(estimate)
    if number(estimate.get("value")) is None:
        return told
    value, blank, ends = told.partition(" ")
    return f"{value} /{unit}{blank}{ends}"


def money(value: object) -> str:
    """Dollars: cents, or four decimals below ten cents."""
    known = number(value)
    if known is None:
        return UNKNOWN
    sign = "-" if known < 0 else ""
    if 0 < abs(known) < SMALLEST_SHOWN:
        return f"{sign}<$0.0001"
    return f"{sign}${abs(known):,.4f}" if abs(known) < 0.1 else f"{sign}${abs(known):,.2f}"


def enumeration(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; at least one part."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def count_text(many: object, noun: str, nouns: str = "") -> str:
    """`1 window`, `3 windows`; `1 fact waits`, `3 facts wait` where `nouns` says how many do."""
    known = number(many)
    many_text = figure(many)
    return f"{many_text} {noun if known == 1 else nouns or noun + 's'}"
