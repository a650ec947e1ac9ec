"""`ledger add/list/rename/show`: the definitions on the branch; a definition may only grow."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gitledger.book.book import Book
from gitledger.book.defaults import shipped_ledgers
from gitledger.book.judge import POLICY
from gitledger.book.opening import open_book
from gitledger.book.world import World, read_text
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import InvalidData, Problem
from gitledger.git.branch import definitions
from gitledger.git.branch.draft import Draft
from gitledger.git.branch.rows import row_count
from gitledger.git.branch.store import CommitPlan, advance
from gitledger.git.branch.tip import Tip, tip_of
from gitledger.git.proof.texts import TextsInForce
from gitledger.ledger import corrections, layout
from gitledger.ledger.evolution import contradictory, weakenings
from gitledger.ledger.names import ledger_problem
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema, parse_schema
from gitledger.ledger.yamltext import load
from gitledger.report.ledger_text import list_lines, put_line, rename_line, schema_lines


def ledger_add(world: World, source: str) -> Result:
    """Put a definition on the branch, or extend the one there by optional columns.

    Raises InvalidData with every problem of the definition.
    """
    book = open_book(world)
    text = read_text(world, source)
    values, problems = load(text, source)
    parsed, found = parse_schema(values, source) if not problems else (None, list(problems))
    found = contradictory(parsed, source) if parsed else found
    if parsed and (told := ledger_problem(parsed.ledger)):
        found.append(Problem(source, f"ledger: the name {told}", "a name like my-ledger", "name"))
    if parsed is None or found:
        raise InvalidData(f"{source} defines no ledger; nothing was changed", problems=found)
    path, data = layout.schema_path(parsed.ledger), text.encode()
    before = ""

    def plan(tip: Tip) -> Sequence[CommitPlan]:
        nonlocal before
        held = tip.file(path)
        before = "" if held is None else ("same" if held == data else "older")
        if before == "same":
            return []
        definitions.refuse_unsigned(tip)
        last = TextsInForce(book.repository, POLICY).last_definition(
            tip.commit or b"", parsed.ledger
        )
        if last is not None:
            _refuse_weaker(last, parsed)
        verb = "extend" if before else "add"
        return [CommitPlan(f"ledger: {verb} {parsed.ledger}\n", {path: data})]

    advance(book.repository, book.branch, plan, book.who)
    payload = {"ledger": parsed.ledger, "already": before == "same", "columns": _columns(parsed)}
    return Result("gitledger.ledger-add/1", payload, wrap_lines(put_line(parsed.ledger, before)))


def _refuse_weaker(old: Schema, new: Schema) -> None:
    problems: list[Problem] = weakenings(old, new)
    if problems:
        raise InvalidData(f"{new.ledger} may only gain optional columns", problems=problems)


def ledger_rename(world: World, old: str, new: str) -> Result:
    """Record the live rows of a ledger of the user's own in another, and take them back in the old.

    Each agent's rows are one commit, in their order; what was done already is not done again.
    Raises UnknownLedger, or InvalidData where the new name is taken or the old one is ours.
    """
    book = open_book(world)
    source = book.schema(old)
    if old in shipped_ledgers():
        raise InvalidData(f"{old} is a ledger that gitledger writes", "choose one of your own")
    text = re.sub(
        rf"^ledger:\s*(['\"]?){re.escape(old)}\1",
        f"ledger: {new}",
        (book.tip.file(layout.schema_path(old)) or b"").decode(),
        count=1,
        flags=re.MULTILINE,
    )
    told = ledger_problem(new)
    if told:
        what = f"a ledger cannot be called {new!r}: the name {told}"
        raise InvalidData(what, "a name like my-ledger")
    if new in book.ledgers and book.schema(new) != replace(source, ledger=new):
        raise InvalidData(f"there is a ledger {new} with other columns", "choose another name")
    if new not in book.ledgers:
        _define(book, new, text)
    rows = book.live(old)
    for agent in dict.fromkeys(row.agent for row in rows):
        book.record([d for row in rows if row.agent == agent for d in _moved(book, row, new)],
                    agent=agent)  # fmt: skip
    payload = {"ledger": new, "former": old, "rows": len(rows)}
    return Result("gitledger.ledger-rename/1", payload, wrap_lines(rename_line(payload)))


def _moved(book: Book, row: Row, new: str) -> tuple[Draft, Draft]:
    """The same fact in the other ledger, and the correction that takes it out of this one."""
    void = {"target": row.id, "kind": "void", "reason": f"the ledger is called {new} now"}
    return Draft(new, row.values, again=True), book.draft(corrections.LEDGER, void)


def _define(book: Book, name: str, text: str) -> None:
    """Put a definition on the branch that was not there."""
    values, problems = load(text, name)
    parsed, found = parse_schema(values, name) if not problems else (None, list(problems))
    if parsed is None or parsed.ledger != name:
        raise InvalidData(f"the definition cannot be called {name}", problems=found)

    def plan(tip: Tip) -> Sequence[CommitPlan]:
        definitions.refuse_unsigned(tip)
        return [CommitPlan(f"ledger: add {name}\n", {layout.schema_path(name): text.encode()})]

    advance(book.repository, book.branch, plan, book.who)
    book.move_to(tip_of(book.repository, book.branch))


def ledger_list(world: World) -> Result:
    """Every ledger with its title and how many rows it holds."""
    book = open_book(world)
    found = [
        {"ledger": name, "rows": row_count(book.tip, name), "title": book.schema(name).title}
        for name in book.ledgers
    ]
    return Result("gitledger.ledger-list/1", {"ledgers": found}, wrap_lines(*list_lines(found)))


def ledger_show(world: World, ledger: str) -> Result:
    """A ledger's columns: name, type, unit, whether required, allowed words."""
    schema = open_book(world).schema(ledger)
    payload = {
        "ledger": ledger,
        "title": schema.title,
        "key": schema.key,
        "columns": _columns(schema),
        "csv": [header for header, _ in schema.csv],
    }
    return Result("gitledger.ledger-show/1", payload, wrap_lines(*schema_lines(schema)))


def _columns(schema: Schema) -> list[dict[str, Any]]:
    return [
        {"name": c.name, "type": c.type, "unit": c.unit, "required": c.required, "enum": c.enum}
        for c in schema.columns
    ]
