"""`resets`: every reset and move of a meter that readings show, with its reason."""

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.account_readings import traced_now
from gitledger.commands.result import Drawings, Result, in_form
from gitledger.errors import EXIT_CANNOT, EXIT_YES

MOST = 40


def resets(world: World, meter: str = "", *, whole: bool = False, form: str = "text") -> Result:
    """The resets of all meters or one, newest first; `whole` shows all. Exit 3 without any."""
    found = traced_now(open_book(world))
    payload = found.resets(meter)
    short = payload if whole else found.resets(meter, MOST)

    def drawings() -> Drawings:
        from gitledger.report.resets_text import resets_markdown, resets_text  # noqa: PLC0415

        return resets_text, resets_markdown

    code = EXIT_YES if payload["resets"] else EXIT_CANNOT
    return Result("gitledger.resets/1", payload, in_form(form, short, drawings), exit_code=code)
