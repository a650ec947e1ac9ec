"""A lake asked one question by either engine: parts as sums, and what is known of each root."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitledger.errors import GitledgerError, UsageError
from gitledger.fleet.engine import (
    COLLECT,
    DUCKDB,
    Rows,
    broken,
    duckdb_rows,
    spark_rows,
    tables_of,
)
from gitledger.fleet.lake import Lake, LakeUnreadable
from gitledger.fleet.question import LakeQuestion, Record, ask_engine, digest, parts_of
from gitledger.measure.repositories import ArmPart
from gitledger.measure.terms import SHIPPED, Statistics


@dataclass(frozen=True, slots=True)
class LakeAnswer:
    """What a lake says: parts, windows left out by repository and reason, entries by root.

    `digest` is the SHA-256 of the engine's answers: the same whatever engine gave them.
    """

    parts: tuple[ArmPart, ...]
    left_out: tuple[Record, ...]
    entries: Mapping[str, Mapping[str, Any]]
    failed: tuple[Mapping[str, Any], ...]
    digest: str

    def name(self, root: str) -> str:
        """What a repository is called; two of one name are told apart by their roots."""
        own = str(self.entries.get(root, {}).get("name") or root[:12])
        same = [r for r, e in self.entries.items() if e.get("name") == own and r != root]
        return f"{own} {root[:6]}" if same else own

    def terms(self, root: str) -> Statistics:
        """The terms that a repository's own figures have."""
        told = self.entries.get(root, {}).get("statistics")
        return Statistics(**told) if isinstance(told, dict) else SHIPPED


def ask(lake: str, question: LakeQuestion, *, engine: str = DUCKDB, master: str = "") -> LakeAnswer:
    """Ask a lake. Raises LakeUnreadable, and GitledgerError where an engine is not there."""
    with open_lake(lake, engine, master) as (rows, folder):
        try:
            answers = [ask_engine(rows, question, name) for name in ("features", "lasting", "left")]
        except Exception as error:
            raise unreadable(lake, error) from error
    features, lasting, left = answers
    known = Lake(folder)
    entries, failed = known.entries(), known.failures()
    if not features:
        what = f"no outcome in {lake}" + (
            " between those days" if question != LakeQuestion() else ""
        )
        raise LakeUnreadable(what, COLLECT)
    parts = parts_of(question, features, lasting)
    return LakeAnswer(parts, tuple(left), entries, tuple(failed), digest(answers))


@contextmanager
def open_lake(lake: str, engine: str, master: str) -> Iterator[tuple[Rows, Path]]:
    """An engine over the tables of a lake, and the folder where its entries lie."""
    if "://" in lake and not lake.startswith("file://"):
        from gitledger.fleet.bucket import lake_copy  # noqa: PLC0415 - few lakes lie elsewhere

        with lake_copy(lake) as folder, open_lake(str(folder), engine, master) as here:
            yield here
        return
    folder = Path(lake.removeprefix("file://"))
    tables = tables_of(folder)
    if engine == DUCKDB:
        if master:
            raise UsageError("--master is Spark's", "add --engine spark, or leave it out")
        with duckdb_rows(tables) as rows:
            yield rows, folder
    else:
        with spark_rows(tables, master or "local[*]") as rows:
            yield rows, folder


def unreadable(lake: str, error: Exception) -> Exception:
    """What an engine's failure means: a damaged table is named, anything else is a bug."""
    if isinstance(error, GitledgerError):
        return error
    said = str(error)
    names = (word.strip("'\"();:,") for word in said.split())
    named = next((name for name in names if name.endswith(".parquet")), "")
    if named or "parquet" in said.lower():
        return broken(named or f"a table of {lake}")
    return error
