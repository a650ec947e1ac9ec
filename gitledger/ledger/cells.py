"""CSV cells that a spreadsheet would run are quoted on the way out and read back unchanged. Pure.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a line break is a formula to a spreadsheet; a
quote before it makes it text. Numbers are never quoted. A cell that begins with the quote itself
gets another one, so that taking one off again is always right.
"""

import re

QUOTE = "'"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z", re.ASCII)


def quote_cell(cell: str) -> str:
    """The cell as a spreadsheet may see it."""
    if not cell.startswith((QUOTE, *FORMULA)) or NUMBER.match(cell):
        return cell
    return QUOTE + cell


def unquote_cell(cell: str) -> str:
    """The cell as it was before `quote_cell`; another program's cells stay as they are."""
    if cell.startswith(QUOTE) and quote_cell(cell[1:]) == cell:
        return cell[1:]
    return cell
