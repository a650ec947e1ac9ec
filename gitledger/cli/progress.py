"""A progress line for long work, on a terminal only: drawn over itself, gone at the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import click

PAUSE = 0.1  # seconds between two drawings
PATIENCE = 0.5  # short work shows nothing


@contextmanager
def meter(verb: str, unit: str, *, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """Gives a function of (done, total) that draws on standard error; total 0 is unknown."""
    due = monotonic() + PATIENCE
    width = 0

    def draw(done: int, total: int) -> None:
        nonlocal due, width
        if not shown or monotonic() < due:
            return
        due = monotonic() + PAUSE
        words = f"{done:,} of {total:,}" if done else f"{total:,}"
        line = f"{verb}: {words} {unit}"
        click.echo(f"\r{line:<{width}}", err=True, nl=False)
        width = max(width, len(line))

    try:
        yield draw
    finally:
        if width:
            click.echo(f"\r{'':<{width}}\r", err=True, nl=False)
