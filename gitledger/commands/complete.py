"""`complete`: finalise a window: what it delivered, how well, and what its meters say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gitledger.book.book import Book
from gitledger.book.commit_range import commit_range
from gitledger.book.finalisation_row import (
    Completed,
    as_row,
    counted,
    fold_all,
    record_finalisation,
    terms_of,
    usual_methodology,
)
from gitledger.book.opening import open_book
from gitledger.book.windows import window_to_complete
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import (
    AlreadyFinalised,
    Problem,
    UsageError,
    WindowNotEnded,
    numbered,
)
from gitledger.ledger.automatic import BY, TYPED
from gitledger.ledger.values import stamp
from gitledger.windows.audit.steps import end_command
from gitledger.windows.features import delivered_columns
from gitledger.windows.finalisation import Finalisation
from gitledger.windows.payload import delta_map
from gitledger.windows.snapshot import NO_ACCOUNT
from gitledger.windows.statement import (
    COUNTED,
    Completion,
    amended,
    of_accounts_read,
    stated_values,
)
from gitledger.windows.window import AFTER, BEFORE, Window


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
    agent = options.agent or world.agent
    window = window_to_complete(book, fold_all(book), agent, options.window)
    stated = of_accounts_read(stated, window.holders)
    known = window.finalised.canonical if window.finalised else None
    if known is None and not options.without_after:
        refuse_unended(window)
    values = _values(book, window, stated, options)
    if known and not known.automatic:
        new = as_row(book, values, agent)[1]
        if known.stated == new.stated:
            done = Completed(window, known.row, (), terms_of(book, fold_all(book)), already=True)
            return _answer(done)
        if not options.amend:
            raise refusal(known, new)
    return _answer(record_finalisation(book, values, agent))


def _values(
    book: Book, window: Window, stated: Mapping[str, Any], options: CompleteOptions
) -> dict[str, Any]:
    """The columns of the row: what is stated, what it keeps of the row it replaces, the count."""
    known = window.finalised.canonical if window.finalised else None
    keeps = known is not None and (options.amend or known.automatic)
    before = stated_before(book, known) if keeps else {}
    if known is not None and known.automatic:  # counted anew
        before = {name: value for name, value in before.items() if name not in COUNTED}
    told = dict(stated)
    if options.commit_start or options.commit_end or "commit_end" not in before:
        told |= commit_range(book, window, options.commit_start, options.commit_end)
    if known is None or known.automatic:
        usual = usual_methodology(book, window)
        told |= {"methodology": usual} if usual and "methodology" not in told else {}
    told = amended(before, told)
    values = {"window": window.id, "finalised_at": stamp(book.world.now), **told}
    values |= book.held("windows", {BY: TYPED})
    if options.reason:
        values["reason"] = options.reason
    if "features" in stated or (options.amend and "features" in before):
        return values
    return {**values, **_features(book, values, window, options)}


def _features(
    book: Book, values: Mapping[str, Any], window: Window, options: CompleteOptions
) -> dict[str, Any]:
    """The columns of the features counted. Raises UsageError where they cannot be told."""
    count = counted(book, values, options.agent)
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


def refusal(known: Finalisation, new: Finalisation) -> AlreadyFinalised:
    """The refusal of a second, different statement, with what differs."""
    names = (
        *("quality", "outcome", "cls", "impf", "minutes", "methodology", "spec_id", "spec_version"),
        *("commit_start", "commit_end"),
    )
    pairs = [("features", _counts(known), _counts(new))]
    pairs += [(name, getattr(known, name), getattr(new, name)) for name in names]
    pairs += [("impf by category", _minutes(known.impf_parts), _minutes(new.impf_parts))]
    pairs += [("minutes by category", _minutes(known.minutes_parts), _minutes(new.minutes_parts))]
    problems = [
        Problem(name, f"was {_word(old)}, is now {_word(fresh)}", code="conflicting-finalise")
        for name, old, fresh in pairs
        if old != fresh
    ]
    return AlreadyFinalised(
        f"{known.window} was already completed with different values (row {known.row})",
        'to replace it: --amend -m "why"',
        problems,
    )


def _counts(entry: Finalisation) -> str:
    counted = sorted((d.provider, d.account, d.features) for d in entry.delivered)
    return " ".join(f"{_holder(provider, account)}={n}" for provider, account, n in counted)


def _minutes(parts: Sequence[tuple[str, Decimal]]) -> str:
    return " ".join(f"{name}={minutes}" for name, minutes in parts)


def _word(value: object) -> str:
    return "not stated" if value in {None, ""} else str(value)


def _answer(done: Completed) -> Result:
    window, terms, found = done.window, done.terms, done.anomalies
    providers = {}
    final = window.finalised.canonical if window.finalised else None
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
    payload = {
        "row": done.row,
        "already": done.already,
        "window": window.id,
        "providers": providers,
    }
    if final:
        payload |= {"commit_start": final.commit_start, "commit_end": final.commit_end}
    payload |= {"anomalies": anomalies, "next": next_of(window)}
    return Result("gitledger.complete/1", payload, lines(*_text(payload)))


def next_of(window: Window) -> str:
    """What to do once a window is completed: what it still lacks, else to look at the figures."""
    for provider, account in window.holders:
        begun = window.capture(provider, account, BEFORE)
        if begun and not window.capture(provider, account, AFTER):
            return end_command(provider, account, window.id)
    return "gitledger preview" if window.churn else f"gitledger churn --window {window.id}"


def _text(payload: Mapping[str, Any]) -> list[str]:
    done = "is already completed with these values, row" if payload["already"] else "completed, row"
    told = [f"{payload['window']} {done} {payload['row']}"]
    for holder, part in payload["providers"].items():
        amount = "capacity unknown" if part["delta_pp"] is None else f"{part['delta_pp']} pp"
        why = f": {part['why']}" if part["why"] else ""
        state = f"({part['state']}{why})"
        counted = numbered(part["features"], "feature")
        told.append(f"  {holder}: {counted}, {part['meter']} {amount} {state}")
    if payload.get("commit_end"):
        told.append(f"  commits {payload['commit_start'][:12]}..{payload['commit_end'][:12]}")
    told += [f"  anomaly {a['code']} at {a['where']}: {a['what']}" for a in payload["anomalies"]]
    return [*told, f"next: {payload['next']}"]


def _holder(provider: str, account: str) -> str:
    return provider if account == NO_ACCOUNT else f"{provider}/{account}"
