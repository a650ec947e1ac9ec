"""The files of a hand-over pack that the ledger alone determines: what each verb answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gitledger.book import cards, deliverables, preview, replay, token_comparison
from gitledger.book.audits import every_audit
from gitledger.book.book import Book
from gitledger.book.budgets import Flags
from gitledger.book.case import read_ledger
from gitledger.book.ledger_files import ledger_file
from gitledger.book.next_windows import next_windows
from gitledger.book.page import PageRequest, named_parts, page_text
from gitledger.book.subject import CardRequest, requested_card
from gitledger.errors import GitledgerError
from gitledger.report.answer_json import answer_json
from gitledger.report.card_markdown import card_markdown
from gitledger.report.checklist_text import checklist_markdown
from gitledger.report.page.names import blank, rename_page
from gitledger.routing.replay import Question


@dataclass(frozen=True, slots=True)
class HandoffScene:
    """What the pack is made of: a book that is pinned to one tip and moment, week and privacy."""

    book: Book
    week: str
    incognito: bool


def part_files(scene: HandoffScene) -> dict[str, bytes]:
    """Report, preview, card, audits, compare, replay, checklist, cards, next windows, exports."""
    book, week = scene.book, scene.week
    shown = answer(cards.SCHEMA, lambda: card_of(book, week))
    listed = answer(deliverables.SCHEMA, lambda: deliverables.deliverables(book, week))
    told: dict[str, Any] = {
        "preview.json": answer(preview.SCHEMA, lambda: preview.build_preview(book)[0]),
        "card.json": shown,
        "compare.json": answer(
            token_comparison.SCHEMA, lambda: token_comparison.token_comparison(book)
        ),
        "replay.json": answer(
            replay.SCHEMA, lambda: replay.replay_log(book, Question(), Flags(week=week))
        ),
        "checklist.json": listed,
        "cards.json": {"rows": rows_of(book, "decisions")},
        "votes.json": {"rows": rows_of(book, "votes")},
        "next.json": {"bars": next_windows(book)},
    }
    told["coverage.json"] = told["preview.json"].get("coverage", {})
    audits = every_audit(book)
    names = named_parts(book) if scene.incognito else {}
    for payload in audits:
        window = str(payload["window"])
        told[f"audits/{names.get(window, window)}.json"] = payload
    files = {
        name: encode_file(rename_page(blank(value), names) if names else value)
        for name, value in told.items()
    }
    page = PageRequest(week, incognito=scene.incognito)
    files["report.html"] = page_or_refusal(book, page)
    boxes = markdown_of(listed, checklist_markdown)
    if names:
        return files | {"checklist.md": rename_page(boxes, names).encode()}
    files["checklist.md"] = boxes.encode()
    files["card.md"] = markdown_of(shown, card_markdown).encode()
    return files | {f"exports/{n}.csv": ledger_file(book, n) for n in book.ledgers}


def card_of(book: Book, week: str) -> dict[str, Any]:
    """The card of the week as it stands, shown and not issued."""
    ledger = read_ledger(book, prove=True)
    made = requested_card(ledger, CardRequest(week), book.world.now, shown=True)
    return cards.card_payload(made.content(), ledger)


def answer(schema: str, ask: Callable[[], Mapping[str, Any]]) -> Any:
    """A verb's JSON, or its refusal with the next step: a week without a card has a pack too."""
    try:
        return json.loads(answer_json(schema, ask()))
    except GitledgerError as error:
        return {"error": error.what, "hint": error.hint}


def markdown_of(payload: Mapping[str, Any], draw: Callable[[Mapping[str, Any]], str]) -> str:
    """A verb's answer as Markdown, or its refusal."""
    if "error" in payload:
        return f"{payload['error']}\n{payload['hint']}\n"
    return draw(payload).rstrip("\n") + "\n"


def page_or_refusal(book: Book, page: PageRequest) -> bytes:
    """The report page, or why there is none."""
    try:
        return page_text(book, page, None).encode()
    except GitledgerError as error:
        return f"{error.what}\n{error.hint}\n".encode()


def encode_file(value: Mapping[str, Any]) -> bytes:
    """A JSON file, keys sorted."""
    return (json.dumps(value, indent=2, sort_keys=True, default=str) + "\n").encode()


def rows_of(book: Book, ledger: str) -> list[dict[str, Any]]:
    """The rows of a ledger, where there is one."""
    return [
        {"row": row.id, "recorded_at": row.recorded_at, **row.values}
        for row in book.rows_if_any(ledger)
    ]
