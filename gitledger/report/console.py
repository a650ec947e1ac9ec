"""Text for a terminal of a given width: tables, labelled lines, colour or none.

Owns rich. Values in, text out: the width and whether to colour are arguments, nothing is asked
of the environment, and lines carry no trailing blanks, so that a capture is the same everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from textwrap import fill
from typing import Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

WIDTH = 80
WIDE = 110

Justify = Literal["left", "right"]
GOOD = ("GO", "pass", "valid", "HOLDS", "intact")
WARN = ("SOFT GO", "HOLD", "INSUFFICIENT", "unknown", "too-few", "directional", "open")
BAD = ("NO-GO", "INVALID", "fail", "error", "FAILS")


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: its title, its side, and whether its cells may wrap."""

    title: str
    justify: Justify = "left"
    wrap: bool = False


def render(parts: Sequence[RenderableType], *, width: int = WIDTH, colour: bool = False) -> str:
    """The parts one below the other, as text that ends with a newline."""
    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        emoji=False,
        markup=False,
        highlight=False,
        _environ={},
    )
    for part in parts:
        console.print(part)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join(lines).rstrip("\n") + "\n"


def shorten(line: str, width: int) -> str:
    """The line in so many columns, an ellipsis for what is left out."""
    text = Text(line)
    text.truncate(width, overflow="ellipsis")
    return text.plain


def wrap(text: str, width: int, *, hang: int) -> str:
    """Each line broken between words where it is too long; what follows stands `hang` blanks in."""
    inset = " " * hang
    return "\n".join(
        fill(line, width, subsequent_indent=inset, break_on_hyphens=False)
        if cell_len(line) > width
        else line
        for line in text.split("\n")
    )


def table(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> Table:
    """A table with a ruled head and no frame; words that judge carry a colour."""
    made = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for column in columns:
        made.add_column(
            column.title, justify=column.justify, no_wrap=not column.wrap, overflow="fold"
        )
    for row in rows:
        made.add_row(*(verdict_text(cell) for cell in row))
    return made


def labelled(lines: Sequence[tuple[str, str]], *, label_width: int = 13) -> Table:
    """Label and text, the text wrapped under itself; lines without text are left out."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=label_width, no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for label, text in lines:
        if text:
            grid.add_row(Text(label), verdict_text(text))
    return grid


def heading(text: str, note: str = "") -> Text:
    """A line in bold, with a quiet note behind it."""
    made = Text(text, style="bold")
    return made.append(f"  {note}", style="not bold dim") if note else made


def verdict_text(text: str) -> Text:
    """The text, coloured when it begins with a word that judges."""
    for words, style in ((BAD, "red"), (WARN, "yellow"), (GOOD, "green")):
        if any(text == word or text.startswith((f"{word} ", f"{word}:")) for word in words):
            return Text(text, style=style)
    return Text(text)
