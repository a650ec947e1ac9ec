"""`feature reserve|deliver|list`: what a window is to build, and what it delivered."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

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


def feature_put(world: World, added: Feature, state: str, *, agent: str = "") -> Result:
    """Reserve a feature for a window, or record it delivered.

    A window to come may be reserved for; what is delivered names one that is there. Raises
    UsageError, UnknownWindow, UnknownRevision.
    """
    book = open_book(world)
    named = planned_window if state == RESERVED else known_window
    notes = named(book, added.window) + capability_notes(book, added.capability)
    if state == RESERVED:
        notes += elsewhere(added, book.rows_if_any("features"))
    values = {"date": world.now.date().isoformat(), "state": state, **stated_fields(asdict(added))}
    if added.commit:
        values["commit"] = named_commit(book, added.commit)
    payload = record_fact(book, "features", values, agent=agent)
    told = recorded_line("features", payload)
    return Result(SCHEMA, payload, wrap_lines(told, NEXT), notes=tuple(notes))


def features_put(
    world: World, added: Feature, capabilities: Sequence[str], state: str, *, agent: str = ""
) -> Result:
    """`feature_put` for several capabilities, ranges of them spelled out: all of them or none.

    Raises UsageError for a range that is none, and what `feature_put` raises.
    """
    wrong = [(text, why) for text in capabilities if (why := refused_range(text))]
    if wrong or not capabilities:
        what = f"{wrong[0][0]} {wrong[0][1]}" if wrong else "which capability?"
        raise UsageError(what, "gitledger feature reserve -w W0-01 CAP-01..CAP-03")
    many = names(capabilities)
    if len(many) == 1:
        return feature_put(world, replace(added, capability=many[0]), state, agent=agent)
    book = open_book(world)
    planned = planned_window if state == RESERVED else known_window
    notes = planned(book, added.window)
    known_rows = book.rows_if_any("features")
    facts = []
    for name in many:
        each = replace(added, capability=name)
        notes += capability_notes(book, name)
        notes += elsewhere(each, known_rows) if state == RESERVED else []
        facts.append(
            {"date": world.now.date().isoformat(), "state": state, **stated_fields(asdict(each))}
        )
    if added.commit:
        commit = named_commit(book, added.commit)
        facts = [fact | {"commit": commit} for fact in facts]
    drafts = book.drafts("features", facts, many)
    done = book.record(drafts, agent=agent)
    problems = contradictions(book, drafts, done, many)
    if problems:
        raise InvalidData("some were recorded otherwise before", problems=problems)
    fresh = [name for name, one in zip(many, done, strict=True) if not one.already]
    rows = [{"row": r.row.id, "already": r.already, "capability": n}
            for n, r in zip(many, done, strict=True)]  # fmt: skip
    payload = {"window": added.window, "state": state, "rows": rows}
    told = features_line(payload, len(fresh))
    return Result(SCHEMA, payload, wrap_lines(told, NEXT), notes=tuple(notes))


def elsewhere(added: Feature, rows: Sequence[Row]) -> list[str]:
    """A note when another window holds a reservation that was not delivered."""
    same = [row for row in rows if text_of(row.values, "capability") == added.capability]
    done = {text_of(r.values, "window") for r in same if text_of(r.values, "state") == "delivered"}
    held = {text_of(r.values, "window") for r in same if text_of(r.values, "state") == RESERVED}
    open_in = sorted(held - done - {added.window})
    return [f"{added.capability} is reserved for {', '.join(open_in)} too"] if open_in else []


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
