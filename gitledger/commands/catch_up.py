"""`catch-up`: everything that is due and needs no judgement, once; what needs a person is named."""

import time
from typing import Any

from gitledger.book.case import read_ledger
from gitledger.book.opening import open_book
from gitledger.book.subject import CardRequest, requested_card
from gitledger.book.windows import fold_book
from gitledger.book.world import World
from gitledger.capture.upkeep import CHURN_IS_FINAL, COMPLETED, Upkeep, catch_up, in_no_hurry
from gitledger.commands.result import Result, lines
from gitledger.ledger.values import stamp
from gitledger.report.upkeep_text import ended_line, upkeep_lines
from gitledger.windows.due import Due

SCHEMA = "gitledger.catch-up/1"


def catch_up_now(world: World, *, every: bool = False, dry: bool = False) -> Result:
    """Do what is due in this clone, or of all windows; `dry` only says what."""
    return answer(caught_up(world, every=every, dry=dry))


def caught_up(
    world: World, *, every: bool = False, dry: bool = False, seconds: float = 0.0
) -> Upkeep:
    """One run; with `seconds` no step begins later than that. Raises what opening a ledger does."""
    end = time.monotonic() + seconds
    is_late = (lambda: time.monotonic() > end) if seconds else in_no_hurry
    return catch_up(open_book(world), every=every, dry=dry, is_late=is_late)


def news_of(world: World, done: Upkeep) -> tuple[str, ...]:
    """A run in sentences, for whoever looks next: a window that ended says all in one."""
    book = open_book(world)
    folded, ledger = fold_book(book), read_ledger(book)
    completed = {window for window, what in done.done if what.startswith(COMPLETED)}
    said = []
    for window in completed:
        verdict = requested_card(
            ledger, CardRequest(window=window), world.now, shown=True
        ).ruling.verdict
        said.append(ended_line(folded.named(window), folded.terms, verdict))
    said += [f"{w}: {what}" for w, what in done.done if w and what.startswith(CHURN_IS_FINAL)]
    return (*said, *(f"{w}: {what}" for w, what in done.person if w and w not in completed))


def answer(done: Upkeep) -> Result:
    """A run as JSON and text."""
    payload: dict[str, Any] = {
        "done": [{"window": window, "did": what} for window, what in done.done],
        "waits": [due_payload(entry) for entry in done.waits],
        "person": [{"window": window, "command": what} for window, what in done.person],
        "changed": list(done.changed),
        "elsewhere": done.elsewhere,
        "unfinished": done.unfinished,
    }
    return Result(SCHEMA, payload, lines(*upkeep_lines(payload)))


def due_payload(entry: Due) -> dict[str, Any]:
    """A thing due as JSON."""
    return entry._asdict() | {
        "at": stamp(entry.at) if entry.at else None,
        "until": stamp(entry.until) if entry.until else None,
        "command": entry.command or None,
    }
