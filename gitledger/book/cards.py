"""Cards of an opened ledger: issued, found again by id, rebuilt, and as `--json` prints them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from gitledger.book.book import Book
from gitledger.book.case import named_window, read_ledger, seen_of
from gitledger.book.opening import stand_at
from gitledger.decision.card import (
    Card,
    Json,
    bare,
    canonical,
    card_id,
    printed_content,
    recordable,
)
from gitledger.decision.case import Ledger
from gitledger.decision.scope import scope_of
from gitledger.decision.week_card import week_card
from gitledger.decision.window_card import window_card
from gitledger.errors import LedgerDamaged, UnknownCard
from gitledger.ledger.row import Row
from gitledger.windows.snapshot import text_of

SCHEMA = "gitledger.card/1"
PREFIX = 4  # hex digits that may name a card: one in 65,536; where several begin so, none is meant


def card_payload(content: Json, ledger: Ledger) -> dict[str, Any]:
    """A card's payload: its id, its content, and what came after its tip beside it."""
    name, subject = card_id(content), str(content["subject"])
    whole = cast("Json", printed_content(content))
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
    # the newest card counts
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


def rebuild(book: Book, kept: Json) -> Json:
    """The content of the same card made anew from the tip it names."""
    tip = str(kept.get("tip", ""))
    stand_at(book, tip, "the card's")
    ledger = read_ledger(book, seen_of(kept.get("world")))
    scope = kept.get("scope")
    if isinstance(scope, Mapping) and scope.get("subject"):
        return week_card(ledger, scope_of(scope)).content()
    return window_card(ledger, named_window(ledger, str(kept.get("subject", "")))).content()
