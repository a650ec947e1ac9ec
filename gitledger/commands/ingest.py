"""`ingest`: any source into a window: meters as a snapshot, counters as usage, logs as events."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gitledger.book.book import Book
from gitledger.book.case import rules_of
from gitledger.book.once import ROWS_PER_COMMIT
from gitledger.book.opening import open_book
from gitledger.book.references import planned_window
from gitledger.book.strange_events import strange_kinds
from gitledger.book.windows import LedgerWindows, fold_book, only_open_window
from gitledger.book.world import World
from gitledger.capture.pane import origin_of, show_pane, values_of
from gitledger.capture.snapshot import (
    CaptureOptions,
    ReadingPlace,
    account_of,
    capture_payload,
    worked_by_then,
)
from gitledger.capture.source import Given, provider_of
from gitledger.capture.usage import event_rows, usage_rows
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import Problem
from gitledger.git.branch.draft import Draft, Receipt
from gitledger.ledger.values import stamp
from gitledger.measure.telemetry import ProxyEvent
from gitledger.meters.problems import doubt
from gitledger.meters.reading import Parsed, problem_to_map
from gitledger.report.capture_text import capture_lines, origin_lines
from gitledger.report.row_text import counted_lines, stood_already
from gitledger.windows.window import AFTER, BEFORE, Window

PLACED = ("window", "provider")


def ingest(world: World, source: str, options: CaptureOptions, *, phase: str = "") -> Result:
    """Record what a source says for a window; which ledger it goes to follows from the source.

    The window is the one named, else the only one the agent has open. A snapshot without a phase
    is the BEFORE unless the provider has one there. Raises NoMeter, NoOpenWindow, UsageError.
    """
    provider = provider_of(source)
    book = open_book(world)
    folded = fold_book(book, ("snapshots", "windows", "commits"))
    agent = options.agent or world.agent
    window = only_open_window(folded, agent, options.window)
    shown = show_pane(world, source, options, repository=book.repository)
    given, parsed = shown.given, shown.parsed
    if parsed.usage or parsed.events:
        parsed = with_unknown_kinds(parsed, rules_of(book).healthy)
        envelope = {"window": window, "captured_at": stamp(shown.captured_at)}
        if source == "glm":  # ccusage counts whatever model ran: the operator says whose it was
            envelope["provider"] = provider
        drafts = counted_drafts(book, parsed, given, envelope)
        odd = planned_window(book, window)
        return _counted(book, drafts, parsed, agent=agent, window=window, notes=odd)
    account = account_of(book, provider, options.account)
    place = ReadingPlace(
        window, provider, account, phase or _phase(folded, window, provider, account)
    )
    values = values_of(book, place, shown, options)
    if place.phase == AFTER:
        values |= worked_by_then(book, folded, window)
    recorded = book.append("snapshots", values, agent=agent)
    payload = capture_payload(book, recorded, _lonely(folded, place))
    payload["origin"] = origin_of(given, world.now)
    text = [*capture_lines(payload), *origin_lines(payload["origin"])]
    return Result("gitledger.ingest/1", payload, wrap_lines(*text))


def _phase(folded: LedgerWindows, window: str, provider: str, account: str) -> str:
    known = next((w for w in folded.windows if w.id == window), Window(window))
    return AFTER if known.capture(provider, account, BEFORE) else BEFORE


def _lonely(folded: LedgerWindows, place: ReadingPlace) -> list[Problem]:
    """A warning for an AFTER that has no BEFORE."""
    if (
        place.phase == BEFORE
        or _phase(folded, place.window, place.provider, place.account) == AFTER
    ):
        return []
    what = f"{place.window} has no {place.provider} reading before the work"
    hint = f"gitledger override {place.provider} --window {place.window} --phase before --set 5h=N"
    return [Problem(place.window, what, hint, "missing-before", "warning")]


def counted_drafts(
    book: Book, parsed: Parsed, given: Given, envelope: Mapping[str, Any]
) -> list[Draft]:
    """Drafts for the usage or telemetry ledger; the same report or event again is the same row."""
    head = {"source": parsed.source, "provider": provider_of(parsed.source), **envelope}
    usage = usage_rows(parsed.usage, given.text, head) if parsed.usage else []
    events = event_rows(parsed.events, envelope["window"])
    rows = [("usage", row) for row in usage] + [("telemetry", row) for row in events]
    return [book.draft(ledger, book.held(ledger, row)) for ledger, row in rows]


def with_unknown_kinds(parsed: Parsed, healthy: Sequence[str]) -> Parsed:
    """The same with a warning that names the events of a kind nobody knows, with their counts."""
    events = [ProxyEvent(event=event.event, status=event.status) for event in parsed.events]
    found = strange_kinds(events, healthy)
    return replace(parsed, problems=(*parsed.problems, *found)) if found else parsed


def _counted(
    book: Book,
    drafts: Sequence[Draft],
    parsed: Parsed,
    *,
    agent: str,
    window: str,
    notes: Sequence[str],
) -> Result:
    done = book.record(drafts, agent=agent, rows_per_commit=ROWS_PER_COMMIT)
    fresh = [item.row.id for item in done if not item.already]
    ledger = drafts[0].ledger
    held = held_elsewhere(book, drafts, done)
    payload = {
        "ledger": ledger,
        "window": window,
        "source": parsed.source,
        "row": done[0].row.id,
        "already": not fresh,
        "rows": fresh,
        "recorded": len(fresh),
        "passed_over": len(done) - len(fresh),
        "problems": [problem_to_map(problem) for problem in (*parsed.problems, *held)],
    }
    told = counted_lines(payload, (*parsed.problems, *held))
    return Result("gitledger.ingest/1", payload, wrap_lines(*told), notes=tuple(notes))


def held_elsewhere(
    book: Book, drafts: Sequence[Draft], done: Sequence[Receipt]
) -> tuple[Problem, ...]:
    """A warning for each other window and provider that reports recorded already stand under.

    A report is one fact whatever window it is given for; a ledger whose usage was defined by
    0.1.0 cannot tell whose it is either.
    """
    pairs = [(d, r.row.id) for d, r in zip(drafts, done, strict=True) if r.already]
    rows = {r.id: r for r in book.rows(drafts[0].ledger)} if pairs else {}
    places: dict[tuple[str, str], list[str]] = {}
    for draft, row_id in pairs:
        held = rows[row_id].values if row_id in rows else draft.values
        other = [name for name in PLACED if held.get(name) != draft.values.get(name)]
        if other:
            told = " of ".join(str(held[name]) for name in PLACED if name in held)
            fix = " ".join(f"{name}={draft.values.get(name, '')}" for name in other)
            places.setdefault((told, fix), []).append(row_id)
    return tuple(
        doubt(
            "held-elsewhere",
            f"{stood_already(len(ids), 'row')} for {told}, the first {ids[0]}",
            hint=f"where that is wrong: gitledger amend {ids[0]} {fix} -m WHY",
        )
        for (told, fix), ids in places.items()
    )
