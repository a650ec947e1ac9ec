"""How meters and buckets are called: by the length of their window, never by their slot.

Depends on the standard library only.
"""

import re

HOUR, DAY = 60, 1440
FIVE_HOURS, WEEK, MONTH, YEAR = 300, 10080, 43200, 525600
NAMED = ((FIVE_HOURS, "5h"), (DAY, "daily"), (WEEK, "weekly"), (MONTH, "monthly"), (YEAR, "annual"))
LONGEST = 10 * YEAR
TOLERANCE_PCT = 2  # Codex writes 10,079 minutes for a week and 301 for five hours
WORDS = {"daily": DAY, "weekly": WEEK, "monthly": MONTH, "annual": YEAR, "yearly": YEAR}
SPAN = re.compile(r"(\d{1,4})\s?(m|min|h|hr|hour|d|day)s?", re.IGNORECASE)
SPAN_MINUTES = {"m": 1, "h": HOUR, "d": DAY}


def meter_of(window_minutes: int) -> str:
    """The meter's name from its window in minutes, within 2 percent of a named length."""
    for minutes, name in NAMED:
        if abs(window_minutes - minutes) * 100 <= minutes * TOLERANCE_PCT:
            return name
    for unit, letter in ((DAY, "d"), (HOUR, "h")):
        count = round(window_minutes / unit)
        if count and abs(window_minutes - count * unit) * 100 <= window_minutes * TOLERANCE_PCT:
            return f"{count}{letter}"
    return f"{window_minutes}m"


def is_window(window_minutes: int | None) -> bool:
    """True for a length that a window can have: more than nothing, at most ten years."""
    return window_minutes is not None and 0 < window_minutes <= LONGEST


def minutes_of(label: str) -> int | None:
    """Window minutes of a label such as `5h`, `Weekly` or `Monthly`; None when it is no length."""
    word = label.strip().lower()
    span = SPAN.fullmatch(word)
    if span:
        return int(span[1]) * SPAN_MINUTES[span[2][0].lower()] or None
    return WORDS.get(word)


def slug(name: str) -> str:
    """Lower case with single hyphens: `Opus 4` -> `opus-4`, `Sonnet only` -> `sonnet`."""
    words = re.sub(r"\s+only$", "", name.strip().lower())
    return re.sub(r"[^a-z0-9.]+", "-", words).strip("-")
