"""Percent figures in text: the number, its step, and whether a bar beside it agrees.

Depends on `cleaning` and `jsontext` only.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from gitledger.meters.cleaning import ROWS_KEPT
from gitledger.meters.jsontext import tidy

Number = int | Decimal
NUMBER = r"(?P<number>[-\u2212+]?\d+(?:[.,]\d+)?)"
THOUSANDS = re.compile(r",\d{3}$")
WORDS = ("used", "left", "remaining")
FULL, EMPTY = "█", "░"
EIGHTHS = {cell: n for n, cell in enumerate("▏▎▍▌▋▊▉█", start=1)}


@dataclass(frozen=True, slots=True)
class Percent:
    """A percent of use from 0 to 100 and the step it was shown in."""

    used: Number
    step: Number


@lru_cache(maxsize=ROWS_KEPT)
def percent_used(number: str, word: str) -> Percent | None:
    """The percent used behind `35% used` or `65% left`; None outside 0 to 100.

    A comma before three digits parts thousands, so what it stands in is no share.
    """
    if THOUSANDS.search(number):
        return None
    text = number.replace(",", ".").replace("\u2212", "-")
    shown = Decimal(text)
    used = tidy(shown if word.lower().startswith("u") else 100 - shown)
    if used is None or not 0 <= used <= 100:
        return None
    digits = len(text.partition(".")[2])
    return Percent(used, 1 if digits == 0 else Decimal(1).scaleb(-digits))


def whole_word(cut: str) -> str:
    """The word of use that a cut word must be, e.g. `us` -> `used`; empty when undecided."""
    found = [word for word in WORDS if cut and word.startswith(cut.lower())]
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=ROWS_KEPT)
def bar_agrees(bar: str, used: Number) -> bool:
    """False when a drawn bar shows clearly neither the percent used nor the percent left.

    Cells are full or empty blocks; a bar padded with blanks counts them as empty cells. One cell
    and a half of difference is rounding.
    """
    full = bar.count(FULL)
    cells = full + bar.count(EMPTY) if EMPTY in bar else len(bar)
    if cells < 10 or set(bar) - {FULL, EMPTY, " "}:
        return True
    shown, slack = Decimal(100 * full) / cells, Decimal(150) / cells
    return min(abs(shown - used), abs(shown - (100 - used))) <= slack


BAR_ROW = re.compile(rf"[{''.join(EIGHTHS)} ]*")


def is_bar(text: str) -> bool:
    """True for a row of block cells only."""
    return bool(text.strip()) and BAR_ROW.fullmatch(text.strip()) is not None
