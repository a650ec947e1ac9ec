"""`import tracker`: an earlier tracker's data directory becomes rows; again, it adds nothing."""

import gc
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from gitledger.book.book import Book
from gitledger.book.once import ROWS_PER_COMMIT
from gitledger.book.opening import open_book
from gitledger.book.strange_events import strange_events
from gitledger.book.world import World
from gitledger.capture.clock import zone_name, zone_of
from gitledger.capture.tracker_files import (
    CSV_FILES,
    JSON_FILES,
    TrackerFolder,
    TrackerRecord,
    read_folder,
)
from gitledger.capture.tracker_rows import Planned, rows_of
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, Problem, UnreadableInput
from gitledger.git.branch.draft import Draft
from gitledger.ledger.codec import encode_json
from gitledger.ledger.door import IDENTIFIERS, LABELS, kept_values
from gitledger.ledger.schema import Schema
from gitledger.meters.redaction import redact_pane
from gitledger.meters.resets import named_zone
from gitledger.report.row_text import tracker_lines

ZONE = re.compile(r"\(([A-Z][A-Za-z_]+/[A-Za-z_/+-]+)\)")
PSEUDONYMS = re.compile(rb'"s-[0-9a-f]{16}"')
LEDGER_OF = {"glm": "usage", "ccusage": "usage", "monitor": "usage"}


def import_tracker(world: World, folder: str, *, ledgers: str = "", tz: str = "") -> Result:
    """Record what an earlier tracker's folder holds, and its CSV ledgers.

    Broken lines are reported with their numbers and the rest goes in; exit 1 when nothing could
    be read. Panes are read again in the zone `tz`, else the one that the panes themselves name,
    else the machine's.
    """
    gc.disable()  # all records stay until they are written: collecting them finds nothing
    home = world.directory / Path(folder).expanduser()
    data = read_folder(home, JSON_FILES, ".jsonl")
    tables = _tables(world, home, ledgers)
    if not data.files and not tables.files:
        wanted = ", ".join(f"{name}.jsonl" for name in JSON_FILES)
        raise UnreadableInput(f"{folder} holds none of an earlier tracker's files", wanted)
    book = open_book(world)
    zone = _zone(world, tz, data.entries)
    schemas = _schemas(book, [*data.entries, *tables.entries])
    planned, problems = _plan(data.entries, zone, schemas)
    drafts, wrong = _drafts(book, [*planned, *_table_rows(schemas, tables.entries)])
    problems = [*data.problems, *tables.problems, *problems, *wrong]
    warnings = strange_events(book, [draft for draft, _ in drafts])
    fresh = _not_held(book, drafts)
    done = book.record([d for d, _ in fresh], rows_per_commit=ROWS_PER_COMMIT) if fresh else []
    recorded = Counter(item.row.ledger for item in done if not item.already)
    told = [*problems, *warnings]
    payload = {
        "files": [*data.files, *tables.files],
        "tz": zone_name(zone),
        "recorded": dict(sorted(recorded.items())),
        "already": len(drafts) - sum(recorded.values()),
        "problems": told,
    }
    code = EXIT_NO if problems and not drafts else EXIT_YES
    notes = [f"{problem.severity}: {problem}" for problem in told]
    return Result(
        "gitledger.import/1", payload, lines(*tracker_lines(payload, len(problems))), notes, code
    )


def _tables(world: World, home: Path, ledgers: str) -> TrackerFolder:
    """The CSV ledgers in the folder named, else in the data folder or its `ledgers`."""
    if ledgers:
        return read_folder(world.directory / Path(ledgers).expanduser(), CSV_FILES, ".csv")
    inner = home / "ledgers"
    return read_folder(inner if inner.is_dir() else home, CSV_FILES, ".csv")


def _zone(world: World, tz: str, entries: Iterable[TrackerRecord]) -> tzinfo:
    """The zone named, else the only one that the panes name, else the machine's."""
    if not tz:
        texts = (str(entry.values.get("raw_text", "")) for entry in entries)
        named = {zone for text in texts for zone in ZONE.findall(text)}
        found = named_zone(named.pop()) if len(named) == 1 else None
        if found is not None:
            return found
    return zone_of(world, tz)


LineRow = tuple[str, str, dict[str, Any]]


def _schemas(book: Book, entries: Iterable[TrackerRecord]) -> Mapping[str, Schema]:
    """The definitions of the ledgers that these records go to, as far as they are here."""
    kinds = {entry.kind for entry in entries}
    wanted = {LEDGER_OF.get(kind, kind) for kind in kinds}
    return {name: book.schema(name) for name in book.ledgers if name in wanted}


def _plan(
    entries: Sequence[TrackerRecord], zone: tzinfo, schemas: Mapping[str, Schema]
) -> tuple[list[LineRow], list[Problem]]:
    """The rows that the records become, each with the place it came from."""
    rows: list[LineRow] = []
    problems: list[Problem] = []
    for entry in entries:
        for item in rows_of(entry, zone):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                rows.append(_placed(entry.where, item, schemas))
    return rows, problems


def _placed(where: str, item: Planned, schemas: Mapping[str, Schema]) -> LineRow:
    ledger, values = item
    known = schemas[ledger].by_name if ledger in schemas else values
    return where, ledger, {name: value for name, value in values.items() if name in known}


def _table_rows(schemas: Mapping[str, Schema], entries: Iterable[TrackerRecord]) -> list[LineRow]:
    """Lines of CSV ledgers by the header that our export gives them; identities taken out."""
    rows: list[LineRow] = []
    for entry in entries:
        if entry.kind == "churn":
            rows += [_placed(entry.where, item, schemas) for item in _churn_line(entry)]
            continue
        names = dict(schemas[entry.kind].csv) if entry.kind in schemas else {}
        values = {names.get(k, k): str(v).strip() for k, v in entry.values.items()}
        rows.append((entry.where, entry.kind, {k: _plain(k, v) for k, v in values.items()}))
    return rows


def _plain(name: str, cell: str) -> str:
    """A cell without what panels say of people; ids are left to the door: it keeps them apart."""
    return cell if name in IDENTIFIERS | LABELS else redact_pane(cell).strip()


def _churn_line(entry: TrackerRecord) -> list[Planned]:
    return [item for item in rows_of(entry, UTC) if not isinstance(item, Problem)]


def _drafts(book: Book, rows: Sequence[LineRow]) -> tuple[list[tuple[Draft, str]], list[Problem]]:
    """Rows that their ledgers admit as drafts; a problem for each that is not admitted."""
    drafts: list[tuple[Draft, str]] = []
    problems: list[Problem] = []
    for where, ledger, values in rows:
        if ledger not in book.ledgers:
            problems.append(Problem(where, f"there is no ledger {ledger} here", "", "no-ledger"))
            continue
        drafted, wrong = book.drafted(ledger, values, where)
        problems += wrong
        if not wrong:
            drafts.append((drafted, where))
    return drafts, problems


def _not_held(book: Book, drafts: Sequence[tuple[Draft, str]]) -> list[tuple[Draft, str]]:
    """Drafts of ledgers without a natural key that were not recorded before, and all others.

    Version 0.1.0 kept an id of a CSV line as `<session>`: such a row is told by all else it says.
    """
    held: dict[str, Counter[bytes]] = {}
    fresh = []
    for draft, where in drafts:
        if book.schema(draft.ledger).key:
            fresh.append((draft, where))
            continue
        if draft.ledger not in held:
            schema = book.schema(draft.ledger)
            rows = [kept_values(row.values, schema) for row in book.rows(draft.ledger, raw=True)]
            held[draft.ledger] = Counter(map(encode_json, rows))
        same = encode_json(dict(draft.values))
        if not held[draft.ledger][same] > 0:
            same = PSEUDONYMS.sub(b'"<session>"', same)
        held[draft.ledger][same] -= 1
        if held[draft.ledger][same] < 0:
            fresh.append((draft, where))
    return fresh
