"""The churn of a window as rows, one for each provider: measured and recorded, by whomever.

`churn` does it for a person, `catch-up` for nobody: an automatic row says at which stage it was
made, and is one fact for all clones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.book import Book
from gitledger.book.churn import ChurnScope, measure
from gitledger.book.churn_row import payload_of, printable, row_values, six_decimals
from gitledger.book.commits import Known, known_of
from gitledger.book.corrections import recorded_anew
from gitledger.book.credit_row import shared_values
from gitledger.book.opening import open_book
from gitledger.book.window_range import WindowCredit, branch_of, stated_range, window_range
from gitledger.book.windows import fold_book, window_to_measure
from gitledger.book.world import World
from gitledger.decision.card import bare
from gitledger.errors import NotInitialised
from gitledger.git.branch.draft import Draft, Receipt
from gitledger.git.code.ranges import commit_id, start_id
from gitledger.git.plumbing import Plumbing, pin_plumbing
from gitledger.ledger.automatic import AUTOMATIC, BY, TYPED
from gitledger.ledger.codec import decode_json, encode_json
from gitledger.ledger.row import map_of, without_unknown
from gitledger.lines.shares import ratio
from gitledger.windows.window import Window

OLDER = "note: this ledger's churn has fewer columns than are known now: gitledger doctor --fix"
READ = ("snapshots", "windows", "commits", "churn")
OPEN, FINAL = "open", "final"


@dataclass(frozen=True, slots=True)
class ChurnRequest:
    """What the user named; what is empty is found out."""

    window: str = ""
    provider: str = ""
    methodology: str = ""
    start: str = ""
    end: str = ""
    paths: tuple[str, ...] = ()
    follow: str = ""
    notes: str = ""
    every: bool = False


def record_churn(
    book: Book, asked: ChurnRequest, *, agent: str = "", by: str = TYPED
) -> tuple[list[dict[str, Any]], list[str]]:
    """A churn row for each provider of a window, as JSON, and notes on it.

    A range that is not there is a skip row. Raises UnknownWindow, UnknownRevision,
    HistoryIncomplete.
    """
    windows = fold_book(book, READ).windows
    whose = agent or book.world.agent
    window, odd = window_to_measure(book, windows, whose, asked.window)
    with pin_plumbing(book.world.directory) as git:
        recorded = known_of(book)
        found = range_of(git, window, asked, recorded)
        shared = values_of(git, book, asked, (found, recorded))
    rows, notes = [], [*odd, *warnings(window.id, shared), *remarks(shared)]
    for provider, features in providers_of(window, asked):
        values = {
            "date": book.world.now.date().isoformat(),
            "window": window.id,
            "provider": provider or None,
            "methodology": asked.methodology or methodology_of(window) or None,
            **shared,
            **path_values(asked),
            **feature_values(shared, features),
            **({BY: AUTOMATIC, "stage": stage_of(shared)} if by == AUTOMATIC else {}),
            "notes": "; ".join(filter(None, (asked.notes, found.notes, shared.get("notes"))))
            or None,
        }
        known = without_unknown(values)
        rows.append(book.held("churn", known))
        if len(rows[-1]) < len(known) and OLDER not in notes:
            notes.append(OLDER)
    drafts = [book.draft("churn", values) for values in rows]
    done = book.record(drafts, agent=agent)
    pairs = zip(drafts, done, strict=True)
    return [record_measure(book, *pair, agent, by=by) for pair in pairs], notes


def stage_of(values: Mapping[str, Any]) -> str:
    """Whether a measure can still change: the days after the work are not over."""
    state = map_of(values, "survival").get("state")
    return OPEN if state in {"open", "unlanded"} or "survival" not in values else FINAL


def record_measure(
    book: Book, draft: Draft, done: Receipt, agent: str, *, by: str = TYPED
) -> dict[str, Any]:
    """One measure on record; what is told is what its row holds.

    The same measure again is the row that stands. Another one under the same key (ledgers of
    0.1.0 have no horizon in it) replaces that row; an automatic one never does.
    """
    row = book.stored(done)
    same = by == AUTOMATIC or figures_of(row.values) == figures_of(draft.values)
    already = done.already and same
    if done.already and not already:
        row = recorded_anew(book, row, draft.values, "measured again", agent)
    told: Any = bare(row.values)  # without `Decimal` and frozen lists
    return {"row": row.id, "already": already, **payload_of(told)}


def figures_of(values: Mapping[str, Any]) -> Any:
    """What a measure says, without the moment it was made: equal for the same measure."""
    inner = map_of(values, "survival")
    kept = {name: value for name, value in values.items() if name not in {"survival", "notes"}}
    said = [kept, {name: value for name, value in inner.items() if name != "now"}]
    return decode_json(encode_json(said))  # as a row holds it, whoever made the values


def values_of(
    git: Plumbing, book: Book, asked: ChurnRequest, credited: tuple[WindowCredit, Known]
) -> dict[str, Any]:
    """The columns that all providers of a window share."""
    found, recorded = credited
    if found.credit is None:
        return without_unknown(
            {
                "decision": found.decision,
                "reason": found.reason,
                "commit_start": found.start or None,
                "commit_end": found.end or None,
            }
        )
    scope = scope_of(book.world, asked, found, book)
    measured = measure(git, found.credit, scope)
    values = row_values(measured)
    if twice := shared_values(measured, recorded.windows):
        values["shared"] = twice
    if found.unlanded and values["decision"] == "unlanded":
        values["reason"] = found.unlanded
    return values


def feature_values(shared: Mapping[str, Any], features: float | None) -> dict[str, Any]:
    """Features and the lines per feature of one provider, where the range was measured.

    Net lines are insertions less deletions between the end points; touched ones are insertions and
    deletions over the commits.
    """
    if "net" not in shared:
        return without_unknown({"features": features})
    touched = shared["gross_insertions"] + shared["gross_deletions"]
    return without_unknown(
        {
            "features": features,
            "normalized_churn": six_decimals(ratio(shared["net"], features or 0)),
            "touched_per_feature": six_decimals(ratio(touched, features or 0)),
        }
    )


def remarks(values: Mapping[str, Any]) -> Sequence[str]:
    """What a person should know of a range that was measured: files that left what counts."""
    return (f"note: {values['notes']}",) if values.get("notes") else ()


def warnings(window: str, shared: Mapping[str, Any]) -> Sequence[str]:
    """What a person should know of a range that was not measured."""
    if shared["decision"] in {"measured", "empty-range"}:
        return ()
    if shared["decision"] == "unlanded":
        return (f"warning: {window}: no followed branch holds the range; churn stays unknown",)
    return (f"warning: {window}: {shared['reason']}; a skip was recorded",)


def scope_of(
    world: World, asked: ChurnRequest, found: WindowCredit, book: Book | None = None
) -> ChurnScope:
    """What to count, by the options and the ledger's configuration (when there is one)."""
    if book is None:
        try:
            book = open_book(world)
        except NotInitialised:  # a range can be measured in any repository
            book = None
    config = book.config if book else {}
    return ChurnScope(
        now=int(world.now.timestamp()),
        paths=asked.paths,
        patterns=tuple(str(pattern) for pattern in config.get("exclude") or ()),
        follow=asked.follow,
        worked_on=found.worked_on,
        rewrites=Known(book.rows_if_any("rewrites")).renamed if book else {},
        progress=world.progress,
    )


def providers_of(window: Window, asked: ChurnRequest) -> list[tuple[str, float | None]]:
    """The providers of a window with their features; None is unknown."""
    features: dict[str, float | None] = {holder[0]: None for holder in window.holders}
    for part in window.finalised.canonical.delivered if window.finalised else ():
        features[part.provider] = (features.get(part.provider) or 0) + part.features
    if asked.provider:
        return [(asked.provider, features.get(asked.provider))]
    return list(features.items()) or [("", None)]


def methodology_of(window: Window) -> str:
    """The methodology stated when the window was finished."""
    return window.finalised.canonical.methodology if window.finalised else ""


def range_of(git: Plumbing, window: Window, asked: ChurnRequest, known: Known) -> WindowCredit:
    """The range of a window: typed ends win over what is recorded."""
    if asked.start and asked.end:
        return typed_range(git, asked.start, asked.end, branch_of(window))
    found = window_range(git, window, known)
    if not asked.start and not asked.end:
        return found
    ends = (asked.start or found.start, asked.end or found.end or "HEAD")
    return typed_range(git, *ends, found.worked_on)


def typed_range(git: Plumbing, start: str, end: str, worked_on: str) -> WindowCredit:
    """A range as typed; a side that is missing or names no commit makes it a skip."""
    if not start:
        return WindowCredit(reason="no start of the commit range was given")
    ids = {start: start_id(git, start), end: commit_id(git, end)}
    missing = [printable(side) for side, sha in ids.items() if sha is None]
    first, last = ids[start] or "", ids[end] or ""
    if missing:
        why = f"{' and '.join(missing)} {'name' if missing[1:] else 'names'} no commit here"
        return WindowCredit(start=first, end=last, reason=why)
    return stated_range(git, first, last, worked_on)


def path_values(asked: ChurnRequest) -> dict[str, Any]:
    """The column that says which paths were asked for."""
    return {"paths": [printable(path) for path in asked.paths]} if asked.paths else {}
