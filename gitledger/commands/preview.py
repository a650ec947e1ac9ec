"""`preview`: what each provider's capacity bought, over all windows or one."""

import gc

from gitledger.book.opening import open_book
from gitledger.book.preview import SCHEMA, build_preview
from gitledger.book.world import World
from gitledger.commands.result import Drawings, Result, in_form


def preview(world: World, window: str = "", *, by: str = "", form: str = "text") -> Result:
    """Efficiency per provider, coverage, churn, telemetry, usage and the number of anomalies.

    `by` is "" or "methodology", which splits every provider. Raises UnknownWindow.
    """
    gc.disable()  # a short life full of values that all stay: collecting them costs a tenth of it
    payload, notes = build_preview(open_book(world), window, by=by)

    def drawings() -> Drawings:
        from gitledger.report.preview_text import preview_markdown, preview_text  # noqa: PLC0415

        return preview_text, preview_markdown

    return Result(SCHEMA, payload, in_form(form, payload, drawings), notes=notes)
