"""One limit row of a Codex panel: label, bar, percent with its word, reset in parentheses.

Depends on the meters room only. A row that is cut says so; nothing is completed by guessing.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from gitledger.errors import Problem
from gitledger.meters import aliases
from gitledger.meters.cleaning import ROWS_KEPT
from gitledger.meters.figures import (
    NUMBER,
    Percent,
    bar_gap,
    percent_used,
    percents_of,
    whole_word,
)
from gitledger.meters.naming import NAMED, meter_of, minutes_of
from gitledger.meters.problems import no_reading, problem
from gitledger.meters.reading import DEFAULT_BUCKET, Reading
from gitledger.meters.resets import Moment, is_placeholder, nearest, read_wall_time

LABEL = re.compile(
    r"^(?:[•*·\u2013-]\s*)?(?P<label>[^:]{0,60}?\blimit)\s*:\s*(?P<rest>.*)$", re.IGNORECASE
)
OTHER_LABEL = re.compile(r"^(?:[•*·\u2013-]\s*)?[A-Z][\w .'/-]{1,40}:(?:\s|$)")
FIGURE = re.compile(
    rf"(?:\[(?P<bar>[^\]]*)\]\s*)?{NUMBER}\s?%\s*(?P<word>used|left|remaining)\b(?P<tail>.*)",
    re.IGNORECASE,
)
CUT_FIGURE = re.compile(
    rf"(?:\[(?P<bar>[^\]]*)\]\s*)?{NUMBER}\s?%\s(?P<word>[a-z]{{1,8}})(?P<tail>$|\s+\(.*)",
    re.IGNORECASE,
)
RESET = re.compile(r"\s*\(\s*resets?\s+(?P<when>[^()]*(?:\([^()]*\))?)\s*\)", re.IGNORECASE)
CLOCK = re.compile(r"\d{2}:\d{2}\b")  # Codex always writes both digits of the hour
WIDEN = "widen the terminal and copy the output again"
AGAIN = "copy the output again"
NOMINAL = frozenset(minutes for minutes, _ in NAMED)  # the lengths that panels have shown
INLINE = re.compile(r"^(?P<name>.*?)\s*(?P<span>\S+)\s+limit$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit row as found: its place, its label, all text that belongs to it."""

    place: str
    label: str
    text: str
    bucket: str = DEFAULT_BUCKET


@lru_cache(maxsize=ROWS_KEPT)
def limit_label(row: str) -> tuple[str, str] | None:
    """The label of a limit row and what follows it; None for any other row."""
    found = LABEL.match(row)
    return (found["label"], found["rest"]) if found else None


@lru_cache(maxsize=ROWS_KEPT)
def label_parts(label: str) -> tuple[str, int | None]:
    """The bucket name in a label (empty when there is none) and its window in minutes."""
    found = INLINE.match(label.strip())
    if not found:
        return "", None
    return pool_name(found["name"]), minutes_of(found["span"])


def pool_name(words: str) -> str:
    """A pool's name in lower case; line numbers, marks and broken borders before it are none."""
    name = re.sub(r"^(?:[^A-Za-z0-9]+|\d+[\s:|]+)+", "", words.strip())
    return aliases.pool("", name) if re.search(r"[A-Za-z]", name) else ""


def is_bucket_heading(label: str, rest: str) -> bool:
    """True for a bare `<Name> limit:` row that names the bucket of the rows below it."""
    return not rest.strip() and label_parts(label)[1] is None and label.lower() != "limit"


def wants_more(text: str, row: str) -> bool:
    """True when a physical row continues the limit row collected so far."""
    if not row or limit_label(row) or OTHER_LABEL.match(row):
        return False
    if text.count("(") > text.count(")"):
        return True
    return row.startswith("(") if has_figure(text) else True


def has_figure(text: str) -> bool:
    """True when the percent and its word are already there, even if the word is cut."""
    return (FIGURE.match(text) or CUT_FIGURE.match(text)) is not None


def closes_figure(text: str) -> bool:
    """True when a row already has a whole reset in parentheses."""
    return "(resets" in text.lower() and text.count("(") <= text.count(")")


def read_row(row: LimitRow, moment: Moment) -> tuple[Reading | None, tuple[Problem, ...]]:
    """The reading of a row, and what is wrong with it; no reading when the figure is cut."""
    name, minutes = label_parts(row.label)
    found = FIGURE.match(row.text) or CUT_FIGURE.match(row.text)
    word = whole_word(found["word"]) if found else ""
    if not found or not word:
        return no_reading("truncated", "a limit row shows no whole percent", row.place, WIDEN)
    if minutes is None or minutes not in NOMINAL:
        return no_reading("window-unknown", f"no known length in “{row.label}”", row.place)
    if len(percents_of(row.text)) > 1:
        return no_reading("ambiguous", "a limit row shows two percents", row.place)
    percent = percent_used(found["number"], word)
    if percent is None:
        what = f"{found['number']}% {word} is not a share of a quota"
        return no_reading("out-of-range", what, row.place)
    printed = percent.used if word == "used" else 100 - percent.used
    off = bar_problem(found["bar"] or "", Decimal(printed), row.place)
    if off:
        return None, off
    cut = () if found["word"].lower() == word else (cut_problem(row.place),)
    reading = panel_reading(percent, minutes, name or row.bucket)
    reading, wrong = with_reset(reading, found["tail"], moment, row.place)
    return reading, (*cut, *wrong)


def bar_problem(bar: str, printed: Decimal, place: str) -> tuple[Problem, ...]:
    """What a bar says against the percent beside it: it shows that number, never its complement.

    Versions round a cell up, down or to the nearest; more than one cell is another number.
    """
    if bar_gap(bar, printed) <= 1:
        return ()
    what = f"the bar does not show {printed}%"
    return (problem("bar-mismatch", what, where=place, hint=AGAIN),)


def panel_reading(percent: Percent, minutes: int, bucket: str) -> Reading:
    """A panel's reading, still without a reset time."""
    return Reading(
        meter=meter_of(minutes),
        used_pct=percent.used,
        bucket=bucket,
        resolution=percent.step,
        rounding="round",
        window_minutes=minutes,
        channel="panel",
    )


def with_reset(
    reading: Reading, tail: str, moment: Moment, place: str
) -> tuple[Reading, tuple[Problem, ...]]:
    """The reading with the reset time that follows its percent, when one does."""
    found = RESET.match(tail)
    if not found:
        return reading, (cut_problem(place),) if "(" in tail else ()
    words = " ".join(found["when"].split())
    reading = reading._replace(reset_text=words)
    wall = read_wall_time(words) if CLOCK.match(words) else None
    if wall is None:
        return reading, (problem("reset-unreadable", f"“{words}” is not a time", where=place),)
    window = reading.window_minutes
    resets = nearest(wall, at=moment.at, zone=moment.zone, window_minutes=window)
    if is_placeholder(wall, moment.zone) and (reading.used_pct == 0 or resets is None):
        return reading, ()
    if resets is None:
        what = f"“{words}” lies outside the {reading.meter} window"
        return reading, (problem("reset-implausible", what, where=place),)
    return reading._replace(resets_at=resets), ()


def cut_problem(place: str) -> Problem:
    """A row whose end is missing."""
    return problem("truncated", "a limit row is cut", where=place, hint=WIDEN)
