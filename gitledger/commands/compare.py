"""`compare`: GLM against the baseline, request by request, in tokens and list-price dollars."""

from gitledger.book.opening import open_book
from gitledger.book.token_comparison import SCHEMA, TOO_FEW, token_comparison
from gitledger.book.world import World
from gitledger.commands.result import Drawings, Result, in_form
from gitledger.errors import EXIT_UNDECIDED, EXIT_YES


def compare(
    world: World, *, window: str = "", least: int = 1, top: int = 0, form: str = "text"
) -> Result:
    """Join completions on the request id; exit 4 with fewer than `least` matched requests.

    `top` limits the rows shown, never the totals. Raises UnknownWindow.
    """
    payload = token_comparison(open_book(world), window=window, least=least, top=top)

    def drawings() -> Drawings:
        from gitledger.report.compare_text import compare_markdown, compare_text  # noqa: PLC0415

        return compare_text, compare_markdown

    code = EXIT_UNDECIDED if payload["verdict"] == TOO_FEW else EXIT_YES
    return Result(SCHEMA, payload, in_form(form, payload, drawings), exit_code=code)
