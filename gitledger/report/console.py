"""Text for a terminal of a given width: tables, labelled lines, colour or none.

Owns rich. Values in, text out: the width and whether to colour are arguments, nothing is asked
of the environment, and lines carry no trailing blanks, so that a capture is the same everywhere.
No word is broken: a table that is too wide even with its cells wrapped is set row by row, and a
word that is longer than a line (a path, a command) stands out of it whole.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from gitledger.report import markdown

WIDTH = 80
WIDE = 110
LABEL = 13
GAPS = (2, 1)  # blanks between columns; one where it has to be
CODES = {"red": 31, "green": 32, "yellow": 33}
# an interval, a unit behind a slash, a short count and a percentage are one word each
_WORDS = re.compile(
    r"\s*(?:\[[^\s\[\]]+, [^\s\[\]]+\]|/\w+ pp\b|\(\d+ more\)|[\d.,]+ [%$][,;.:)]*|\S+)"
)

Justify = Literal["left", "right"]
GOOD = ("GO", "pass", "valid", "HOLDS", "intact")
WARN = (
    *("SOFT GO", "HOLD", "INSUFFICIENT", "unknown", "too few", "early trend", "open"),
    *("not shared", "to end", "to complete"),
)
BAD = ("NO-GO", "INVALID", "fail", "error", "FAILS")


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: its title, its side, and whether its cells may wrap."""

    title: str
    justify: Justify = "left"
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that finds its own widths: one line a row, else wrapped cells, else set row by row.

    `styles` colours whole rows, in their order.
    """

    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[str]]
    styles: Sequence[str] = ()

    def __rich_console__(
        self, _console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """What rich draws, for the width it has."""
        widths = self.widths(options.max_width)
        if widths is None:
            yield from self.stacked()
        else:
            yield self.across(*widths)

    def cells(self, place: int) -> list[str]:
        """A column from its title down."""
        return [self.columns[place].title, *(row[place] for row in self.rows)]

    def widths(self, most: int) -> tuple[list[int], int] | None:
        """Cells of each column and blanks between; None where the longest words do not fit."""
        every, gaps = range(len(self.columns)), len(self.columns) - 1
        whole = [max(map(cell_len, self.cells(place))) for place in every]
        least = [
            max(longest_word(text) for text in self.cells(place)) if column.wrap else whole[place]
            for place, column in enumerate(self.columns)
        ]
        for gap in GAPS:
            if sum(least) + gap * gaps <= most:
                while sum(whole) + gap * gaps > most:
                    widest = max((p for p in every if whole[p] > least[p]), key=whole.__getitem__)
                    whole[widest] -= 1
                return whole, gap
        return None

    def across(self, widths: Sequence[int], gap: int) -> Table:
        """The columns side by side under a ruled head."""
        padding = (0, gap - 1, 0, 0)  # the ruled head parts columns by one blank of its own
        made = Table(box=box.SIMPLE_HEAD, padding=padding, pad_edge=False, show_edge=False)
        for column, width in zip(self.columns, widths, strict=True):
            title = "\n".join(broken(column.title, width))
            made.add_column(title, justify=column.justify, width=width, overflow="fold")
        for place, row in enumerate(self.rows):
            cells = zip(row, widths, strict=True)
            parts = [verdict_text("\n".join(broken(cell, width)), cell) for cell, width in cells]
            made.add_row(*parts, style=self.style(place))
        return made

    def stacked(self) -> Iterator[RenderableType]:
        """Each row as lines of title and cell, the first cell above them."""
        titles = [f"  {column.title}" for column in self.columns[1:]]
        width = max(map(cell_len, titles), default=0)
        for place, row in enumerate(self.rows):
            yield Text(f"{self.columns[0].title} {row[0]}".strip(), style="bold")
            told = tuple(zip(titles, row[1:], strict=True))
            yield Labelled(told, width, self.style(place) or "")

    def style(self, place: int) -> str | None:
        """The colour of a row; None for the terminal's own."""
        return (self.styles[place] if place < len(self.styles) else "") or None


@dataclass(frozen=True, slots=True)
class Labelled:
    """Label and text, the text wrapped under itself; a longer label has its own line.

    A label that is that of the line above is not said again.
    """

    lines: Sequence[tuple[str, str]]
    label_width: int
    style: str = ""

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """What rich draws, for the width it has."""
        inset, before = self.label_width + 1, ""
        for label, text in self.lines:
            if not text:
                continue
            head = "" if label == before else label
            before = label
            if cell_len(head) > self.label_width:
                yield Text(head, style="bold")
                head = ""
            for part in broken(text, options.max_width - inset):
                whole = verdict_text(part, text, self.style)
                yield Text.assemble((head.ljust(inset), "bold"), whole, overflow="ignore")
                head = ""


def longest_word(text: str) -> int:
    """Cells of the longest word of a text."""
    return max((cell_len(word.lstrip()) for word in _WORDS.findall(text)), default=0)


def broken(text: str, width: int, *, hang: int = 0) -> list[str]:
    """The text in lines of so many cells, broken between words; no word is broken.

    A line break in the text stays one. What is carried over stands `hang` blanks in.
    """
    lines: list[str] = []
    for whole in text.split("\n"):
        line = ""
        for word in _WORDS.findall(whole):
            if line.strip() and cell_len(line) + cell_len(word) > width:
                lines.append(line)
                line = " " * hang + word.lstrip()
            else:
                line += word
        lines.append(line)
    return lines


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
        console.print(part, crop=False)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join(lines).rstrip("\n") + "\n"


def wrap(text: str, width: int, *, hang: int) -> str:
    """Each line broken between words where it is too long; what follows stands `hang` blanks in.

    A command after `next:` that fits into a line of its own stands there whole, to be copied.
    """
    return "\n".join(part for line in text.split("\n") for part in wrapped_line(line, width, hang))


def wrapped_line(line: str, width: int, hang: int) -> list[str]:
    """One line as those it becomes."""
    if cell_len(line) <= width:
        return [line]
    before, mark, command = line.partition("next: ")
    if mark and command.startswith("gitledger ") and cell_len(command) + 2 <= width:
        return [f"{before}{mark}".rstrip(), f"  {command}"]
    return broken(line, width, hang=hang)


def paint(text: str, colour: str) -> str:
    """The text in a colour, line by line; as it is without one."""
    code = CODES.get(colour)
    if code is None:
        return text
    return "\n".join(f"\x1b[{code}m{line}\x1b[0m" for line in text.split("\n"))


def tone_lines(
    lines: Sequence[str], tones: Mapping[str, str], *, width: int | None, colour: bool, hang: int
) -> str:
    """Lines of which each that begins with a word of `tones` has that word in its colour.

    Wrapped at a width; whole without one.
    """
    told = []
    for line in lines:
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        shown = line if width is None else wrap(line, width, hang=hang)
        told.append(
            shown.replace(word, paint(word, tones.get(word, "")), 1) if colour and word else shown
        )
    return "\n".join(told)


def markdown_table(columns: Sequence[TableColumn], rows: Iterable[Sequence[str]]) -> str:
    """The same table in Markdown, for the columns of a terminal's; no cell can break it."""
    titles = [f"{c.title}>" if c.justify == "right" else c.title for c in columns]
    return markdown.table(titles, [[markdown.cell(cell) for cell in row] for row in rows])


def table(
    columns: Sequence[TableColumn], rows: Iterable[Sequence[str]], styles: Sequence[str] = ()
) -> Sheet:
    """A table with a ruled head and no frame; words that judge carry a colour."""
    return Sheet(columns, tuple(rows), styles)


def label_lines(lines: Sequence[tuple[str, str]], *, label_width: int = LABEL) -> Labelled:
    """Label and text, the text wrapped under itself; lines without text are left out."""
    return Labelled(tuple(lines), label_width)


def heading(text: str, note: str = "") -> Text:
    """A line in bold, with a quiet note behind it."""
    made = Text(text, style="bold")
    return made.append(f"  {note}", style="not bold dim") if note else made


def verdict_text(text: str, of: str = "", style: str = "") -> Text:
    """The text, coloured when it, or the text that it is a part `of`, begins with a judging word.

    Else in `style`.
    """
    whole = of or text
    for words, colour in ((BAD, "red"), (WARN, "yellow"), (GOOD, "green")):
        if any(whole == word or whole.startswith((f"{word} ", f"{word}:")) for word in words):
            return Text(text, style=colour)
    return Text(text, style=style)
