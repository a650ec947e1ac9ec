"""`plan`: what each subscription gave and left, its pace, and what the next hour may use."""

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.account_readings import subscriptions_now
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_CANNOT, EXIT_YES
from gitledger.ledger.values import stamp


def plan(world: World, provider: str = "", *, form: str = "text") -> Result:
    """Every account's plan, or those of a provider; exit 3 where no meter was ever read."""
    found, notes = subscriptions_now(open_book(world))
    payload = {"as_of": stamp(world.now), **found.plans(int(world.now.timestamp()))}
    if provider:
        own = [entry for entry in payload["plans"] if entry["provider"] == provider]  # type: ignore[attr-defined]
        known = ", ".join(sorted({a.provider for a in found.meters.accounts})) or "none"
        reason = "" if own else f"no reading of {provider} is recorded; providers read: {known}"
        payload |= {"plans": own, "reason": reason}

    def text(screen: Screen) -> str:
        from gitledger.report.plan_text import (  # noqa: PLC0415 - rich is heavy
            plan_markdown,
            plan_text,
        )

        if form == "markdown":
            return plan_markdown(payload)
        return plan_text(payload, width=screen.width, colour=screen.colour)

    code = EXIT_YES if payload["plans"] else EXIT_CANNOT
    return Result("gitledger.plan/1", payload, text, notes=notes, exit_code=code)
