"""A terminal's text as a picture (SVG), for documents. Owns rich; the same text, the same bytes."""

import re
from io import StringIO

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from gitledger.report.console import WIDTH

# rich names fonts on a network; a document must not fetch anything
FETCHED_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
FONTS = "Menlo, Consolas, DejaVu Sans Mono, monospace"
THEME = TerminalTheme(
    (250, 250, 250),
    (40, 44, 52),
    [
        (40, 44, 52),
        (196, 43, 28),
        (40, 120, 50),
        (150, 105, 0),
        (30, 90, 170),
        (130, 50, 140),
        (20, 115, 125),
        (90, 95, 105),
    ],
)


def terminal_svg(text: str, *, title: str, width: int = WIDTH) -> str:
    """Text with colour codes as a self-contained SVG of a terminal so many columns wide."""
    console = Console(
        file=StringIO(),
        record=True,
        width=width,
        force_terminal=True,
        color_system="standard",
        legacy_windows=False,
        _environ={},
    )
    console.print(Text.from_ansi(text.rstrip("\n")))
    name = "".join(c if c.isalnum() else "-" for c in title)
    picture = console.export_svg(title=title, theme=THEME, unique_id=f"t-{name}-{width}")
    picture = FETCHED_FONT.sub("", picture).replace("Fira Code, monospace", FONTS)
    lines = (line.rstrip() for line in picture.splitlines())
    return "\n".join(lines) + "\n"
