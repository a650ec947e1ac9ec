"""One section of Claude's usage: a heading, a percent, a reset text; as panel or printed.

Depends on the meters room only. Percent is floored by the program; reset texts carry the zone
of the terminal and drop seconds, minutes at :00, and the date or year where it is plain.
"""

import re

from gitledger.errors import Problem
from gitledger.meters import aliases
from gitledger.meters.figures import NUMBER, percent_used, percents_of, whole_word
from gitledger.meters.naming import FIVE_HOURS, WEEK, slug
from gitledger.meters.problems import codes, no_reading, problem
from gitledger.meters.reading import Reading
from gitledger.meters.resets import Moment, named_zone, nearest, read_wall_time

HEADING = re.compile(
    r"^\W*?Current (?P<span>session|week)(?:\s*\((?P<model>[^)]*)\))?(?P<rest>\s*(?:[·:•|-].*)?)$",
    re.IGNORECASE,
)
CLEAR = r"(?<![^\s:·•])(?<!\d\s)"  # nothing else stands before the number
PERCENT = re.compile(rf"{CLEAR}{NUMBER}\s?%\s*(?P<word>used|left|remaining)\b", re.IGNORECASE)
ANY_PERCENT = re.compile(rf"{NUMBER}\s?%")
CUT_PERCENT = re.compile(rf"{CLEAR}{NUMBER}\s?%\s(?P<word>[a-z]{{1,8}})$", re.IGNORECASE)
RESET = re.compile(
    r"\bresets?\s+(?P<when>(?:[a-z]{3,9}\.?\s+\d{1,2}(?:,?\s+\d{4})?(?:,|\s+at)?\s+)?"
    r"\d{1,2}(?::\d{2})?\s?(?:[ap]\.?m\.?)?(?:\s*\([a-z0-9_+/-]+\))?)",
    re.IGNORECASE,
)


def meter_of_heading(span: str, model: str) -> tuple[str, int]:
    """Meter name and window minutes of `session`, `week (all models)`, `week (Opus)`."""
    if span.lower() == "session":
        return "5h", FIVE_HOURS
    return aliases.claude_meter(slug(model)), WEEK


def read_section(
    meter: str, minutes: int, text: str, moment: Moment, place: str
) -> tuple[Reading | None, tuple[Problem, ...]]:
    """The reading of one section from all its words; the first percent counts."""
    found = PERCENT.search(text) or CUT_PERCENT.search(text)
    word = whole_word(found["word"]) if found else ""
    if not found or not word:
        return no_reading("truncated", f"no whole percent under the heading of {meter}", place)
    if len(percents_of(text)) > 1:
        return no_reading("ambiguous", f"two percents under the heading of {meter}", place)
    percent = percent_used(found["number"], word)
    if percent is None:
        what = f"{found['number']}% {word} is not a share of a quota"
        return no_reading("out-of-range", what, place)
    reading = Reading(
        meter=meter,
        used_pct=percent.used,
        resolution=percent.step,
        rounding="floor",
        window_minutes=minutes,
    )
    cut = found["word"].lower() != word
    reading, wrong = with_reset(reading, text, moment, place)
    if "reset-implausible" in codes(wrong):  # rows of two meters ran into each other
        return None, wrong
    late = (problem("truncated", "a percent row is cut", where=place),) if cut else ()
    return reading, (*late, *wrong)


def is_whole_clock(words: str) -> bool:
    """True when a clock's time has its half of the day, or the zone that stands after it."""
    return re.search(r"\d\s?[ap]\.?m|\)$", words.strip(), re.IGNORECASE) is not None


def with_reset(
    reading: Reading, text: str, moment: Moment, place: str
) -> tuple[Reading, tuple[Problem, ...]]:
    """The reading with the first reset text of its section."""
    if not re.search(r"\bresets?\b", text, re.IGNORECASE):
        return reading, ()
    found = RESET.search(text)
    rest = text[found.end() :] if found else ""
    wall = read_wall_time(found["when"]) if found else None
    is_cut = rest.lstrip().startswith("(") or bool(
        re.match(r"(?!resets?\b)[a-z:]", rest, re.IGNORECASE)
    )
    if found is None or wall is None or is_cut or not is_whole_clock(found["when"]):
        return reading, (problem("truncated", "a reset text is cut", where=place),)
    zone = named_zone(wall.zone) if wall.zone else moment.zone
    reading = reading._replace(reset_text=" ".join(found["when"].split()))
    if zone is None:
        what = f"the zone {wall.zone} is not known here"
        return reading, (problem("reset-unreadable", what, where=place),)
    resets = nearest(wall, at=moment.at, zone=zone, window_minutes=reading.window_minutes)
    if resets is None:
        what = f"“{reading.reset_text}” lies outside the {reading.meter} window"
        return reading, (problem("reset-implausible", what, where=place),)
    return reading._replace(resets_at=resets), ()
