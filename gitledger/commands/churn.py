"""`churn`: of a range, just measured; or of a window, frozen as a row for each provider."""

from dataclasses import replace
from typing import Any

from gitledger.book.churn import measure_range
from gitledger.book.churn_row import payload_of, row_values
from gitledger.book.opening import open_book
from gitledger.book.window_churn import (
    READ,
    ChurnRequest,
    path_values,
    record_churn,
    remarks,
    scope_of,
)
from gitledger.book.window_range import WindowCredit
from gitledger.book.windows import fold_book
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen, wrap_lines
from gitledger.errors import UsageError
from gitledger.git.code.ranges import known_commit, known_start, split_range
from gitledger.git.plumbing import pin_plumbing
from gitledger.report.churn_text import churn_text, recorded_text

SCHEMA = "gitledger.churn/1"
NEXT = "next: gitledger preview"


def churn(world: World, span: str, asked: ChurnRequest, *, agent: str = "") -> Result:
    """Measure `span` (A..B), or freeze the churn of a window.

    Raises UnknownRevision, HistoryIncomplete; for a window also what the ledger refuses.
    """
    if asked.every and (span or asked.window or asked.start or asked.end):
        raise UsageError("--all measures every window", "leave out the range and --window")
    if asked.every:
        return every_churn(world, asked, agent=agent)
    if not span:
        return window_churn(world, asked, agent=agent)
    if asked.window or asked.start or asked.end:
        raise UsageError("give a range, or a window with its commits, not both")
    with pin_plumbing(world.directory) as git:
        first, last = split_range(span)
        start, end = known_start(git, first), known_commit(git, last)
        measured = measure_range(git, start, end, scope_of(world, asked, WindowCredit()))
    told = payload_of(row_values(measured) | path_values(asked))
    return Result(SCHEMA, told, wrap_lines(churn_text(told)), notes=remarks(told))


def every_churn(world: World, asked: ChurnRequest, *, agent: str) -> Result:
    """The churn of every completed window that has none, window by window."""
    book = open_book(world)
    waiting = [w.id for w in fold_book(book, READ).windows if w.finalised and not w.churn]
    told: list[dict[str, Any]] = []
    texts, notes = [], []
    for window in waiting:
        done = window_churn(world, replace(asked, window=window), agent=agent)
        told += done.payload["rows"]
        texts.append(f"{window}\n{done.text(Screen()).removesuffix(NEXT).rstrip()}")
        notes += [note for note in done.notes if note not in notes]
    none = "every completed window has its churn measured"
    text = "\n".join([*(texts or [none]), NEXT])
    return Result(SCHEMA, {"windows": waiting, "rows": told}, wrap_lines(text), notes=notes)


def window_churn(world: World, asked: ChurnRequest, *, agent: str) -> Result:
    """A churn row for each provider of a window; a range that is not there is a skip row."""
    told, notes = record_churn(open_book(world), asked, agent=agent)
    text = recorded_text(told)
    return Result(SCHEMA, {**told[0], "rows": told}, wrap_lines(text, NEXT), notes=notes)
