"""`compare`: GLM against the baseline, request by request, in tokens and list-price dollars."""

from gitledger.book.opening import open_book
from gitledger.book.token_comparison import SCHEMA, TOO_FEW, token_comparison
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_UNDECIDED, EXIT_YES


def compare(
    world: World, *, window: str = "", least: int = 1, top: int = 0, form: str = "text"
) -> Result:
    """Join completions on the request id; exit 4 with fewer than `least` matched requests.

    `top` limits the rows shown, never the totals. Raises UnknownWindow.
    """
    payload = token_comparison(open_book(world), window=window, least=least, top=top)

    def text(screen: Screen) -> str:
        from gitledger.report.compare_text import (  # noqa: PLC0415  loads rich
            compare_markdown,
            compare_text,
        )

        if form == "markdown":
            return compare_markdown(payload)
        return compare_text(payload, width=screen.width, colour=screen.colour).rstrip("\n")

    code = EXIT_UNDECIDED if payload["verdict"] == TOO_FEW else EXIT_YES
    return Result(SCHEMA, payload, text, exit_code=code)
