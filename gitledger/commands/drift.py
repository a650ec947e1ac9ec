"""`drift`: exchange rates over time, and whether one of them changed."""

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.account_readings import subscriptions_now
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_CANNOT, EXIT_UNDECIDED, EXIT_YES
from gitledger.measure.drift import TOO_LITTLE


def drift(world: World, meter: str = "", *, form: str = "text") -> Result:
    """Every exchange rate, or one of them, week by week.

    Exit 0 where at least one rate could be judged, 4 where all have too few weeks, 3 without any.
    """
    found, notes = subscriptions_now(open_book(world))
    payload = found.rates(meter)
    verdicts = {d.verdict for d in found.drift if meter in {"", d.rate}}

    def text(screen: Screen) -> str:
        from gitledger.report.drift_text import (  # noqa: PLC0415 - rich is heavy
            drift_markdown,
            drift_text,
        )

        if form == "markdown":
            return drift_markdown(payload)
        return drift_text(payload, width=screen.width, colour=screen.colour)

    code = EXIT_CANNOT if not verdicts else EXIT_UNDECIDED if verdicts == {TOO_LITTLE} else EXIT_YES
    return Result("gitledger.drift/1", payload, text, notes=notes, exit_code=code)
