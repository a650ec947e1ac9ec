"""Ledgers as files: a CSV file kept by hand becomes rows, and rows become a file again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.book import Book
from gitledger.book.once import ROWS_PER_COMMIT, contradictions
from gitledger.book.strange_events import strange_events
from gitledger.book.world import read_text
from gitledger.errors import Problem
from gitledger.ledger import corrections
from gitledger.ledger.door import kept_values
from gitledger.ledger.row import Row
from gitledger.ledger.rowinput import csv_rows, refuse_corrections
from gitledger.ledger.schema import Schema
from gitledger.meters.reading import problem_to_map
from gitledger.report.export import cells_of, export_rows


@dataclass(frozen=True, slots=True)
class CsvImport:
    """What a file added: ids of fresh rows, how many lines stood already, lines that contradict.

    `warnings` are of lines that were recorded all the same.
    """

    ledger: str
    fresh: tuple[str, ...]
    already: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def told(self) -> tuple[Problem, ...]:
        """Both, as they are shown."""
        return (*self.problems, *self.warnings)

    def payload(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "ledger": self.ledger,
            "recorded": len(self.fresh),
            "already": self.already,
            "rows": self.fresh,
            "problems": [problem_to_map(problem) for problem in self.told],
        }


def import_file(
    book: Book, ledger: str, source: str, *, agent: str = "", csv_raw: bool = False
) -> CsvImport:
    """Record the lines of a CSV file that the ledger does not hold yet; all or none.

    A line is new unless a live row says the same under the file's columns: what was exported
    comes back as nothing. Then a natural key tells; in a ledger without one, a file that says a
    thing twice records it twice, however often it is imported.
    A line whose key stands already with other values changes nothing and is a problem.
    Raises InvalidData with every problem of the file.
    """
    refuse_corrections(ledger)
    schema = book.schema(ledger)
    held = _Held(book.rows(ledger), schema)
    given, places = csv_rows(read_text(book.world, source), schema, held.answers, raw=csv_raw)
    drafts = book.drafts(ledger, given, places)
    done = book.record(drafts, agent=agent, rows_per_commit=ROWS_PER_COMMIT) if drafts else []
    fresh = tuple(item.row.id for item in done if not item.already)
    problems = contradictions(book, drafts, done, places) if schema.key else []
    stood, strange = held.answered + len(given) - len(fresh), strange_events(book, drafts)
    return CsvImport(ledger, fresh, stood, tuple(problems), strange)


def ledger_file(
    book: Book, name: str, form: str = "csv", raw: tuple[bool, bool] = (False, False)
) -> bytes:
    """One ledger as bytes; `raw` as `with_raw` and `csv_raw` of `export`."""
    with_raw, csv_raw = raw
    rows = book.rows(name, raw=with_raw)
    dead = book.superseded() if with_raw and name != corrections.LEDGER else {}
    gone = {row.id: dead[row.id].id for row in rows if row.id in dead}
    return export_rows(rows, book.schema(name), form, gone, csv_raw=csv_raw)


class _Held:
    """The rows a ledger holds, as lines of the file; each answers for one line only."""

    def __init__(self, rows: Sequence[Row], schema: Schema) -> None:
        self._rows = rows
        self._schema = schema
        self._lines: Counter[tuple[str, ...]] | None = None
        self.answered = 0

    def answers(self, names: Sequence[str], cells: Sequence[str]) -> bool:
        """Whether a row that no earlier line took says just this under these columns."""
        if self._lines is None:
            self._lines = Counter(self._line(row, names) for row in self._rows)
        line = self._kept(names, cells)
        self._lines[line] -= 1
        if self._lines[line] < 0:
            return False
        self.answered += 1
        return True

    def _line(self, row: Row, names: Sequence[str]) -> tuple[str, ...]:
        return self._kept(names, cells_of(row, names))

    def _kept(self, names: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
        """Cells as rows keep them: a file of before the door was there says the same."""
        values = dict(zip(names, cells, strict=False))
        return tuple(str(cell) for cell in kept_values(values, self._schema).values())
