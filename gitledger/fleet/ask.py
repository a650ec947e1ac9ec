"""A lake asked one question by either engine: parts as sums, and what is known of each root."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitledger.errors import GitledgerError, UsageError
from gitledger.fleet.answers import ask_engine
from gitledger.fleet.engine import (
    COLLECT,
    DUCKDB,
    broken,
    duckdb_rows,
    spark_rows,
    tables_of,
)
from gitledger.fleet.lake import Lake, LakeUnreadable
from gitledger.fleet.question import LakeQuestion, Record, digest, parts_of
from gitledger.fleet.table_answers import join_answers, kept_answers, no_answers
from gitledger.measure.repositories import ArmPart
from gitledger.measure.terms import SHIPPED, Statistics


@dataclass(frozen=True, slots=True)
class LakeAnswer:
    """What a lake says: parts, windows left out by repository and reason, entries by root.

    `names` are what repositories are called, by root. `digest` is the SHA-256 of the engine's
    answers: the same whatever engine gave them.
    """

    parts: tuple[ArmPart, ...]
    left_out: tuple[Record, ...]
    entries: Mapping[str, Mapping[str, Any]]
    failed: tuple[Mapping[str, Any], ...]
    digest: str
    names: Mapping[str, str]

    def name(self, root: str) -> str:
        """What a repository is called."""
        return self.names.get(root) or root[:12]

    def terms(self, root: str) -> Statistics:
        """The terms that a repository's own figures have."""
        told = self.entries.get(root, {}).get("statistics")
        return Statistics(**told) if isinstance(told, dict) else SHIPPED


def ask(lake: str, question: LakeQuestion, *, engine: str = DUCKDB, master: str = "") -> LakeAnswer:
    """Ask a lake. Raises LakeUnreadable, and GitledgerError where an engine is not there."""
    if engine == DUCKDB and master:
        raise UsageError("--master is Spark's", "add --engine spark, or leave it out")
    with folder_of(lake) as folder:
        try:
            answers = answered_by(tables_of(folder), question, engine, master)
        except Exception as error:
            raise unreadable(lake, error, folder) from error
        known = Lake(folder)
        entries, failed = known.entries(), known.failures()
    features, lasting, left = answers
    if not features:
        what = f"no outcome in {lake}" + ("" if question.of_all_days else " between those days")
        raise LakeUnreadable(what, COLLECT)
    parts = parts_of(question, features, lasting)
    return LakeAnswer(
        parts, tuple(left), entries, tuple(failed), digest(answers), names_in(entries)
    )


def names_in(entries: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
    """The names of repositories by root; two of one name are told apart by their roots."""
    own = {root: str(entry.get("name") or root[:12]) for root, entry in entries.items()}
    times = Counter(own.values())
    return {root: f"{name} {root[:6]}" if times[name] > 1 else name for root, name in own.items()}


def answered_by(
    tables: Sequence[str], question: LakeQuestion, engine: str, master: str
) -> list[list[Record]]:
    """The answers of some tables: what DuckDB said before is not asked again."""
    keeps = engine == DUCKDB
    kept, rest = kept_answers(tables, question) if keeps else (no_answers(), tables)
    if not rest:
        return join_answers(kept)
    over = duckdb_rows(rest) if engine == DUCKDB else spark_rows(rest, master or "local[*]")
    with over as rows:
        fresh = ask_engine(rows, question)
    return join_answers(kept, fresh)


@contextmanager
def folder_of(lake: str) -> Iterator[Path]:
    """The folder of a lake on this machine; one that lies elsewhere is brought here meanwhile."""
    if "://" not in lake or lake.startswith("file://"):
        yield Path(lake.removeprefix("file://"))
        return
    from gitledger.fleet.bucket import lake_copy  # noqa: PLC0415 - few lakes lie elsewhere

    with lake_copy(lake) as folder:
        yield folder


def unreadable(lake: str, error: Exception, folder: Path) -> Exception:
    """What an engine's failure means: a damaged table is named, anything else is a bug.

    Of a lake that was brought here its own address is named, not the copy's folder.
    """
    found = error if isinstance(error, GitledgerError) else damage(lake, error)
    if found is None:
        return error
    if isinstance(found, LakeUnreadable) and "://" in lake:
        what, hint = (text.replace(str(folder), lake) for text in (found.what, found.hint))
        return LakeUnreadable(what, hint)
    return found


def damage(lake: str, error: Exception) -> GitledgerError | None:
    """The refusal of the table that an engine's failure names, if it is one of a table."""
    said = str(error)
    names = (word.strip("'\"();:,") for word in said.split())
    named = next((name for name in names if name.endswith(".parquet")), "")
    if named or "parquet" in said.lower():
        return broken(named or f"a table of {lake}")
    return None
