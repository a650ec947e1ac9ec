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
EIGHTHS = {cell: n for n, cell in enumerate("▏▎▍▌▋▊▉█", start=1)}
FILLED = {cell: Decimal(n) / 8 for cell, n in EIGHTHS.items()}
SOLID, HOLLOW = "█#", "░-. "
LEAST_CELLS = 10
MOST_ODD = 2


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
def bar_gap(bar: str, printed: Decimal) -> Decimal:
    """How many cells of a bar lie between what it shows and the percent printed beside it.

    0 where there is no bar that can be read. A cell of a glyph that is not known may be full or
    empty.
    """
    full = Decimal(sum(map(bar.count, SOLID)))
    empty = sum(map(bar.count, HOLLOW))
    cells = len(bar)
    odd = cells - int(full) - empty
    if cells < LEAST_CELLS or odd > MOST_ODD:
        return Decimal(0)
    shown = printed * cells / 100
    return max(full - shown, shown - full - odd, Decimal(0))


def percents_of(text: str) -> frozenset[str]:
    """The different percents that a row prints, as they are written."""
    return frozenset(found["number"] for found in re.finditer(rf"{NUMBER}\s?%", text))


BAR_ROW = re.compile(rf"[{''.join(EIGHTHS)} ]*")


def is_bar(text: str) -> bool:
    """True for a row of block cells only."""
    return bool(text.strip()) and BAR_ROW.fullmatch(text.strip()) is not None
