"""The files of a hand-over pack that the ledger alone determines: what each verb answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gitledger.book.audits import every_audit
from gitledger.book.book import Book
from gitledger.book.budgets import Flags
from gitledger.book.subject import CardRequest
from gitledger.book.windows import Folded, fold_book
from gitledger.book.world import World
from gitledger.commands.card import card
from gitledger.commands.checklist import deliverables
from gitledger.commands.compare import compare
from gitledger.commands.export import one
from gitledger.commands.preview import preview
from gitledger.commands.replay import Effort, Question, Told, replay
from gitledger.commands.report import PageRequest, drawn, named_parts
from gitledger.commands.result import Result
from gitledger.decision.next_windows import Bar, fits
from gitledger.errors import GitledgerError
from gitledger.ledger.values import canonical_time
from gitledger.measure.windowed import outcomes_of
from gitledger.report.card_markdown import card_markdown
from gitledger.report.checklist_text import checklist_markdown
from gitledger.report.page.names import blank, renamed
from gitledger.windows.pace import has_reset, last_readings
from gitledger.windows.snapshot import DEFAULT_BUCKET


@dataclass(frozen=True, slots=True)
class HandoffScene:
    """What the pack is made of: a world that is pinned to one tip, its book, week and privacy."""

    world: World
    book: Book
    week: str
    incognito: bool


def part_files(scene: HandoffScene) -> dict[str, bytes]:
    """Report, preview, card, audits, compare, replay, checklist, cards, next windows, exports."""
    world, week = scene.world, scene.week
    judged = answer(lambda: card(world, CardRequest(week)))
    listed = answer(lambda: deliverables(world, week))
    told: dict[str, Any] = {
        "preview.json": answer(lambda: preview(world)),
        "card.json": judged,
        "compare.json": answer(lambda: compare(world)),
        "replay.json": answer(
            lambda: replay(world, Question(), Flags(week=week), Effort(), Told())
        ),
        "checklist.json": listed,
        "cards.json": {"rows": rows_of(scene.book, "decisions")},
        "votes.json": {"rows": rows_of(scene.book, "votes")},
        "next.json": {"bars": next_windows(scene.book, world)},
    }
    told["coverage.json"] = told["preview.json"].get("coverage", {})
    audits = every_audit(scene.book)
    names = named_parts(scene.book) if scene.incognito else {}
    for payload in audits:
        window = str(payload["window"])
        told[f"audits/{names.get(window, window)}.json"] = payload
    files = {
        name: encoded(renamed(blank(value), names) if names else value)
        for name, value in told.items()
    }
    page = PageRequest(week, incognito=scene.incognito)
    files["report.html"] = page_or_refusal(scene.book, page)
    boxes = markdown_of(listed, checklist_markdown)
    if names:
        return files | {"checklist.md": renamed(boxes, names).encode()}
    files["checklist.md"] = boxes.encode()
    files["card.md"] = markdown_of(judged, card_markdown).encode()
    return files | {f"exports/{n}.csv": one(scene.book, n, "csv") for n in scene.book.ledgers}


def answer(ask: Callable[[], Result]) -> Any:
    """A verb's JSON, or its refusal with the next step: a week without a card has a pack too."""
    try:
        return json.loads(ask().json())
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
        return drawn(book, page, None).encode()
    except GitledgerError as error:
        return f"{error.what}\n{error.hint}\n".encode()


def encoded(value: Mapping[str, Any]) -> bytes:
    """A JSON file, keys sorted."""
    return (json.dumps(value, indent=2, sort_keys=True, default=str) + "\n").encode()


def rows_of(book: Book, ledger: str) -> list[dict[str, Any]]:
    """The rows of a ledger, where there is one."""
    rows = book.rows(ledger) if ledger in book.ledgers else ()
    return [{"row": row.id, "recorded_at": row.recorded_at, **row.values} for row in rows]


def next_windows(book: Book, world: World) -> list[Mapping[str, object]]:
    """How many windows still fit into each account's bar at the pack's moment."""
    folded = fold_book(book)
    outcomes = outcomes_of(folded.windows, folded.terms)
    reserve = float(folded.terms.thresholds.buffer_pp)
    return [fit.payload() for fit in fits(bars_of(folded, world), outcomes, reserve)]


def bars_of(folded: Folded, world: World) -> list[Bar]:
    """Each account's capacity meter as it was last read; one that has reset since is empty."""
    found = []
    for last in last_readings(folded.windows):
        meter = folded.terms.capacity_meter(last.provider)
        if last.reading.key != (DEFAULT_BUCKET, meter):
            continue
        reset = has_reset(last.reading, world.now)
        ends = last.reading.resets_at
        found.append(
            Bar(
                last.provider,
                last.account,
                meter,
                0.0 if reset else float(last.reading.used),
                "" if reset or ends is None else canonical_time(ends),
            )
        )
    return found
