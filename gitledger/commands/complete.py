"""`complete`: finalise a window: what it delivered, how well, and what its meters say of it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from gitledger.book.book import Book
from gitledger.book.closing import Closing, churn_due, judged_now, run_due
from gitledger.book.commit_range import commit_range
from gitledger.book.finalisation_row import (
    Completed,
    as_row,
    count_for_row,
    fold_all,
    record_finalisation,
    terms_of,
    usual_methodology,
)
from gitledger.book.opening import open_book
from gitledger.book.stated_twice import refusal
from gitledger.book.windows import window_to_complete
from gitledger.book.world import World
from gitledger.capture.sessions import record_sessions
from gitledger.commands.result import Result, Screen
from gitledger.errors import GitledgerError, UsageError, WindowNotEnded
from gitledger.ledger.automatic import BY, TYPED
from gitledger.ledger.values import stamp
from gitledger.report.complete_text import complete_lines, dry_lines, due_lines, next_line
from gitledger.windows.audit.steps import end_command
from gitledger.windows.features import TYPED as RULE_TYPED
from gitledger.windows.features import delivered_columns
from gitledger.windows.finalisation import Finalisation
from gitledger.windows.payload import delta_map
from gitledger.windows.snapshot import NO_ACCOUNT
from gitledger.windows.statement import (
    COUNTED,
    Completion,
    amend_statement,
    of_accounts_read,
    stated_values,
)
from gitledger.windows.window import AFTER, BEFORE, Window

SCHEMA = "gitledger.complete/1"


@dataclass(frozen=True, slots=True)
class CompleteOptions:
    """Which window, whose, over which commits, and whether it replaces what was stated."""

    window: str = ""
    agent: str = ""
    commit_start: str = ""
    commit_end: str = ""
    amend: bool = False
    reason: str = ""
    without_after: bool = False
    dry_run: bool = False
    record_only: bool = False


def complete(world: World, given: Completion, options: CompleteOptions) -> Result:
    """Record a finalisation and the anomalies that stand then, in one commit.

    Features that nobody states are counted from commits and reservations. The same statement again
    changes nothing; an amended one keeps every fact that is not named; one that the program made
    by itself is replaced. Raises AlreadyFinalised for a different one without `amend` and a
    reason, WindowNotEnded, UsageError with every option that cannot be read, UnknownWindow,
    NoOpenWindow, AmbiguousWindow, UnknownRevision.
    """
    if options.amend and not options.reason.strip():
        raise UsageError("--amend needs a reason", 'say why: --amend -m "counted twice"')
    stated = stated_values(given)
    book = open_book(world)
    if not options.dry_run:
        with suppress(GitledgerError):  # `catch-up` and `doctor` say why; what is there counts
            record_sessions(book)
    agent = options.agent or world.agent
    window = window_to_complete(book, fold_all(book), agent, options.window)
    stated = of_accounts_read(stated, window.holders)
    known = window.final
    if options.dry_run:
        return _dry(book, window, stated, options)
    if known is None and not options.without_after:
        refuse_unended(window)
    values = _values(book, window, stated, options)
    if known and not known.automatic:
        new = as_row(book, values, agent)[1]
        if known.stated == new.stated:
            done = Completed(window, known.row, (), terms_of(book, fold_all(book)), already=True)
            return _finished(book, done, options)
        if not options.amend:
            raise refusal(known, new)
    return _finished(book, record_finalisation(book, values, agent), options)


def _finished(book: Book, done: Completed, options: CompleteOptions) -> Result:
    """What is due besides, done: evidence, churn; then the findings and the card."""
    if options.record_only:
        return _answer(done, Closing())
    agent = options.agent
    runs, notes = run_due(book, done.window, agent)
    rows, more = churn_due(book, done.window, agent)
    due = Closing(tuple(runs), tuple(rows), notes=(*notes, *more))
    now = next(found for found in fold_all(book) if found.id == done.window.id)
    return _answer(replace(done, window=now), judged_now(book, now.id, due))


def _values(
    book: Book, window: Window, stated: Mapping[str, Any], options: CompleteOptions
) -> dict[str, Any]:
    """The columns of the row: what is stated, what it keeps of the row it replaces, the count."""
    known = window.final
    keeps = known is not None and (options.amend or known.automatic)
    before = stated_before(book, known) if keeps else {}
    if known is not None and known.automatic:  # counted anew
        before = {name: value for name, value in before.items() if name not in COUNTED}
    told = dict(stated)
    if options.commit_start or options.commit_end or "commit_end" not in before:
        told |= commit_range(book, window, options.commit_start, options.commit_end)
    if known is None or known.automatic:
        usual = usual_methodology(book, window)
    else:  # the same command again is the same fact, whatever other windows said since
        usual = known.methodology
    told |= {"methodology": usual} if usual and "methodology" not in told else {}
    told = amend_statement(before, told)
    values = {"window": window.id, "finalised_at": stamp(book.world.now), **told}
    values |= book.held("windows", {BY: TYPED})
    if options.reason:
        values["reason"] = options.reason
    if "features" in stated or (options.amend and "features" in before):
        return values
    return {**values, **_features(book, values, window, options)}


def _dry(book: Book, window: Window, stated: Mapping[str, Any], options: CompleteOptions) -> Result:
    """The features that would be recorded, with the commits behind them; nothing is."""
    values: dict[str, Any] = {"window": window.id, "finalised_at": stamp(book.world.now)}
    values |= commit_range(book, window, options.commit_start, options.commit_end)
    if "features" in stated:
        columns: dict[str, Any] = {"features": stated["features"], "feature_rule": RULE_TYPED}
        n: int | None = sum(int(one["features"]) for one in stated["features"])
        why = ""
    else:
        count = count_for_row(book, values, options.agent)
        columns, n, why = delivered_columns(count, window.holders), count.n, count.why
    payload = {"window": window.id, "n": n, "why": why, "dry_run": True, **columns}
    payload = {"feature_rule": None, "counted": [], "left_out": [], **payload}
    return Result(SCHEMA, payload, lambda _screen: "\n".join(dry_lines(payload)))


def _features(
    book: Book, values: Mapping[str, Any], window: Window, options: CompleteOptions
) -> dict[str, Any]:
    """The columns of the features counted. Raises UsageError where they cannot be told."""
    count = count_for_row(book, values, options.agent)
    if count.why:
        hint = "--features codex=3 says it (0 is allowed)"
        raise UsageError(f"how many features did {window.id} deliver? {count.why}", hint)
    columns = delivered_columns(count, window.holders)
    return columns if "feature_rule" in book.schema("windows").by_name else {}


def refuse_unended(window: Window) -> None:
    """Raise WindowNotEnded where a BEFORE has no AFTER: its points could never be told."""
    waiting = [
        _holder(provider, account)
        for provider, account in window.holders
        if window.capture(provider, account, BEFORE)
        and not window.capture(provider, account, AFTER)
    ]
    if waiting:
        provider, _, account = waiting[0].partition("/")
        named = f" --account {account}" if account else ""
        raise WindowNotEnded(
            f"{window.id} has no {', '.join(waiting)} reading after the work; nothing was recorded",
            f"gitledger end {provider} --window {window.id}{named}; "
            "--without-after completes it as it is",
        )


def stated_before(book: Book, known: Finalisation | None) -> Mapping[str, Any]:
    """What the finalisation that counts says, by the columns of its row; empty without one."""
    rows = book.rows("windows") if known else ()
    return next((row.values for row in rows if known and row.id == known.row), {})


def completed_payload(done: Completed) -> dict[str, Any]:
    """What was recorded, as JSON: by provider what it delivered and what that took."""
    window, terms, found = done.window, done.terms, done.anomalies
    providers: dict[str, Any] = {}
    final = window.final
    for entry in final.delivered if final else ():
        meter = terms.capacity_meter(entry.provider)
        delta = window.delta(entry.provider, entry.account, meter)
        told = delta_map(delta) if delta else {"state": "unread"}
        keys = ("before", "after", "delta_pp", "state", "why")
        providers[_holder(entry.provider, entry.account)] = {
            "features": entry.features,
            "meter": meter,
            **{key: told.get(key) for key in keys},
        }
    anomalies = [{"code": f.code, "where": f.where, "what": f.what, "hint": f.hint} for f in found]
    payload: dict[str, Any] = {
        "row": done.row,
        "already": done.already,
        "window": window.id,
        "providers": providers,
    }
    if final:
        payload |= {"commit_start": final.commit_start, "commit_end": final.commit_end}
        payload |= {"feature_rule": final.rule or None, "methodology": final.methodology or None}
        payload |= {"counted": [one._asdict() for one in final.counted]}
        payload |= {"left_out": [one._asdict() for one in final.left_out]}
    return payload | {"anomalies": anomalies, "next": next_of(window)}


def next_of(window: Window) -> str:
    """What to do once a window is completed: what it still lacks, else to look at the figures."""
    for provider, account in window.holders:
        begun = window.capture(provider, account, BEFORE)
        if begun and not window.capture(provider, account, AFTER):
            return end_command(provider, account, window.id)
    return "gitledger preview" if window.churn else f"gitledger churn --window {window.id}"


def _answer(done: Completed, due: Closing) -> Result:
    """The answer: what was recorded, what was due and done, the audit and the card."""
    payload = {**completed_payload(done), **due.payload()}

    def text(screen: Screen) -> str:
        from gitledger.report.card_text import card_text  # noqa: PLC0415  loads rich

        told = [*complete_lines(payload), *due_lines(payload)]
        if due.card:
            card = card_text(due.card, width=screen.width, colour=screen.colour)
            told += ["", card.rstrip("\n"), ""]
        return "\n".join([*told, next_line(payload)])

    return Result(SCHEMA, payload, text, notes=due.notes)


def _holder(provider: str, account: str) -> str:
    return provider if account == NO_ACCOUNT else f"{provider}/{account}"
