"""A terminal's screen as a grid of cells: what raw bytes show when all of them are drawn.

Depends on the standard library only. Programs repaint single cells in place, so the order of the
bytes is not the order on the screen. Rows that scrolled away, and screens that were wiped while
they showed a percent, come before the last screen, in the order in which they went.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from unicodedata import combining, east_asian_width

ADDRESSED = re.compile(r"\x1b\[(?:\d*(?:;\d*)?[Hf]|\d*[ABDEFGJLMPSTXd@]|\d*;\d*r)|\x1b[DEM78]")
REDRAWN = re.compile(r"\r(?!\r*\n)")
TOKEN = re.compile(
    r"\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b\[(?P<given>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[ -/]*(?P<escape>[0-~])"
    r"|(?P<control>[\n\r\x08\t])"
    r"|(?P<text>[^\x1b\n\r\x08\t]+)"
)
PLACES = re.compile(r"\x1b\[(\d+)(?:;\d*)?[Hf]|\x1b\[(\d+)d|\x1b\[\d*;(\d+)r")
LOWEST, TALLEST, WIDEST, LONGEST_PAST = 24, 500, 1000, 5000
TAB = 8


def is_screen(text: str) -> bool:
    """True when bytes move the cursor about, so that only a screen tells what they show."""
    if "\x1b" not in text:
        return False
    return bool(ADDRESSED.search(text) or REDRAWN.search(text.rstrip("\r")))


def screen_rows(text: str) -> str:
    """The rows that the bytes leave behind, and those that went before them, as plain lines."""
    grid = Grid(height_of(text))
    for found in TOKEN.finditer(text):
        if found["text"] is not None:
            grid.write(found["text"])
        elif found["control"] is not None:
            grid.control(found["control"])
        elif found["final"] is not None:
            grid.command(found["final"], found["given"])
        elif found["escape"] is not None:
            grid.escape(found["escape"])
    return "\n".join((*grid.past, *grid.rows_now()))


def height_of(text: str) -> int:
    """The rows of the terminal: as far as the bytes address them, else as many as can be.

    Bytes that only ever go home say nothing of the rows below.
    """
    found = [int(n) for groups in PLACES.findall(text) for n in groups if n and int(n) <= TALLEST]
    return max((*found, LOWEST)) if found else TALLEST


class Grid:
    """Cells, a cursor and a scroll region; the cursor never leaves the grid."""

    def __init__(self, height: int) -> None:
        """An empty screen of that many rows."""
        self.height = height
        self.cells: list[list[str]] = [[] for _ in range(height)]
        self.row = self.column = 0
        self.top, self.bottom = 0, height - 1
        self.saved = (0, 0)
        self.past: list[str] = []
        self.kept: list[str] = []
        self.is_erasing = False
        self.commands: Mapping[str, Callable[[int], None]] = {
            "A": lambda n: self.climb(-n),
            "B": self.climb,
            "C": lambda n: self.move(self.row, self.column + n),
            "D": lambda n: self.move(self.row, self.column - n),
            "E": lambda n: self.climb(n, home=True),
            "F": lambda n: self.climb(-n, home=True),
            "G": lambda n: self.move(self.row, n - 1),
            "d": lambda n: self.move(n - 1, self.column),
            "L": lambda n: self.shift(self.row, -n, home=True),
            "M": lambda n: self.shift(self.row, n, home=True),
            "S": lambda n: self.shift(self.top, n),
            "T": lambda n: self.shift(self.top, -n),
            "X": self.blank,
            "P": self.cut,
            "@": lambda n: self.line().__setitem__(slice(self.column, self.column), [" "] * n),
        }

    def rows_now(self) -> list[str]:
        """The rows of the screen as text, without blank ones at its end."""
        rows = ["".join(cells).rstrip() for cells in self.cells]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def move(self, row: int, column: int) -> None:
        """The cursor to a cell, or to the nearest one there is."""
        self.row = min(max(row, 0), self.height - 1)
        self.column = min(max(column, 0), WIDEST)

    def climb(self, rows: int, *, home: bool = False) -> None:
        """The cursor up or down; it stops at the edge of the scroll region that it stands in."""
        row = self.row + rows
        if self.top <= self.row <= self.bottom:
            row = min(max(row, self.top), self.bottom)
        self.move(row, 0 if home else self.column)

    def line(self) -> list[str]:
        """The cells of the cursor's row, at least up to the cursor."""
        cells = self.cells[self.row]
        cells.extend(" " * (self.column - len(cells)))
        return cells

    def write(self, text: str) -> None:
        """Signs from the cursor on, over what stood there."""
        self.is_erasing = False
        for sign in text:
            # an accent has no cell of its own, a wide sign has two: the second one stays empty
            if combining(sign) or self.column >= WIDEST:
                continue
            wide = east_asian_width(sign) in "WF"
            cells = self.line()
            cells[self.column : self.column + 1 + wide] = [sign, ""] if wide else [sign]
            self.column += 1 + wide

    def control(self, sign: str) -> None:
        """Line feed (to the row's start), carriage return, backspace, tab."""
        if sign == "\n":
            self.feed()
            self.column = 0
        elif sign == "\t":
            self.column = min((self.column // TAB + 1) * TAB, WIDEST)
        else:
            self.column = 0 if sign == "\r" else max(self.column - 1, 0)

    def feed(self) -> None:
        """One row down; at the end of the scroll region its first row goes."""
        if self.row == self.bottom:
            self.shift(self.top, 1)
        else:
            self.move(self.row + 1, self.column)

    def shift(self, first: int, count: int, *, home: bool = False) -> None:
        """Rows from `first` to the region's end up by `count`, or down when it is negative."""
        if not self.top <= first <= self.bottom:
            return
        self.column = 0 if home else self.column
        for _ in range(min(abs(count), self.height)):
            if count < 0:
                self.cells.pop(self.bottom)
                self.cells.insert(first, [])
                continue
            gone = self.cells.pop(first)
            self.cells.insert(self.bottom, [])
            if first == 0:
                self.past.append("".join(gone).rstrip())

    def blank(self, count: int) -> None:
        """Blanks over the cells from the cursor on."""
        self.line()[self.column : self.column + count] = [" "] * min(count, WIDEST)

    def cut(self, count: int) -> None:
        """The cells from the cursor on taken out; what follows moves up."""
        del self.line()[self.column : self.column + count]

    def escape(self, sign: str) -> None:
        """Index, next line, reverse index, the cursor saved and restored, a full reset."""
        if sign in "DE":
            self.feed()
            self.column = 0 if sign == "E" else self.column
        elif sign == "M" and self.row == self.top:
            self.shift(self.top, -1)
        elif sign == "M":
            self.move(self.row - 1, self.column)
        elif sign == "7":
            self.saved = (self.row, self.column)
        elif sign == "8":
            self.move(*self.saved)
        elif sign == "c":
            self.erase(range(self.height))
            self.move(0, 0)

    def command(self, final: str, given: str) -> None:
        """A control sequence; those that draw nothing change nothing."""
        if given.startswith("?"):
            self.switch(given)
            return
        numbers = [int(n) if n.isdecimal() else 0 for n in given.split(";")]
        first = min(numbers[0] or 1, WIDEST)
        if final in "Hf":
            self.move(first - 1, (numbers[1] if len(numbers) > 1 else 1) - 1)
        elif final == "r":
            # a region of one row is none to a terminal: the whole screen scrolls again
            last = min(numbers[1] if len(numbers) > 1 and numbers[1] else self.height, self.height)
            self.top, self.bottom = (first - 1, last - 1) if first < last else (0, self.height - 1)
            self.move(0, 0)
        elif final == "J":
            self.wipe(numbers[0])
        elif final == "K":
            self.wipe_line(numbers[0])
        elif final in self.commands:
            self.commands[final](first)

    def switch(self, given: str) -> None:
        """To the other screen or back: what stands there now goes."""
        if given in {"?1049", "?1047", "?47"}:
            self.erase(range(self.height))

    def wipe(self, mode: int) -> None:
        """Erase below the cursor, above it, or all."""
        if mode == 0:
            self.wipe_line(0)
            self.erase(range(self.row + 1, self.height))
        elif mode == 1:
            self.wipe_line(1)
            self.erase(range(self.row))
        else:
            self.erase(range(self.height))

    def wipe_line(self, mode: int) -> None:
        """Erase the row from the cursor on, up to it, or all."""
        cells = self.line()
        if mode == 0:
            self.keep("".join(cells[self.column :]))
            del self.cells[self.row][self.column :]
        elif mode == 1:
            cells[: self.column + 1] = [" "] * (self.column + 1)
        else:
            self.erase([self.row])

    def erase(self, rows: Iterable[int]) -> None:
        """Whole rows to blanks."""
        for row in rows:
            self.keep("".join(self.cells[row]))
            self.cells[row] = []

    def keep(self, going: str) -> None:
        """The whole screen among what went before, once a percent on it begins to go."""
        if self.is_erasing or not going.strip():
            return
        rows = self.rows_now()
        if any("%" in row for row in rows) and rows != self.kept:
            self.kept = rows
            self.past = [*self.past, *rows, ""][-LONGEST_PAST:]
        self.is_erasing = True
