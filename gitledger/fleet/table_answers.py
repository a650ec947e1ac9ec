"""What each table answers by itself, kept beside it: a question of all days then reads no row.

An answer has its lines by repository, so the answer of a lake is those of its tables one after
another, whatever put them together. What is kept was said by the same engine to the same SQL, and
names the table by its size and the SHA-256 of its footer: where either is another now, or nothing
is kept, the table itself is asked.
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
from gitledger.fleet.engine import Cell, duckdb_rows
from gitledger.fleet.lake import KEPT, TABLE
from gitledger.fleet.question import (
    GROUPS,
    STATEMENTS,
    LakeQuestion,
    Record,
    ask_engine,
    in_order,
    statements,
)
from gitledger.git.files import put_in_folder

Answers = list[list[Record]]
LEVEL = 6
AT_ONCE = 256  # tables


def keep_answers(tables: Sequence[Path]) -> None:
    """Keep what some tables answer to every question of all days. Raises WriteFailed.

    All are asked at once: of one small table alone nearly all the time would be the engine's start.
    """
    whose = {table.stem: table for table in tables}
    found: dict[str, dict[str, Answers]] = {repo: {} for repo in whose}
    with duckdb_rows([str(table) for table in tables]) as rows:
        for by in GROUPS:
            for place, name in enumerate(STATEMENTS):
                for record in ask_engine(rows, LakeQuestion(by), name):
                    own = found.get(str(record["repo"]), {}).setdefault(by, no_answers())
                    own[place].append(record)
    for repo, table in whose.items():
        told = {by: _pack(found[repo].get(by, no_answers())) for by in GROUPS}
        kept = {"table": mark_of(table), "sql": text_mark(), "answers": told}
        put_in_folder(kept_path(table), json.dumps(kept, sort_keys=True).encode())


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
    """The answers of the tables that keep them, in no order, and the tables that do not."""
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
    return [[] for _ in STATEMENTS]


def join_answers(question: LakeQuestion, *told: Sequence[Sequence[Record]]) -> Answers:
    """Some answers to one question as one, each in the order that an engine's would have."""
    return [
        in_order([record for answer in one for record in answer], question.names(name))
        for name, one in zip(STATEMENTS, zip(*told, strict=True), strict=True)
    ]


def _kept(table: Path, question: LakeQuestion, sql: str) -> Answers | None:
    """What is kept of a table; None where it was said of other rows or by another SQL."""
    try:
        kept = json.loads(kept_path(table).read_bytes())
        if kept["sql"] != sql or kept["table"] != mark_of(table):
            return None
        answers = _unpack(kept["answers"][question.by], question)
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


def _unpack(text: str, question: LakeQuestion) -> Answers:
    """Answers as they were; raises what `_kept` takes for none."""
    told = json.loads(zlib.decompress(base64.b85decode(text)))
    return [
        [dict(zip(names, map(_cell, record), strict=True)) for record in one]
        for names, one in zip(map(question.names, STATEMENTS), told, strict=True)
    ]


def _plain(cell: Cell) -> Any:
    """A cell as JSON; a decimal is a list of its text, so that it stays one."""
    return [str(cell)] if isinstance(cell, Decimal) else cell


def _cell(told: Any) -> Cell:
    found: Cell = Decimal(told[0]) if isinstance(told, list) else told
    return found
