"""Claude's bars against the percents beside them: a figure is drawn twice in a panel.

Depends on the meters room only. A bar fills whole and eighth cells of its own width; the empty
cells are blanks. On its own row it shows no width, but all bars of a panel have the same.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from gitledger.errors import Problem
from gitledger.meters.figures import FILLED, LEAST_CELLS, NUMBER
from gitledger.meters.problems import doubt

SHOWN = re.compile(rf"(?P<bar>.*?)(?<!\d){NUMBER}\s?%")
MOST_ODD = 1
WIDTHS = range(20, 161)


class DrawnBar(NamedTuple):
    """One bar: cells filled, its own width where the row shows it (else 0), percent printed."""

    place: str
    filled: Decimal
    width: int
    printed: Decimal

    def fits(self, width: int) -> bool:
        """True when the bar shows the percent within one cell of that width."""
        return abs(self.filled - self.printed * width / 100) <= 1


def read_bar(words: Sequence[str], place: str) -> DrawnBar | None:
    """The bar of a section's rows, None where there is no percent or no bar can be told."""
    above = ""
    for row in words:
        found = SHOWN.match(row)
        if found is None:
            above = row or above
            continue
        before = found["bar"]
        bar = before.rstrip() or (above if cells_of(above) is not None else "")
        filled = cells_of(bar)
        if filled is None:
            return None
        # beside its number a bar is padded to its width, and one blank parts the two
        width = len(before) - 1 if before.strip() else 0
        printed = Decimal(found["number"].replace(",", ".").replace("\u2212", "-"))
        return DrawnBar(place, filled, width if width >= LEAST_CELLS else 0, printed)
    return None


def cells_of(bar: str) -> Decimal | None:
    """Filled cells; a sign that is none counts as one, more of them make it no bar."""
    odd = sum(sign not in FILLED for sign in bar)
    if odd > MOST_ODD or (odd and len(bar) <= odd):
        return None
    return sum((FILLED.get(sign, Decimal(1)) for sign in bar), Decimal(0))


def mismatches(bars: Sequence[DrawnBar]) -> Iterator[Problem]:
    """A doubt for each bar that shows another number than is printed beside it."""
    if not any(bar.filled for bar in bars):
        return
    known = {bar.width for bar in bars if bar.width}
    for bar in bars:
        if bar.width and not bar.fits(bar.width):
            yield contradiction(bar)
    loose = [bar for bar in bars if not bar.width]
    fitting = known or {w for w in WIDTHS if all(bar.fits(w) for bar in bars)}
    for bar in loose:
        if not any(bar.fits(width) for width in fitting):
            yield contradiction(bar)


def contradiction(bar: DrawnBar) -> Problem:
    """The bar and the number beside it contradict each other; which is wrong is not known."""
    what = f"the bar does not show {bar.printed}%"
    return doubt("bar-mismatch", what, where=bar.place, hint="copy the output again")
