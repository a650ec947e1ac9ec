"""`status`: the meters now, what is to be done, what was not pushed yet, the next step."""

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, NoReturn

from gitledger.book.book import Book
from gitledger.book.case import plans_of, rules_or_shipped
from gitledger.book.completion import completion_of
from gitledger.book.holdback import held_rows
from gitledger.book.localrows import unshared_rows
from gitledger.book.news import foremost, waiting_news
from gitledger.book.next_windows import next_windows
from gitledger.book.opening import open_book
from gitledger.book.outside import facts_of
from gitledger.book.windows import LedgerWindows, fold_book
from gitledger.book.world import World
from gitledger.commands.result import Drawings, Result, Screen, in_form
from gitledger.decision.rules import judging
from gitledger.ledger.row import map_of
from gitledger.ledger.values import stamp
from gitledger.measure.cost import Prices
from gitledger.measure.efficiency import WEEKLY
from gitledger.measure.lasting import lasting_of_each
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.audit.checks import audit_windows
from gitledger.windows.audit.findings import severities
from gitledger.windows.audit.steps import next_step, unended_accounts
from gitledger.windows.due import Due, due
from gitledger.windows.pace import LastReading, last_readings, pace_payload
from gitledger.windows.snapshot import DEFAULT_BUCKET
from gitledger.windows.spans import awaiting_finalisation, open_windows, to_complete
from gitledger.windows.standing import standing
from gitledger.windows.window import OpenWindow, Window

EVERY = 1.0  # seconds between two looks of --watch
FIRST = "codex"  # whose window to begin with, where nothing was recorded and no plan is stated


def status(world: World, *, form: str = "text") -> Result:
    """Last readings with their pace, windows that wait for something, findings, the next step."""
    book = open_book(world)
    folded = fold_book(book)
    terms = judging(folded.terms, rules_or_shipped(book)[0])
    folded = replace(folded, terms=terms)
    facts = facts_of(book, folded.windows)
    stood = standing(folded.windows, facts.taken)
    found = audit_windows(stood, terms=terms, facts=facts)
    prices = Prices(plans_of(book.config))
    coming = due(folded.windows, terms.thresholds, world.now)
    agents = dict.fromkeys((world.agent, *(e.agent for e in open_windows(folded.windows))))
    news = [dict(one) for one in waiting_news(book.repository)]
    payload: dict[str, Any] = {
        "agent": world.agent,
        "open": [open_payload(entry) for entry in open_windows(folded.windows)],
        "to_end": [entry._asdict() for entry in unended_accounts(folded.windows)],
        "to_finalise": {
            agent: list(ids)
            for agent in agents
            if (ids := awaiting_finalisation(folded.windows, agent))
        },
        "readings": [
            reading_payload(last, prices, world.now) for last in last_readings(folded.windows)
        ],
        "windows": len(folded.windows),
        "lasting": lasting_of_each(outcomes_of(stood, terms, facts.reverted)),
        "findings": severities(found),
        "due": [due_payload(entry, world.now) for entry in coming],
        "fits": next_windows(book, folded),
        "completed_alone": without_person(folded.windows),
        "news": news,
        "news_first": foremost(news),
        "unsynced": count_unsynced(book),
        "held": sorted(held_rows(book.repository)),
    }
    usual = usual_provider(book, folded)
    payload["next"] = next_step(
        folded.windows, found, world.agent, provider=usual, completion=completion(book, folded)
    )

    def drawings() -> Drawings:
        from gitledger.report.status_text import status_markdown, status_text  # noqa: PLC0415

        return status_text, status_markdown

    text = in_form(form, payload, drawings)
    return Result("gitledger.status/1", payload, text, notes=folded.notes)


def completion(book: Book, folded: LedgerWindows) -> str:
    """What completes the window that waits for the agent first; "" where none does.

    One that the program completed waits for what only a person knows of it.
    """
    agent = book.world.agent
    waiting = to_complete(folded.windows, agent)
    return completion_of(book, folded.windows, waiting[0], agent) if waiting else ""


def without_person(windows: Sequence[Window]) -> list[str]:
    """The windows of which only the program said what they delivered."""
    return [w.id for w in windows if w.finalised and w.finalised.canonical.automatic]


def reading_payload(last: LastReading, prices: Prices, now: datetime) -> dict[str, Any]:
    """A meter as JSON, with the dollars that its reset takes unused if use goes on at this pace.

    None where no price is known, or it is not the meter that the plan's price is for: the week's.
    """
    made = pace_payload(last, now)
    at_reset = made["projected_pct"]
    own = last.reading.key == (DEFAULT_BUCKET, WEEKLY)
    price = prices.of(last.provider, last.account) if own else None
    left = None if price is None or at_reset is None else price * max(0, 100 - at_reset) / 100
    return made | {"usd_unused_at_pace": None if left is None else round(left, 4)}


def due_payload(entry: Due, now: datetime) -> dict[str, Any]:
    """Something due as JSON: what, of which window, when, and in how many seconds (0 is now)."""
    left = None if entry.at is None else max(0, int((entry.at - now).total_seconds()))
    return {
        "what": entry.what,
        "window": entry.window,
        "provider": entry.provider or None,
        "account": entry.account or None,
        "at": stamp(entry.at) if entry.at else None,
        "in_seconds": left,
        "until": stamp(entry.until) if entry.until else None,
        "command": entry.command or None,
    }


def watch_status(world: World, *, width: int, colour: bool) -> NoReturn:
    """`status` anew every second on a terminal, until Ctrl-C ends it.

    What was recorded meanwhile is seen; raises KeyboardInterrupt, and what `status` raises.
    """
    from gitledger.report.live import live_text  # noqa: PLC0415 - rich is heavy

    screen = Screen(width, colour=colour, terminal=True)
    with live_text(colour=screen.colour) as draw:
        while True:
            draw(status(replace(world, now=datetime.now(UTC))).text(screen))
            time.sleep(EVERY)


def usual_provider(book: Book, folded: LedgerWindows) -> str:
    """Whose window is begun next: that of the newest window, else the first with a plan."""
    for window in reversed(folded.windows):
        for provider, _ in window.holders:
            return provider
    named = [str(name).partition("/")[0] for name in map_of(book.config, "plans")]
    return named[0] if named else FIRST


def open_payload(entry: OpenWindow) -> dict[str, Any]:
    """An open window as JSON."""
    return asdict(entry) | {"since": stamp(entry.since)}


def count_unsynced(book: Book) -> int | None:
    """Rows of the ledger branch that no remote has; None when it was never shared."""
    rows = unshared_rows(book.repository, book.branch)
    return None if rows is None else len(rows)
