"""The folder of a lake: one Parquet file a repository, what is known of each, and one lock.

Every file is written beside its place and renamed, so that a reader sees the old one or the new
one. The tip that a file was made from stands in its footer; what `repos/` says is looked up and
never believed without it. Depends on pyarrow, loaded when a file is written or its footer read.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from typing import Any

from gitledger.errors import GitledgerError, LedgerLocked, WriteFailed
from gitledger.fleet.arrays import arrow_type, column_array
from gitledger.fleet.columns import COLUMNS, FOLD, SCHEMA
from gitledger.git.files import forget, put_in_folder, refused_at, write_failed

OUTCOMES, REPOSITORIES, FAILED, KEPT = "outcomes", "repos", "failed", "sums"
TABLE = ".parquet"
HINT = "pip install 'git-ledger[fleet]'"
TIP, MADE = b"gitledger.tip", b"gitledger.made"
GROUP = 1 << 17  # rows of a group
Json = Mapping[str, Any]


class LakeUnreadable(GitledgerError):
    """A lake that is not there, holds nothing, or was written by another schema."""


@dataclass(frozen=True, slots=True)
class Lake:
    """A lake in a folder of this machine."""

    folder: Path

    @property
    def tables(self) -> Path:
        """Where the tables of this schema lie."""
        return self.folder / OUTCOMES / f"v{SCHEMA}"

    def table(self, root: str) -> Path:
        """The table of one repository."""
        return self.tables / f"{root}{TABLE}"

    def entry_path(self, root: str) -> Path:
        """What is known of one repository."""
        return self.folder / REPOSITORIES / f"{root}.json"

    def failed_path(self, key: str) -> Path:
        """Why one repository was not collected."""
        return self.folder / FAILED / f"{key}.json"

    def entries(self) -> dict[str, Json]:
        """What is known of every repository, by root; an entry that cannot be read is none."""
        found: dict[str, Json] = {}
        for path in sorted((self.folder / REPOSITORIES).glob("*.json")):
            if entry := self.read(path):
                found[path.stem] = entry
        return found

    def failures(self) -> list[Json]:
        """What the last collection could not take, each with its reason."""
        return [self.read(path) for path in sorted((self.folder / FAILED).glob("*.json"))]

    def read(self, path: Path) -> Json:
        """An entry; nothing where it is missing or is none."""
        with suppress(OSError, ValueError):
            entry = json.loads(path.read_bytes())
            return entry if isinstance(entry, dict) else {}
        return {}

    def put(self, path: Path, entry: Json) -> None:
        """Write an entry whole. Raises WriteFailed."""
        text = json.dumps(entry, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        put_in_folder(path, text.encode())

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Keep any other collector out, and clear away what a killed one left. LedgerLocked."""
        try:
            self.tables.mkdir(parents=True, exist_ok=True)
            with (self.folder / ".lock").open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for scrap in self.tables.glob(".*"):
                    forget(str(scrap))
                yield
        except BlockingIOError:
            what = f"another collector is writing {self.folder}"
            raise LedgerLocked(what, "wait until it has ended, then run this again") from None
        except OSError as error:
            raise write_failed(error, refused_at(error, self.folder), done="written") from None


def refuse_other_schema(versions: Sequence[str], shown: str) -> None:
    """Raise LakeUnreadable where the newest tables are of a schema that is not this one."""
    numbers = [int(v[1:]) for v in versions if v[:1] == "v" and v[1:].isdigit()]
    newest = max(numbers, default=SCHEMA)
    if newest > SCHEMA:
        what = f"{shown} was written by schema {newest}; this gitledger reads {SCHEMA}"
        raise LakeUnreadable(what, "update gitledger: pip install --upgrade git-ledger")


def is_made_from(path: Path, tip: str) -> bool:
    """Whether a table is there, whole, of these columns and made from that tip."""
    try:
        found = pyarrow_parquet().read_metadata(path).metadata or {}
    except (OSError, ValueError):
        return False
    return bool(found.get(TIP) == tip.encode() and found.get(MADE) == MADE_BY)


MADE_BY = f"{SCHEMA}.{FOLD}".encode()


def pyarrow_parquet() -> Any:
    """pyarrow's Parquet. Raises GitledgerError with the command that installs it."""
    try:
        import pyarrow.parquet as found  # noqa: PLC0415 - a third of a second
    except ImportError:
        raise GitledgerError("a lake needs pyarrow and duckdb", HINT) from None
    return found


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], same: Mapping[str, str]) -> None:
    """Rows as a table at a path, durable, its bytes a function of the rows. Raises WriteFailed.

    A row has every column, as `rows.checked` leaves it; `same` are the cells that all rows share
    instead, whose tip goes into the footer as well.
    """
    parquet = pyarrow_parquet()
    import pyarrow as pa  # noqa: PLC0415 - loaded just before

    types = {name: arrow_type(pa, kind) for name, kind in COLUMNS.items()}
    cells = zip(*map(itemgetter(*COLUMNS), rows), strict=True) if rows else repeat((), len(COLUMNS))
    columns = [
        column_array(pa, COLUMNS[name], [same[name]] * len(rows) if name in same else column)
        for name, column in zip(COLUMNS, cells, strict=True)
    ]
    told = {TIP: same["tip"].encode(), MADE: MADE_BY}
    schema = pa.schema(list(types.items()), metadata=told)
    table = pa.Table.from_arrays(columns, schema=schema)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            parquet.write_table(
                table, file, compression="zstd", row_group_size=GROUP, store_decimal_as_integer=True
            )
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        forget(str(path))
        raise WriteFailed(f"{path}: {error.strerror}", "free some space and run it again") from None
