"""Terminal text made plain: escape sequences, quote marks, Markdown and odd spaces taken away.

Depends on `screen` only. Nothing here knows a provider; no step joins or invents
characters of a line, so a number that was cut stays cut.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from gitledger.meters import screen
from gitledger.meters.screen import WIDEST

STRINGS = re.compile(r"\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?")
SEQUENCES = re.compile(r"\x1b\[(?P<given>[0-?]*)[ -/]*(?P<final>[@-~])?")
ESCAPES = re.compile(r"\x1b(?!\[)[ -/]*[0-~]?")
ORPHANS = re.compile(r"(?:\^\[|␛)\[[0-9;?]*[A-Za-z]|\[(?:\d{1,3}(?:;\d{1,3})*)?m(?!\])")
OVERSTRUCK = re.compile(r"[^\n\x08]\x08")
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
ODD = re.compile(f"{INVISIBLE.pattern}|{SPACES.pattern}")
QUOTE = re.compile(r"^(?:[ \t]*>(?!_))+ ?")
MARKDOWN = re.compile(r"\*\*|`+|^#{1,6}\s+", re.MULTILINE)
MARKS = re.compile(r"[*`#\\]")
UNESCAPE = re.compile(r"\\([\[\]*_%#>|()])")
EDGES = "│┃|║┆┊╎¦"
CORNERS = "╭╮╰╯┌┐└┘╔╗╚╝├┤╠╣"
RULE = re.compile(rf"[{CORNERS}─━═┄╌+\-=_\ufffd\s]*")
TOP, BOTTOM = "╭┌╔", "╰└╚"
RIGHT_TOP, RIGHT_BOTTOM = "╮┐╗", "╯┘╝"
LONG_RULE = 20
ODD_SIGNS = 3  # its two corners, and one that was damaged
ROWS_KEPT = 4096  # panes of one terminal share most of their rows


def lines_of(text: str) -> tuple[str, ...]:
    """The rows of a pasted or captured screen as plain text, right-trimmed, borders kept."""
    plain = terminal_text(text)
    if MARKS.search(plain):
        plain = UNESCAPE.sub(r"\1", MARKDOWN.sub("", plain))
    rows = [(QUOTE.sub("", row) if ">" in row else row).rstrip() for row in plain.split("\n")]
    return tuple(single_spaced(rows))


@lru_cache(maxsize=4)  # a text is read, then redacted
def terminal_text(text: str) -> str:
    """The text without escape sequences; raw terminal bytes as what their screen shows."""
    text = text.replace("\x9b", "\x1b[")  # one byte that means the same two
    text = screen.screen_rows(text) if screen.is_screen(text) else text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x1b" in text:
        text = SEQUENCES.sub(ahead, STRINGS.sub("", text))
        text = ESCAPES.sub("", text)
    text = ORPHANS.sub("", text)
    while "\x08" in text and OVERSTRUCK.search(text):  # each pass takes a sign and one step back
        text = OVERSTRUCK.sub("", text)
    if ODD.search(text):
        text = SPACES.sub(" ", INVISIBLE.sub("", text))
    return text.replace("\uff05", "%")  # the wide sign of an East Asian terminal


def ahead(found: re.Match[str]) -> str:
    """Blanks for a step to the right, nothing for any other sequence."""
    steps = found["given"]
    return " " * min(int(steps or 1), WIDEST) if found["final"] == "C" and steps.isdecimal() else ""


def single_spaced(rows: Sequence[str]) -> Sequence[str]:
    """Rows without the blank one that some mail programs put after every row."""
    full = [n for n, row in enumerate(rows) if row.strip()]
    gaps = [later - earlier for earlier, later in pairwise(full)]
    # a few rows may stand so by themselves
    if len(gaps) >= 4 and all(gap % 2 == 0 for gap in gaps):
        return [row for n, row in enumerate(rows) if n % 2 == full[0] % 2]
    return rows


def is_rule(row: str) -> bool:
    """True for a row of border characters only; one odd sign in a long border is damage."""
    drawn = row.strip()
    if len(drawn) < 3:
        return False
    return RULE.fullmatch(drawn) is not None or (
        len(drawn) >= LONG_RULE and drawn.count("─") >= len(drawn) - ODD_SIGNS
    )


@lru_cache(maxsize=ROWS_KEPT)
def opens_box(row: str) -> bool:
    """True for the top border of a box, also when it was cut or one corner is gone."""
    drawn = row.strip()
    return (drawn[:1] in (*TOP,) or drawn[-1:] in (*RIGHT_TOP,)) and is_rule(row)


@lru_cache(maxsize=ROWS_KEPT)
def closes_box(row: str) -> bool:
    """True for the bottom border of a box, also when it was cut or one corner is gone."""
    drawn = row.strip()
    return (drawn[:1] in (*BOTTOM,) or drawn[-1:] in (*RIGHT_BOTTOM,)) and is_rule(row)


@lru_cache(maxsize=ROWS_KEPT)
def is_framed(row: str) -> bool:
    """True for a row with a box edge at its start or end."""
    drawn = row.strip()
    return bool(drawn) and (drawn[0] in EDGES or drawn[-1] in EDGES)


@lru_cache(maxsize=ROWS_KEPT)
def without_frame(row: str) -> str:
    """The row without its box edges and outer blanks."""
    drawn = row.strip()
    if drawn and drawn[0] in EDGES:
        drawn = drawn[1:]
    if drawn and drawn[-1] in EDGES:
        drawn = drawn[:-1]
    return drawn.strip()
