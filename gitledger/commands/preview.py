"""`preview`: what each provider's capacity bought, over all windows or one."""

import gc

from gitledger.book.opening import open_book
from gitledger.book.preview import SCHEMA, build_preview
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen


def preview(world: World, window: str = "", *, by: str = "", form: str = "text") -> Result:
    """Efficiency per provider, coverage, churn, telemetry, usage and the number of anomalies.

    `by` is "" or "methodology", which splits every provider. Raises UnknownWindow.
    """
    gc.disable()  # a short life full of values that all stay: collecting them costs a tenth of it
    payload, notes = build_preview(open_book(world), window, by=by)

    def text(screen: Screen) -> str:
        from gitledger.report.preview_text import (  # noqa: PLC0415 - rich is heavy
            preview_markdown,
            preview_text,
        )

        if form == "markdown":
            return preview_markdown(payload)
        return preview_text(payload, width=screen.width, colour=screen.colour)

    return Result(SCHEMA, payload, text, notes=notes)
