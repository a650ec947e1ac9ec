"""`append`: rows into any ledger, from words, JSON or CSV; all of them, or none."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.book.book import Book
from gitledger.book.once import ROWS_PER_COMMIT, contradictions
from gitledger.book.opening import open_book
from gitledger.book.world import World, read_text
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import EXIT_NO, EXIT_YES, Problem, UsageError
from gitledger.git.branch.draft import Draft, Receipt
from gitledger.ledger.rowinput import csv_rows, json_rows, pairs_to_values, refuse_corrections
from gitledger.report.row_text import append_lines

TELEMETRY = "telemetry"


def append(
    world: World,
    ledger: str,
    pairs: Sequence[str],
    *,
    json_from: str = "",
    csv_from: str = "",
    agent: str = "",
) -> Result:
    """Record `key=value` pairs as a row, or the rows of a JSON or CSV text.

    Raises InvalidData with the problems of all rows; nothing is recorded then.
    """
    if sum(map(bool, (pairs, json_from, csv_from))) != 1:
        raise UsageError("give key=value pairs, --json FILE or --csv FILE, one of them")
    book = open_book(world)
    refuse_corrections(ledger)
    given: list[Mapping[str, Any]]
    schema = book.schema(ledger)
    if pairs:
        given, places = [pairs_to_values(pairs, schema)], [""]
    elif json_from:
        given, places = json_rows(read_text(world, json_from))
    else:
        given, places = csv_rows(read_text(world, csv_from), schema)
    drafts = book.drafts(ledger, given, places)
    done = book.record(drafts, agent=agent, rows_per_commit=ROWS_PER_COMMIT) if drafts else []
    told = [where or ledger for where in places]
    found = contradictions(book, drafts, done, told) if schema.key else []
    return _answer(book, ledger, done, found, _strange(book, ledger, drafts))


def _strange(book: Book, ledger: str, drafts: Sequence[Draft]) -> Sequence[Problem]:
    if ledger != TELEMETRY:
        return ()
    from gitledger.book.strange_events import strange_events  # noqa: PLC0415 - the rules of a card

    return strange_events(book, drafts)


def _answer(
    book: Book,
    ledger: str,
    done: Sequence[Receipt],
    found: Sequence[Problem],
    strange: Sequence[Problem],
) -> Result:
    """What was recorded; exit 1 when a key is held by a row that says otherwise."""
    rows = [{"row": item.row.id, "already": item.already} for item in done]
    fresh = sum(not item.already for item in done)
    payload: dict[str, Any] = {"ledger": ledger, "recorded": fresh, "rows": rows}
    payload["problems"] = [*found, *strange]
    if len(rows) == 1:
        payload = {**rows[0], **payload}
    if len(rows) != 1 or fresh:
        payload["tip"] = (book.tip.commit or b"").hex()
    code = EXIT_NO if found else EXIT_YES
    told = append_lines(ledger, rows, payload["problems"])
    return Result("gitledger.append/1", payload, wrap_lines(*told), (), code)
