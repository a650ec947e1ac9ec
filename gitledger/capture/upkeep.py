"""Everything that is due and needs no judgement, done once: what `catch-up` does.

Each step is a row with a natural key, worked out anew from what is on the branch and what this
machine saw: killed anywhere and run again, or run by several at once, it leaves the same rows.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from gitledger.book.book import Book
from gitledger.book.drain import drain
from gitledger.book.finalisation_row import (
    anomaly_drafts,
    automatic_row,
    automatic_values,
    record_finalisation,
)
from gitledger.book.local_windows import begun_here
from gitledger.book.window_churn import ChurnRequest, record_churn
from gitledger.book.windows import LedgerWindows, fold_book
from gitledger.capture.account_readings import record_due_trace
from gitledger.capture.sessions import Heard, record_sessions
from gitledger.errors import GitledgerError, with_noun
from gitledger.git.branch.lock import naming
from gitledger.ledger.automatic import AUTOMATIC
from gitledger.ledger.row import Row
from gitledger.report.figures import count_text
from gitledger.windows.audit.checks import anomalies_of
from gitledger.windows.audit.facts import neighbours_of
from gitledger.windows.due import (
    AFTER_READING,
    CHURN,
    COMPLETION,
    FINAL_CHURN,
    Due,
    due,
    goes_beyond,
)
from gitledger.windows.window import Window

WOULD_HEAR = "would record what its sessions and meters say"
COMPLETED, CHURN_IS_FINAL = "completed", "churn is final"
COMPLETED_ANEW = f"{COMPLETED} anew, since its session went on"
DRAIN_SECONDS = 5.0  # for another that records at this moment; then the run is unfinished
WORDS = {
    COMPLETION: "be completed",
    CHURN: "have its churn measured",
    FINAL_CHURN: "have its final churn measured",
}


def in_no_hurry() -> bool:
    """Somebody waits for the end of it."""
    return False


class _Busy(Exception):
    """Another process records commits and has not ended: what follows from them must wait."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done, what waits until when, and what needs a person, as (window, sentence).

    `changed` are windows that got a row; `elsewhere` how many windows of other clones have
    something due; `unfinished` says that time ran out: the next run goes on.
    """

    done: tuple[tuple[str, str], ...] = ()
    waits: tuple[Due, ...] = ()
    person: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()
    elsewhere: int = 0
    unfinished: bool = False


@dataclass(slots=True)
class _Log:
    """What a run did so far; guards that a step which fails stops no other."""

    done: list[tuple[str, str]] = field(default_factory=list)
    person: list[tuple[str, str]] = field(default_factory=list)

    def try_to(self, window: str, step: Callable[[], str]) -> None:
        """Do a step; a refusal is for a person to see, and holds up nothing else."""
        try:
            said = step()
        except GitledgerError as error:
            hint = f" ({error.hint})" if error.hint else ""
            self.person.append((window, f"{error.what}{hint}"))
        else:
            self.done += [(window, said)] if said else []


def catch_up(
    book: Book, *, every: bool = False, dry: bool = False, is_late: Callable[[], bool] = in_no_hurry
) -> Upkeep:
    """Do what is due in this clone, or with `every` of all windows; `dry` only says it.

    `is_late` is asked before each step: a run that nobody waits for gives up and goes on next time.
    """
    log = _Log()
    try:
        ended = _heard(book, log, dry=dry)
    except _Busy:  # another run does the same at this moment
        return Upkeep(unfinished=True)
    asked = None if every else begun_here(book.repository)
    tried: set[tuple[str, str]] = set()
    late = False
    while not late and (steps := _steps(book, asked, tried)):
        for entry in steps:
            late = is_late()
            if late:
                break
            tried.add((entry.what, entry.window))
            log.try_to(entry.window, partial(_would if dry else _do, book, entry))
    if not (dry or late):
        _note_anomalies(book, log, asked)
    if not late:
        log.try_to("", partial(_trace_days, book, dry=dry))
    return _told(book, log, (asked, ended), unfinished=late)


def ready(book: Book) -> tuple[str, ...]:
    """The windows begun here that have ended since, whatever noticed it: they may be completed.

    What sessions said and readings that came meanwhile are recorded first.
    """
    try:
        _heard(book, _Log())
    except _Busy:
        return ()
    return tuple(
        entry.window
        for entry in _steps(book, begun_here(book.repository), ())
        if entry.what == COMPLETION
    )


def _steps(
    book: Book, asked: frozenset[str] | None, tried: Collection[tuple[str, str]]
) -> list[Due]:
    """What may be done now and was not tried: a completion makes its churn due."""
    folded = fold_book(book)
    now = book.world.now
    return [
        entry
        for entry in due(folded.windows, folded.terms.thresholds, now, here=asked)
        if entry.is_due(now) and entry.what in WORDS and (entry.what, entry.window) not in tried
    ]


def _note_anomalies(book: Book, log: _Log, asked: frozenset[str] | None) -> None:
    """Record what leaves completed windows in doubt and is not on record yet."""
    folded = fold_book(book)
    neighbours = neighbours_of(folded.windows)
    found = [
        anomaly
        for window in folded.windows
        if window.finalised and (asked is None or window.id in asked)
        for anomaly in anomalies_of(window, neighbours, terms=folded.terms)
    ]
    drafts = anomaly_drafts(book, found, AUTOMATIC)
    if drafts:
        done = [item for item in book.record(drafts) if not item.already]
        log.done += (
            [("", f"recorded {count_text(len(done), 'anomaly', 'anomalies')}")] if done else []
        )


def _trace_days(book: Book, *, dry: bool) -> str:
    """Record the days of this machine's trace that are over; the same rows in every clone."""
    days = record_due_trace(book, dry=dry)
    if not days:
        return ""
    return f"{'would record' if dry else 'recorded'} {count_text(days, 'day')} of meter readings"


def _heard(book: Book, log: _Log, *, dry: bool = False) -> tuple[str, ...]:
    """What hooks of git and of agents left; the windows that changed by it."""
    heard = Heard()
    try:
        heard = record_sessions(book, dry=dry)
    except GitledgerError as error:
        log.person.append(("", f"{error.what} ({error.hint})"))
    if dry:
        ended = f"{WOULD_HEAR}, and complete it where no reading is awaited"
        log.done += [(w, ended if w in heard.ended else WOULD_HEAR) for w in heard.changed]
        return ()
    commits = _drained(book)
    if commits is None:
        raise _Busy
    if commits:
        log.done.append(("", f"recorded {with_noun(commits, 'commit')} from hooks"))
    log.done += [(window, "recorded what its sessions said") for window in heard.changed]
    return heard.changed


def _drained(book: Book) -> int | None:
    """How many commits that hooks left were recorded; None while another process is at it.

    It is waited for, since a window is completed with its commits, and may have looked before ours
    were there.
    """
    done = drain(book, patience=DRAIN_SECONDS) or drain(book, patience=DRAIN_SECONDS)
    book.renew()
    return None if done is None else len(done.commits)


def _do(book: Book, entry: Due) -> str:
    """One step; what it did, in words."""
    window = fold_book(book).named(entry.window)
    if entry.what == COMPLETION:
        return _complete(book, window) if window.finalised is None else _complete_again(book, entry)
    rows, _ = record_churn(book, ChurnRequest(window=window.id), by=AUTOMATIC)
    shown = ", ".join(dict.fromkeys(str(row.get("decision")) for row in rows))
    return f"{CHURN_IS_FINAL if entry.what == FINAL_CHURN else 'churn recorded'}: {shown}"


def _would(book: Book, entry: Due) -> str:
    """The same step without doing it, and what would follow from it."""
    window = fold_book(book).named(entry.window)
    if entry.what != COMPLETION:
        return f"would {WORDS[entry.what]}"
    values = automatic_values(book, window)
    counts = [int(one["features"]) for one in values["features"]]
    told = with_noun(sum(counts), "feature") if counts else "features unknown"
    then = "" if window.churn else "; then its churn would be measured"
    return f"would be completed: {told}, {values.get('outcome') or 'outcome not known'}{then}"


def _complete(book: Book, window: Window, before: Row | None = None) -> str:
    """A window completed, or completed anew; what it delivered, in words."""
    done = record_finalisation(book, automatic_values(book, window), before=before)
    final = done.window.finalised
    features = final.canonical.features if final and final.canonical.delivered else None
    told = "features unknown" if features is None else with_noun(features, "feature")
    outcome = (final.canonical.outcome if final else "") or "outcome not known"
    return f"{COMPLETED if before is None else COMPLETED_ANEW}: {told}, {outcome}"


def _complete_again(book: Book, entry: Due) -> str:
    """What a session that went on added. A row is replaced once, also by two at once."""
    with naming(book.repository):
        book.renew()
        window = fold_book(book).named(entry.window)
        before = automatic_row(book, window)
        return _complete(book, window, before) if before and goes_beyond(window) else ""


def _told(
    book: Book, log: _Log, known: tuple[frozenset[str] | None, tuple[str, ...]], *, unfinished: bool
) -> Upkeep:
    """The whole of a run: what is left, whose it is, and what needs a person."""
    asked, ended = known
    folded = fold_book(book)
    limits, now = folded.terms.thresholds, book.world.now
    left = due(folded.windows, limits, now, here=asked)
    others = due(folded.windows, limits, now) if asked is not None else ()
    ids = asked or frozenset()
    far = {e.window for e in others if e.is_due(now) and e.window not in ids}
    person = [(e.window, e.command) for e in left if e.command.startswith("gitledger")]
    changed = dict.fromkeys([*ended, *(window for window, _ in log.done if window)])
    return Upkeep(
        tuple(log.done),
        tuple(e for e in left if e.at is not None and not e.command and _waits(e, now)),
        (*log.person, *person, *_unsaid(folded, asked)),
        tuple(changed),
        len({*far}),
        unfinished,
    )


def _waits(entry: Due, now: datetime) -> bool:
    """Whether nothing can be done for now: its time has not come, or no reading has."""
    return entry.what == AFTER_READING or (entry.at is not None and entry.at > now)


def _unsaid(folded: LedgerWindows, asked: frozenset[str] | None) -> Iterator[tuple[str, str]]:
    """What only a person knows of windows that completed themselves: how good they were."""
    for window in folded.windows:
        final = window.final
        if final is None or not final.automatic or (asked is not None and window.id not in asked):
            continue
        if not final.outcome:
            yield window.id, f"gitledger complete --window {window.id} --outcome pass --quality Q"
