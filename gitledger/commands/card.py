"""`card`: judge a window, a week or dates; issue the card, rebuild it, override it."""

from typing import Any

from gitledger.book.cards import (
    SCHEMA,
    card_payload,
    content_of,
    is_card_of,
    issued_card,
    rebuild,
    record_card,
    same_as_issued,
)
from gitledger.book.case import read_ledger
from gitledger.book.opening import open_book
from gitledger.book.subject import CardRequest, other_subjects, requested_card
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.decision.card import canonical, card_id, differences
from gitledger.decision.changes import changed_since
from gitledger.decision.ruling import EXITS, UNDECIDED
from gitledger.errors import EXIT_NO, EXIT_YES, UsageError

TEXT, MARKDOWN, HTML = "text", "markdown", "html"


def card(
    world: World, asked: CardRequest, *, issue: bool = False, form: str = TEXT, agent: str = ""
) -> Result:
    """Judge what was asked for; with `issue` record the card, once for the same facts."""
    book = open_book(world)
    ledger = read_ledger(book, prove=True)
    made = requested_card(ledger, asked, world.now, shown=not issue)
    if not issue:
        payload = card_payload(made.content(), ledger)
        if asked.named:
            return answer(payload, (), form=form)
        others = other_subjects(ledger, made.subject)
        notes = (f"the newest; others: gitledger card {' | '.join(others)}",) if others else ()
        return answer(payload | {"others": list(others)}, notes, form=form)
    kept = same_as_issued(ledger, made)
    if kept is not None:
        payload = card_payload(kept, ledger) | {"already": True}
        return answer(payload, (f"already issued as {card_id(kept)}",), form=form)
    content = made.content()
    row = record_card(book, content, agent)
    payload = card_payload(content, ledger) | {"row": row, "already": False}
    return answer(payload, (f"issued as {card_id(content)}",), form=form)


def recompute(world: World, prefix: str, *, form: str = TEXT) -> Result:
    """Rebuild an issued card from its own tip; exit 0 when every byte is the same, else 1.

    Of a card that an older version issued it says which measures changed since, by name.
    """
    book = open_book(world)
    now = read_ledger(book)
    row = issued_card(now, prefix)
    kept = content_of(row)
    rebuilt = rebuild(book, kept)
    found = differences(kept, rebuilt)
    same = canonical(kept) == canonical(rebuilt)
    tool = str(kept.get("tool", ""))
    changes = () if same else changed_since(tool, has_terms="terms" in kept)
    extra: dict[str, Any] = {
        "identical": same,
        "changed_measures": list(changes),
        "differences": list(found),
    }
    notes = (
        *(("rebuilt: identical, byte for byte",) if same else ()),
        *(f"changed since {tool}: {change}" for change in changes),
        *(f"differs: {difference}" for difference in found),
    )
    made = answer(card_payload(kept, now) | extra, notes, form=form)
    return made._replace(exit_code=EXIT_YES if same else EXIT_NO)


def override(
    world: World, asked: CardRequest, verdict: str, *, reason: str, agent: str = ""
) -> Result:
    """Put a person's verdict beside the last issued card of a subject, with a reason.

    The card stays; both are shown. A card that was not issued yet is issued first.
    """
    if not reason:
        raise UsageError("an override needs a reason", "-m WHY")
    book = open_book(world)
    ledger = read_ledger(book, prove=True)
    made = requested_card(ledger, asked, world.now)
    rows = [row for row in ledger.decisions if is_card_of(row, made.subject)]
    content = content_of(rows[-1]) if rows else made.content()
    if not rows:
        record_card(book, content, agent)
    values = {
        "card": card_id(content),
        "subject": content["subject"],
        "verdict": content["verdict"],
        "override": verdict,
        "reason": reason,
    }
    done = book.append("decisions", values, agent=agent)
    what = "already overridden so" if done.already else f"overridden to {verdict}"
    payload = card_payload(content, read_ledger(book)) | {"row": done.row.id}
    return answer(payload, (f"card {card_id(content)} {what}",), form=TEXT)


def answer(payload: dict[str, Any], notes: tuple[str, ...], *, form: str) -> Result:
    """The result: JSON payload, terminal text, Markdown or HTML; exit code by verdict."""

    def text(screen: Screen) -> str:
        if form == MARKDOWN:
            from gitledger.report.card_markdown import card_markdown  # noqa: PLC0415  loads jinja2

            return card_markdown(payload).rstrip("\n")
        if form == HTML:
            from gitledger.report.card_html import card_html  # noqa: PLC0415  loads jinja2

            return card_html(payload).rstrip("\n")
        from gitledger.report.card_text import card_text  # noqa: PLC0415  loads rich

        return card_text(payload, width=screen.width, colour=screen.colour).rstrip("\n")

    code = EXITS.get(str(payload["verdict"]), UNDECIDED)
    return Result(SCHEMA, payload, text, notes, code)
