"""`plan`: what each subscription gave and left, its pace, and what the next hour may use."""

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.account_readings import subscriptions_now
from gitledger.commands.result import Drawings, Result, in_form
from gitledger.errors import EXIT_CANNOT, EXIT_YES
from gitledger.ledger.values import stamp


def plan(world: World, provider: str = "", *, form: str = "text") -> Result:
    """Every account's plan, or those of a provider; exit 3 where no meter was ever read."""
    found, notes = subscriptions_now(open_book(world))
    payload = {"as_of": stamp(world.now), **found.plans(int(world.now.timestamp()))}
    if provider:
        own = [entry for entry in payload["plans"] if entry["provider"] == provider]
        known = ", ".join(sorted({a.provider for a in found.meters.accounts})) or "none"
        reason = "" if own else f"no reading of {provider} is recorded; providers read: {known}"
        payload |= {"plans": own, "reason": reason}

    def drawings() -> Drawings:
        from gitledger.report.plan_text import plan_markdown, plan_text  # noqa: PLC0415

        return plan_text, plan_markdown

    code = EXIT_YES if payload["plans"] else EXIT_CANNOT
    text = in_form(form, payload, drawings)
    return Result("gitledger.plan/1", payload, text, notes=notes, exit_code=code)
