"""`import csv`: a CSV file kept by hand becomes rows; importing it again adds nothing."""

from collections import Counter
from collections.abc import Mapping

from gitledger.commands.append import ROWS_PER_COMMIT, csv_rows, refuse_corrections
from gitledger.commands.opened import open_book
from gitledger.commands.result import Result, lines
from gitledger.commands.settled import contradictions
from gitledger.commands.world import World, read_text
from gitledger.errors import EXIT_NO, EXIT_YES
from gitledger.git.record import Draft
from gitledger.ledger.codec import encode_json
from gitledger.ledger.row import Value
from gitledger.meters.reading import problem_to_map


def import_csv(world: World, ledger: str, source: str, *, agent: str = "") -> Result:
    """Record the rows of a CSV file that the ledger does not hold yet; all or none.

    A ledger with a natural key tells by it. In one without, a line is new unless a live row says
    the same; a file that says a thing twice records it twice, however often it is imported.
    A line whose key stands already with other values changes nothing and is named: exit 1.
    Raises InvalidData with every problem of the file.
    """
    book = open_book(world)
    refuse_corrections(ledger)
    schema = book.schema(ledger)
    given, places = csv_rows(read_text(world, source), schema)
    drafts = book.drafts(ledger, given, places)
    if not schema.key:
        held = Counter(_same(row.values) for row in book.rows(ledger))
        drafts = [draft for draft in drafts if not _take(held, draft)]
    done = book.record(drafts, agent=agent, rows_per_commit=ROWS_PER_COMMIT) if drafts else []
    fresh = [item.row.id for item in done if not item.already]
    problems = contradictions(book, drafts, done, places) if schema.key else []
    already = len(given) - len(fresh)
    payload = {
        "ledger": ledger,
        "recorded": len(fresh),
        "already": already,
        "rows": fresh,
        "problems": [problem_to_map(problem) for problem in problems],
    }
    text = f"Recorded {len(fresh)} rows in {ledger}"
    text += f"; {already} were recorded already." if already else "."
    told = [f"  {problem}" for problem in problems]
    return Result(
        "gitledger.import/1", payload, lines(text, *told), (), EXIT_NO if problems else EXIT_YES
    )


def _same(values: Mapping[str, Value]) -> bytes:
    return encode_json(dict(values))


def _take(held: Counter[bytes], draft: Draft) -> bool:
    """Whether the ledger holds this line; each held row answers for one line only."""
    key = _same(draft.values)
    held[key] -= 1
    return held[key] >= 0
