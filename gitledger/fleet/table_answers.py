"""What each table answers by itself, kept beside it: a question of all its days then reads no row.

An answer has its lines by repository, so the answer of a lake is those of its tables one after
another, whatever put them together. What is kept was said by the same engine to the same SQL, and
names the table by its size and the SHA-256 of its footer: where either is another now, or nothing
is kept, the table itself is asked. So it is where a question takes some of its days and not others.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from gitledger.errors import WriteFailed
from gitledger.fleet.answers import ANSWERS, Answers, ask_engine, columns_of, in_order
from gitledger.fleet.engine import Cell, Rows, duckdb_rows
from gitledger.fleet.lake import KEPT, TABLE
from gitledger.fleet.question import DAYS, GROUPS, LakeQuestion, Record, statements
from gitledger.git.files import put_in_folder

Days = list[int]  # the first and the last one; none where a table has no row
LEVEL = 6
AT_ONCE = 256  # tables


def keep_answers(tables: Sequence[Path]) -> None:
    """Keep what some tables answer to every question of all days. Raises WriteFailed.

    All are asked at once: of one small table alone nearly all the time would be the engine's start.
    """
    whose = {table.stem: table for table in tables}
    found: dict[str, dict[str, Answers]] = {repo: {} for repo in whose}
    with duckdb_rows([str(table) for table in tables]) as rows:
        days = _days(rows)
        for by in GROUPS:
            for place, answer in enumerate(ask_engine(rows, LakeQuestion(by))):
                for record in answer:
                    own = found.get(str(record["repo"]), {}).setdefault(by, no_answers())
                    own[place].append(record)
    for repo, table in whose.items():
        told = {by: _pack(found[repo].get(by, no_answers())) for by in GROUPS}
        kept = {"table": mark_of(table), "sql": text_mark(), "days": days.get(repo, [])}
        text = json.dumps(kept | {"answers": told}, sort_keys=True)
        put_in_folder(kept_path(table), text.encode())


def _days(rows: Rows) -> dict[str, Days]:
    """The days that each repository's windows and their neighbours are of."""
    found = {}
    for repo, first, last, *others in rows(LakeQuestion().sql(DAYS)):
        earlier = [one for one in (first, *others) if isinstance(one, int)]
        found[str(repo)] = [min(earlier), int(str(last))]
    return found


def keep_what_lacks(folder: Path) -> None:
    """Keep the answers of all tables in a folder that have none kept yet. Raises WriteFailed.

    A table that DuckDB cannot read is told by whoever asks the lake; without DuckDB none is kept.
    """
    lacking = [one for one in sorted(folder.glob(f"[!.]*{TABLE}")) if not kept_path(one).exists()]
    for begun in range(0, len(lacking), AT_ONCE):
        try:
            keep_answers(lacking[begun : begun + AT_ONCE])
        except WriteFailed:
            raise
        except Exception:  # noqa: BLE001 - DuckDB's own, or that it is not there
            return


def kept_path(table: Path) -> Path:
    """Where the answers of a table are kept."""
    return table.parent.parent.parent / KEPT / table.parent.name / f"{table.stem}.json"


def kept_answers(tables: Iterable[str], question: LakeQuestion) -> tuple[Answers, list[str]]:
    """The answers of the tables that keep them, in no order, and the tables to be asked."""
    found, rest, sql = no_answers(), list[str](), text_mark()
    for table in tables:
        answers = _kept(Path(table), question, sql)
        if answers is None:
            rest.append(table)
        else:
            for place, answer in enumerate(answers):
                found[place] += answer
    return found, rest


def no_answers() -> Answers:
    """The answers of no table."""
    return [[] for _ in ANSWERS]


def join_answers(*told: Sequence[Sequence[Record]]) -> Answers:
    """Some answers to one question as one, each in the order that an engine's would have."""
    return [
        in_order([record for answer in one for record in answer], name)
        for name, one in zip(ANSWERS, zip(*told, strict=True), strict=True)
    ]


def _kept(table: Path, question: LakeQuestion, sql: str) -> Answers | None:
    """What is kept of a table; None where it was said of other rows, other days or by another SQL.

    Of a table that has no day of the question, that is nothing.
    """
    try:
        kept = json.loads(kept_path(table).read_bytes())
        if kept["sql"] != sql or kept["table"] != mark_of(table):
            return None
        if not question.of_all_days:
            first, last = kept["days"]
            if last < question.since or question.until < first:
                return no_answers()
            if not question.since <= first <= last <= question.until:
                return None
        answers = _unpack(kept["answers"][question.by])
    except (OSError, ValueError, LookupError, TypeError, zlib.error):
        return None
    own = all(record["repo"] == table.stem for answer in answers for record in answer)
    return answers if own else None  # a table under two names has to be added up as one


def text_mark() -> str:
    """What tells one SQL from another."""
    return sha256(json.dumps(statements(), sort_keys=True).encode()).hexdigest()


def mark_of(table: Path) -> str:
    """What tells a table from any other: its size, and the SHA-256 of its footer.

    The footer holds the tip, and for every column of every group its bytes, its least and its most.
    """
    with table.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(size - 8 - length, 0))
        return f"{size}-{sha256(file.read(length)).hexdigest()}"


def _pack(answers: Answers) -> str:
    cells = [[[_plain(cell) for cell in record.values()] for record in one] for one in answers]
    return base64.b85encode(zlib.compress(json.dumps(cells).encode(), LEVEL)).decode()


def _unpack(text: str) -> Answers:
    """Answers as they were; raises what `_kept` takes for none."""
    told = json.loads(zlib.decompress(base64.b85decode(text)))
    return [
        [dict(zip(names, map(_cell, record), strict=True)) for record in one]
        for names, one in zip(map(columns_of, ANSWERS), told, strict=True)
    ]


def _plain(cell: Cell) -> Any:
    """A cell as JSON; a decimal is a list of its text, so that it stays one."""
    return [str(cell)] if isinstance(cell, Decimal) else cell


def _cell(told: Any) -> Cell:
    found: Cell = Decimal(told[0]) if isinstance(told, list) else told
    return found
