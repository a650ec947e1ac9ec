"""`card`: judge a window, a week or dates; issue the card, rebuild it, override it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from gitledger.book.book import Book
from gitledger.book.case import named_window, read_ledger, seen_of
from gitledger.book.opening import open_book, stand_at
from gitledger.book.subject import CardRequest, judged
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.decision.card import (
    Card,
    Json,
    bare,
    canonical,
    card_id,
    differences,
    printed,
    recordable,
)
from gitledger.decision.case import Ledger
from gitledger.decision.changes import changed_since
from gitledger.decision.ruling import EXITS, UNDECIDED
from gitledger.decision.scope import scope_of
from gitledger.decision.week_card import week_card
from gitledger.decision.window_card import window_card
from gitledger.errors import (
    EXIT_NO,
    EXIT_YES,
    LedgerDamaged,
    UnknownCard,
    UsageError,
)
from gitledger.ledger.row import Row
from gitledger.windows.snapshot import text_of

SCHEMA = "gitledger.card/1"
PREFIX = 4
TEXT, MARKDOWN, HTML = "text", "markdown", "html"


def card(
    world: World, asked: CardRequest, *, issue: bool = False, form: str = TEXT, agent: str = ""
) -> Result:
    """Judge what was asked for; with `issue` record the card, once for the same facts."""
    book = open_book(world)
    ledger = read_ledger(book, prove=True)
    made = judged(ledger, asked, world.now, shown=not issue)
    if not issue:
        return answer(told(made.content(), ledger), (), form=form)
    kept = same_as_issued(ledger, made)
    if kept is not None:
        payload = told(kept, ledger) | {"already": True}
        return answer(payload, (f"already issued as {card_id(kept)}",), form=form)
    content = made.content()
    row = record_card(book, content, agent)
    payload = told(content, ledger) | {"row": row, "already": False}
    return answer(payload, (f"issued as {card_id(content)}",), form=form)


def record_card(book: Book, content: Json, agent: str) -> str:
    """Record an issued card; the id of its row."""
    values = {
        "card": card_id(content),
        "subject": content["subject"],
        "verdict": content["verdict"],
        "rule": content["rule"],
        "rules_sha256": content["rules_sha256"],
        "tip": content["tip"],
        "content": recordable(content),
    }
    return book.append("decisions", values, agent=agent).row.id


def same_as_issued(ledger: Ledger, made: Card) -> Json | None:
    """The last issued card of the subject when nothing but cards was recorded since; else None."""
    last = next((row for row in reversed(ledger.decisions) if is_card_of(row, made.subject)), None)
    if last is None:
        return None
    kept = content_of(last)
    looks = kept.get("looks")
    source = replace(made.source, tip=str(kept.get("tip", "")), as_of=str(kept.get("as_of", "")))
    again = replace(made, source=source, looks=looks if isinstance(looks, int) else 1)
    return kept if canonical(again.content()) == canonical(kept) else None


def is_card_of(row: Row, subject: str) -> bool:
    """Whether a decisions row is an issued card of the subject."""
    return text_of(row.values, "subject") == subject and "override" not in row.values


def content_of(row: Row) -> Json:
    """The content of an issued card. Raises LedgerDamaged when the row has none."""
    content = row.values.get("content")
    if not isinstance(content, Mapping):
        raise LedgerDamaged(f"the card in row {row.id} has no content", "gitledger show " + row.id)
    plain = bare(content)
    return plain if isinstance(plain, dict) else {}


def issued_card(ledger: Ledger, prefix: str) -> Row:
    """The row of an issued card by a prefix of its id. Raises UnknownCard."""
    cards = [row for row in ledger.decisions if "override" not in row.values]
    found = [
        r for r in cards if len(prefix) >= PREFIX and text_of(r.values, "card").startswith(prefix)
    ]
    if len({text_of(row.values, "card") for row in found}) != 1:
        known = ", ".join(text_of(row.values, "card") for row in cards[-3:])
        what = f"{len(found)} cards start with {prefix!r}" if found else f"no card {prefix!r}"
        hint = f"the last: {known}" if known else "gitledger card --window W --issue issues one"
        raise UnknownCard(what, hint)
    return found[-1]


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
    made = answer(told(kept, now) | extra, notes, form=form)
    return made._replace(exit_code=EXIT_YES if same else EXIT_NO)


def rebuild(book: Book, kept: Json) -> Json:
    """The content of the same card made anew from the tip it names."""
    tip = str(kept.get("tip", ""))
    stand_at(book, tip, "the card's")
    ledger = read_ledger(book, seen_of(kept.get("world")))
    scope = kept.get("scope")
    if isinstance(scope, Mapping) and scope.get("subject"):
        return week_card(ledger, scope_of(scope)).content()
    return window_card(ledger, named_window(ledger, str(kept.get("subject", "")))).content()


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
    made = judged(ledger, asked, world.now)
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
    payload = told(content, read_ledger(book)) | {"row": done.row.id}
    return answer(payload, (f"card {card_id(content)} {what}",), form=TEXT)


def told(content: Json, ledger: Ledger) -> dict[str, Any]:
    """A card's payload: its id, its content, and what came after its tip beside it."""
    name, subject = card_id(content), str(content["subject"])
    whole = cast("Json", printed(content))
    said = content.get("votes")
    before = {(v.get("voter"), v.get("vote")) for v in said} if isinstance(said, list) else set()
    later = [
        {"voter": vote.voter, "vote": vote.vote, "tier": vote.tier, "message": vote.message}
        for vote in ledger.votes_on(subject)
        if (vote.voter, vote.vote) not in before
    ]
    earlier = [
        other_card(row, ledger)
        for row in ledger.decisions
        if is_card_of(row, subject) and text_of(row.values, "card") != name
    ]
    overrides = ledger.overrides(name)
    beside = {"overrides": overrides, "later_votes": later, "other_cards": earlier}
    return {"id": name, **whole, **beside}


def other_card(row: Row, ledger: Ledger) -> dict[str, Any]:
    """Another card of the subject: id, verdict, and what a person put beside it."""
    name = text_of(row.values, "card")
    told: dict[str, Any] = {"id": name, "verdict": text_of(row.values, "verdict")}
    overrides = ledger.overrides(name)
    return told | {"overrides": overrides} if overrides else told


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
