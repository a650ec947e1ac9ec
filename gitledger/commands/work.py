"""`capability`, `feature`: the map of what is to be built, and what was reserved and delivered."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from gitledger.book.book import Book
from gitledger.book.case import rows_at
from gitledger.book.once import contradictions, record_once
from gitledger.book.opening import open_book
from gitledger.book.references import (
    capability_notes,
    known_window,
    named_commit,
    planned_window,
)
from gitledger.book.world import World
from gitledger.commands.import_csv import import_csv
from gitledger.commands.result import Result, lines
from gitledger.errors import InvalidData, UsageError, numbered
from gitledger.ledger.row import Row
from gitledger.windows.capabilities import names, refused_range
from gitledger.windows.snapshot import text_of

RESERVED = "reserved"


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability of the map; empty fields are unknown."""

    capability: str
    name: str
    type: str = ""
    weight: str = ""
    acceptance_path: str = ""
    criticality: str = ""
    owner: str = ""


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


def capability_add(world: World, added: Capability, *, agent: str = "") -> Result:
    """Put a capability on the map."""
    book = open_book(world)
    return put(book, "capabilities", values=known(added), verb="capability", agent=agent)


def capability_list(world: World) -> Result:
    """The map: id, name, weight, criticality, owner."""
    rows = rows_at(open_book(world), ("capabilities",)).get("capabilities", ())
    return listing("capability", rows, ("capability", "name", "weight", "criticality", "owner"))


def capability_import(world: World, file: str, *, agent: str = "") -> Result:
    """The map from a CSV file; importing it again adds nothing."""
    return import_csv(world, "capabilities", file, agent=agent)


def feature_put(world: World, added: Feature, state: str, *, agent: str = "") -> Result:
    """Reserve a feature for a window, or record it delivered.

    A window to come may be reserved for; what is delivered names one that is there. Raises
    UsageError, UnknownWindow, UnknownRevision.
    """
    book = open_book(world)
    named = planned_window if state == RESERVED else known_window
    notes = named(book, added.window) + capability_notes(book, added.capability)
    if state == RESERVED:
        notes += elsewhere(added, rows_at(book, ("features",)).get("features", ()))
    values = {"date": world.now.date().isoformat(), "state": state, **known(added)}
    if added.commit:
        values["commit"] = named_commit(book, added.commit)
    return put(book, "features", values=values, verb="feature", agent=agent, notes=notes)


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
    known_rows = rows_at(book, ("features",)).get("features", ())
    facts = []
    for name in many:
        each = replace(added, capability=name)
        notes += capability_notes(book, name)
        notes += elsewhere(each, known_rows) if state == RESERVED else []
        facts.append({"date": world.now.date().isoformat(), "state": state, **known(each)})
    if added.commit:
        commit = named_commit(book, added.commit)
        facts = [fact | {"commit": commit} for fact in facts]
    drafts = book.drafts("features", facts, many)
    done = book.record(drafts, agent=agent)
    problems = contradictions(book, drafts, done, many)
    if problems:
        raise InvalidData("some were recorded otherwise before", problems=problems)
    fresh = [name for name, one in zip(many, done, strict=True) if not one.already]
    told = f"{numbered(len(fresh), 'feature')} of {len(many)} {state}: {', '.join(many)}."
    rows = [{"row": r.row.id, "already": r.already, "capability": n}
            for n, r in zip(many, done, strict=True)]  # fmt: skip
    payload = {"window": added.window, "state": state, "rows": rows}
    return Result("gitledger.feature/1", payload, lines(told), notes=tuple(notes))


def elsewhere(added: Feature, rows: Sequence[Row]) -> list[str]:
    """A note when another window holds a reservation that was not delivered."""
    same = [row for row in rows if text_of(row.values, "capability") == added.capability]
    done = {text_of(r.values, "window") for r in same if text_of(r.values, "state") == "delivered"}
    held = {text_of(r.values, "window") for r in same if text_of(r.values, "state") == RESERVED}
    open_in = sorted(held - done - {added.window})
    return [f"{added.capability} is reserved for {', '.join(open_in)} too"] if open_in else []


def feature_list(world: World, window: str = "") -> Result:
    """Features reserved and delivered, of one window or all."""
    rows = rows_at(open_book(world), ("features",)).get("features", ())
    chosen = [row for row in rows if not window or text_of(row.values, "window") == window]
    return listing(
        "feature", chosen, ("window", "state", "capability", "provider", "description", "scenario")
    )


def known(value: Capability | Feature) -> dict[str, Any]:
    """The fields that were given."""
    pairs = ((entry.name, getattr(value, entry.name)) for entry in fields(value))
    return {name: text for name, text in pairs if text != ""}


def put(
    book: Book,
    ledger: str,
    *,
    values: dict[str, Any],
    verb: str,
    agent: str,
    notes: Sequence[str] = (),
) -> Result:
    """Append one row and say so. Raises InvalidData when its key holds another fact."""
    done = record_once(book, ledger, values, agent=agent)
    payload = {"row": done.row.id, "already": done.already, **book.stored(done).values}
    text = f"Recorded {done.row.id} in {ledger}."
    if done.already:
        text = f"Already recorded as {done.row.id}; nothing was added."
    if "delta" in payload:
        text += f" {payload['actual']:,} of {payload['planned']:,} tokens ({payload['delta']:+,})."
    return Result(f"gitledger.{verb}/1", payload, lines(text), notes=tuple(notes))


def listing(verb: str, rows: Sequence[Row], columns: Sequence[str]) -> Result:
    """Rows as a table of some columns, as many as they know."""
    found = [{"row": row.id, **row.values} for row in rows]
    used = [c for c in columns if any(c in row.values for row in rows)]
    cells = [[str(row.values.get(c, "")) for c in used] for row in rows]
    widths = [max(len(c), *(len(line[i]) for line in cells)) for i, c in enumerate(used)]
    table = [
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in ([*used], *cells)
    ]
    text = lines(*(table if rows else ["No rows."]))
    return Result(f"gitledger.{verb}/1", {"rows": found}, text)
