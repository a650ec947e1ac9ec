"""A progress line for long work, on a terminal only: drawn over itself, gone at the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import click

Progress = Callable[[int, int], None]
PAUSE = 0.1  # seconds between two drawings
PATIENCE = 0.5  # short work shows nothing
BAR = 30  # cells


@contextmanager
def meter(*, shown: bool) -> Iterator[Progress]:
    """Gives a function of (done, total) that draws on standard error.

    While nothing is done yet, the total is what has been found so far.
    """
    due = monotonic() + PATIENCE
    width = 0

    def draw(done: int, total: int) -> None:
        nonlocal due, width
        if not shown or monotonic() < due:
            return
        due = monotonic() + PAUSE
        line = line_of(done, total)
        click.echo(f"\r{line:<{width}}", err=True, nl=False)
        width = max(width, len(line))

    try:
        yield draw
    finally:
        if width:
            click.echo(f"\r{'':<{width}}\r", err=True, nl=False)


def line_of(done: int, total: int) -> str:
    """How far the work is, as a bar and in numbers."""
    if not done:
        return f"{total:,} found"
    filled = BAR * min(done, total) // max(total, 1)
    return f"[{'#' * filled}{'.' * (BAR - filled)}] {done:,} of {total:,}"
