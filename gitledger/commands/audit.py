"""`audit`: every finding of a window or of all; exit 1 when there is one worth a step."""

from dataclasses import replace

from gitledger.book.audits import audit_records
from gitledger.book.case import rules_or_shipped
from gitledger.book.opening import open_book
from gitledger.book.outside import facts_of
from gitledger.book.windows import fold_book
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen, lines
from gitledger.decision.rules import judging
from gitledger.errors import EXIT_NO, EXIT_YES, UnknownWindow
from gitledger.windows.payload import window_payload
from gitledger.windows.standing import standing
from gitledger.windows.window import Window


def audit(world: World, window: str = "", *, form: str = "text") -> Result:
    """The captures, finalisations, deltas and findings of one window, or of every one.

    Exit 0 without findings or with notes only, 1 with an error or a warning, 3 for a window that
    nobody recorded: then the answer names the nearest ids, as JSON too.
    """
    book = open_book(world)
    folded = fold_book(book)
    folded = replace(folded, terms=judging(folded.terms, rules_or_shipped(book)[0]))
    try:
        asked = (folded.named(window),) if window else folded.windows
    except UnknownWindow as unknown:
        return not_recorded(window, unknown)
    facts = facts_of(book, asked)
    asked = standing(asked, facts.taken)
    told = audit_records(folded, asked, facts)
    found = [f for part in told for f in part["findings"]]
    payload = told[0] if window else {"windows": told, "findings": found}
    serious = any(f["severity"] != "note" for f in found)
    code = EXIT_NO if serious else EXIT_YES

    def text(screen: Screen) -> str:
        from gitledger.report.audit_text import (  # noqa: PLC0415 - rich is heavy
            audit_markdown,
            audit_text,
        )

        if form == "markdown":
            return audit_markdown(told)
        return audit_text(told, detail=bool(window), width=screen.wrap, colour=screen.colour)

    return Result("gitledger.audit/1", payload, text, notes=folded.notes, exit_code=code)


def not_recorded(window: str, unknown: UnknownWindow) -> Result:
    """The answer for a window that nobody recorded: an audit without anything in it."""
    payload = {**window_payload(Window(window), ()), "error": unknown.what, "hint": unknown.hint}
    notes = [f"gitledger: {unknown.what}", f"  next: {unknown.hint}"]
    return Result("gitledger.audit/1", payload, lines(), notes, unknown.exit_code)
