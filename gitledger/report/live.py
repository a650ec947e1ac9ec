"""A text that is drawn anew in place, on a terminal. Depends on rich."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text


@contextmanager
def live_text(*, colour: bool) -> Iterator[Callable[[str], None]]:
    """A way to draw a text over the one before it; the last one stays when the block is left."""
    console = Console(color_system="auto" if colour else None, highlight=False)
    with Live(console=console, auto_refresh=False, vertical_overflow="visible") as live:
        yield lambda text: live.update(Text.from_ansi(text), refresh=True)
