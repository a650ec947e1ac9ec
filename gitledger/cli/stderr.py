"""What goes to standard error: whole for a program, wrapped between words for a person."""

import os
import sys
from io import StringIO

import click

from gitledger.commands.result import Screen, visible, wrap_lines

NARROWEST = 40


def tell(line: str, *, hang: int = 4) -> None:
    """One line; at a terminal it goes on below, `hang` blanks in."""
    safe, width = visible(line), _columns()
    if width and len(safe) > width:
        safe = wrap_lines(safe, hang=hang)(Screen(width, terminal=True))
    click.echo(safe, err=True)


def tell_usage(error: click.ClickException) -> None:
    """What click says of words that it cannot take."""
    text = StringIO()
    error.show(text)
    for line in text.getvalue().rstrip("\n").split("\n"):
        tell(line)


def _columns() -> int:
    """Columns of the terminal that standard error is; 0 where it is none."""
    if not sys.stderr.isatty():
        return 0
    told = os.environ.get("COLUMNS", "")
    if told.isdigit() and int(told) >= NARROWEST:
        return int(told)
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        return 0
    return max(NARROWEST, columns) if columns else 0  # 0: a terminal that does not say
