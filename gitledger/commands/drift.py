"""`drift`: exchange rates over time, and whether one of them changed."""

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.account_readings import subscriptions_now
from gitledger.commands.result import Drawings, Result, in_form
from gitledger.errors import EXIT_CANNOT, EXIT_UNDECIDED, EXIT_YES
from gitledger.measure.drift import TOO_LITTLE


def drift(world: World, meter: str = "", *, form: str = "text") -> Result:
    """Every exchange rate, or one of them, week by week.

    Exit 0 where at least one rate could be judged, 4 where all have too few weeks, 3 without any.
    """
    found, notes = subscriptions_now(open_book(world))
    payload = found.rates(meter)
    verdicts = {d.verdict for d in found.drift if meter in {"", d.rate}}

    def drawings() -> Drawings:
        from gitledger.report.drift_text import drift_markdown, drift_text  # noqa: PLC0415

        return drift_text, drift_markdown

    code = EXIT_CANNOT if not verdicts else EXIT_UNDECIDED if verdicts == {TOO_LITTLE} else EXIT_YES
    text = in_form(form, payload, drawings)
    return Result("gitledger.drift/1", payload, text, notes=notes, exit_code=code)
