"""`ledger add/list/show`: the definitions on the branch; a definition may only grow."""

from collections.abc import Sequence
from typing import Any

from gitledger.book.judge import POLICY
from gitledger.book.opening import open_book
from gitledger.book.world import World, read_text
from gitledger.commands.result import Result, lines
from gitledger.errors import InvalidData, Problem
from gitledger.git.branch import definitions
from gitledger.git.branch.rows import row_count
from gitledger.git.branch.store import CommitPlan, Tip, advance
from gitledger.git.proof.texts import TextsInForce
from gitledger.ledger import layout
from gitledger.ledger.evolution import contradictory, weakened
from gitledger.ledger.names import ledger_problem
from gitledger.ledger.schema import Schema, parse_schema
from gitledger.ledger.yamltext import load


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
    words = {"": "Added", "older": "Extended", "same": "No change to"}[before]
    payload = {"ledger": parsed.ledger, "already": before == "same", "columns": _columns(parsed)}
    return Result("gitledger.ledger-add/1", payload, lines(f"{words} ledger {parsed.ledger}."))


def _refuse_weaker(old: Schema, new: Schema) -> None:
    problems: list[Problem] = weakened(old, new)
    if problems:
        raise InvalidData(f"{new.ledger} may only gain optional columns", problems=problems)


def ledger_list(world: World) -> Result:
    """Every ledger with its title and how many rows it holds."""
    book = open_book(world)
    found = [
        {
            "ledger": name,
            "rows": row_count(book.tip, name),
            "title": book.schema(name).title,
        }
        for name in book.ledgers
    ]
    width = max(map(len, book.ledgers))
    text = [f"{item['ledger']:<{width}}  {item['rows']:>7}  {item['title']}" for item in found]
    return Result("gitledger.ledger-list/1", {"ledgers": found}, lines(*text))


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
    text = [f"{ledger}: {schema.title}"]
    text.append(f"natural key: {', '.join(schema.key) or 'none'}")
    for column in schema.columns:
        words = [column.type, column.unit, "required" if column.required else ""]
        words += [" | ".join(column.enum), column.title]
        text.append(f"  {column.name:<20} " + ", ".join(word for word in words if word))
    return Result("gitledger.ledger-show/1", payload, lines(*text))


def _columns(schema: Schema) -> list[dict[str, Any]]:
    return [
        {"name": c.name, "type": c.type, "unit": c.unit, "required": c.required, "enum": c.enum}
        for c in schema.columns
    ]
