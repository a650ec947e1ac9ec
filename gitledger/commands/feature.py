"""`feature reserve|deliver|list`: what a window is to build, and what it delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from gitledger.book.book import Book
from gitledger.book.once import contradictions, record_fact, stated_fields
from gitledger.book.opening import open_book
from gitledger.book.references import capability_notes, known_window, named_commit, planned_window
from gitledger.book.world import World
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import InvalidData, UsageError
from gitledger.ledger.row import Row
from gitledger.report.row_text import features_line, no_rows, recorded_line, table_lines
from gitledger.windows.capabilities import names, refused_range
from gitledger.windows.snapshot import text_of

SCHEMA = "gitledger.feature/1"
SHOWN = ("window", "state", "capability", "provider", "description", "scenario")
NEXT = "next: gitledger status"
RESERVED = "reserved"


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a window; empty fields are unknown."""

    window: str
    capability: str
    description: str = ""
    provider: str = ""
    commit: str = ""
    feature_file: str = ""
    scenario: str = ""


def features_put(
    world: World, added: Feature, capabilities: Sequence[str], state: str, *, agent: str = ""
) -> Result:
    """Reserve features for a window, or record them delivered: all of them or none.

    `capabilities` take the place of `added`'s, ranges of them spelled out. A window to come may be
    reserved for; what is delivered names one that is there. Raises UsageError also for a range that
    is none, UnknownWindow, UnknownRevision, InvalidData where some were recorded otherwise before.
    """
    wrong = [(text, why) for text in capabilities if (why := refused_range(text))]
    if wrong or not capabilities:
        what = f"{wrong[0][0]} {wrong[0][1]}" if wrong else "which capability?"
        raise UsageError(what, "gitledger feature reserve -w W0-01 CAP-01..CAP-03")
    many = names(capabilities)
    book = open_book(world)
    notes = (planned_window if state == RESERVED else known_window)(book, added.window)
    known_rows = book.rows_if_any("features")
    for name in many:
        notes += capability_notes(book, name)
        notes += elsewhere(name, added.window, known_rows) if state == RESERVED else []
    shared = {"date": world.now.date().isoformat(), "state": state}
    if added.commit:
        added = replace(added, commit=named_commit(book, added.commit))
    facts = [shared | stated_fields(asdict(replace(added, capability=name))) for name in many]
    if len(many) == 1:
        payload = record_fact(book, "features", facts[0], agent=agent)
        told = recorded_line("features", payload)
    else:
        rows = recorded_together(book, facts, many, agent)
        payload = {"window": added.window, "state": state, "rows": rows}
        told = features_line(payload, sum(not row["already"] for row in rows))
    return Result(SCHEMA, payload, wrap_lines(told, NEXT), notes=tuple(notes))


def recorded_together(
    book: Book, facts: Sequence[Mapping[str, object]], many: Sequence[str], agent: str
) -> list[dict[str, object]]:
    """The rows of several features, recorded by one call. Raises InvalidData."""
    drafts = book.drafts("features", facts, many)
    done = book.record(drafts, agent=agent)
    problems = contradictions(book, drafts, done, many)
    if problems:
        raise InvalidData("some were recorded otherwise before", problems=problems)
    return [
        {"row": one.row.id, "already": one.already, "capability": name}
        for name, one in zip(many, done, strict=True)
    ]


def elsewhere(capability: str, window: str, rows: Sequence[Row]) -> list[str]:
    """A note when another window holds a reservation that was not delivered."""
    same = [row for row in rows if text_of(row.values, "capability") == capability]
    done = {text_of(r.values, "window") for r in same if text_of(r.values, "state") == "delivered"}
    held = {text_of(r.values, "window") for r in same if text_of(r.values, "state") == RESERVED}
    open_in = sorted(held - done - {window})
    return [f"{capability} is reserved for {', '.join(open_in)} too"] if open_in else []


def feature_list(world: World, window: str = "") -> Result:
    """Features reserved and delivered, of one window or all."""
    rows = open_book(world).rows_if_any("features")
    chosen = [row for row in rows if not window or text_of(row.values, "window") == window]
    payload = {"rows": [{"row": row.id, **row.values} for row in chosen]}
    told = table_lines(payload["rows"], SHOWN) if chosen else none_of(window, others=bool(rows))
    return Result(SCHEMA, payload, wrap_lines(*told))


def none_of(window: str, *, others: bool) -> list[str]:
    """No feature is there, or none of one window while `others` have some."""
    return no_rows("features", window=window, others="gitledger feature list" if others else "")
