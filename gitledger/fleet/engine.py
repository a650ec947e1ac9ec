"""The engines that a question is put to; each is one function from SQL to rows.

The only place that knows them. Both see the tables of a lake as the view `outcomes`. Depends on
duckdb and pyspark, loaded when one is asked; pyarrow reads lakes that are not on this machine.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from queue import Empty, Queue
from socket import create_connection
from threading import Thread
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from gitledger.errors import GitledgerError
from gitledger.fleet.columns import SCHEMA
from gitledger.fleet.lake import HINT, OUTCOMES, TABLE, LakeUnreadable, refuse_other_schema

T = TypeVar("T")
Cell = str | int | Decimal | None
Rows = Callable[[str], list[tuple[Cell, ...]]]
DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
COLLECT = "gitledger fleet collect DIR --out LAKE"
MAGIC = b"PAR1"
SECONDS = 20.0  # until a server that says nothing is left
PATIENCE = 120.0  # seconds until a cluster has answered once: it may have to start machines
REMOTE, STANDALONE = "sc://", "spark://"
CONNECT, MASTER = 15002, 7077  # their ports
GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
SAME_DIGITS = "--engine duckdb, which gives the same digits"


@contextmanager
def duckdb_rows(tables: Sequence[str]) -> Iterator[Rows]:
    """DuckDB in this process."""
    try:
        import duckdb  # noqa: PLC0415 - large, and Spark needs none
    except ImportError:
        raise GitledgerError("a lake needs duckdb and pyarrow", HINT) from None
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")  # it writes into the answer
        connection.read_parquet(list(tables)).create_view("outcomes")
        yield lambda sql: connection.execute(sql).fetchall()


@contextmanager
def spark_rows(tables: Sequence[str], master: str) -> Iterator[Rows]:
    """Spark at a master, or behind Spark Connect (sc://)."""
    session = spark_at(master)
    try:
        session.read.parquet(*tables).createOrReplaceTempView("outcomes")
        yield lambda sql: [tuple(row) for row in session.sql(sql).collect()]
    finally:
        session.stop()


def spark_at(master: str) -> Any:
    """A session of Spark. Raises GitledgerError where it is not installed or does not answer."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - the cluster's own, or the thin client
    except ImportError:
        hint = f"pip install 'git-ledger[spark]', or {SAME_DIGITS}"
        raise GitledgerError("--engine spark needs pyspark", hint) from None
    builder = SparkSession.builder.appName("gitledger")
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "16",  # answers are small: a line for each repository
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        knock(master)
        session = within(PATIENCE, lambda: begin_session(builder, master))
    except Exception as error:  # noqa: BLE001 - py4j, grpc and Spark each have their own
        raise spark_silence(master, error) from None
    refuse_older_server(session)
    return session


def begin_session(builder: Any, master: str) -> Any:
    """A session that has answered once: a master without a worker takes one and never answers."""
    if master.startswith(REMOTE):
        session = builder.remote(master).getOrCreate()
    else:
        builder = builder.config("spark.ui.showConsoleProgress", "false")  # a server's own
        session = builder.master(master).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    session.sql("SELECT 1").collect()
    return session


def within(seconds: float, work: Callable[[], T]) -> T:
    """What some work gives. Raises TimeoutError when it takes longer: it is left to itself then.

    Spark knows no limit for a master that takes a line and says nothing, or one without a worker.
    """
    done: Queue[tuple[T | None, Exception | None]] = Queue()

    def run() -> None:
        try:
            done.put((work(), None))
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            done.put((None, error))

    Thread(target=run, daemon=True).start()
    try:
        found, error = done.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no session within {seconds:g} s") from None
    if error is not None:
        raise error
    return cast("T", found)


def knock(master: str) -> None:
    """Raise OSError where nobody listens: clients of Spark would try for one to ten minutes.

    Every server of HTTP/2, so of Spark Connect, says its settings first; one behind TLS, and a
    master of its own kind (spark://), is only seen to be there.
    """
    place = urlsplit(master.partition(",")[0])
    if not master.startswith((REMOTE, STANDALONE)):
        return
    port = place.port or (CONNECT if master.startswith(REMOTE) else MASTER)
    with create_connection((place.hostname or "", port), SECONDS) as line:
        if master.startswith(STANDALONE):
            return
        if "use_ssl=true" in place.path.lower() or "token=" in place.path.lower():
            return
        line.sendall(GREETING)
        if not line.recv(1):
            raise ConnectionError("it closed the line at once")


def refuse_older_server(session: Any) -> None:
    """Raise GitledgerError where the client is newer than its server: nobody promises that."""
    import pyspark  # noqa: PLC0415 - it is there by now

    own, theirs = (
        [int(number) for number in re.findall(r"\d+", str(version))[:2]]
        for version in (pyspark.__version__, session.version)
    )
    if own > theirs:
        server = ".".join(map(str, theirs))
        what = f"pyspark {pyspark.__version__} is the client, and Spark {session.version} answers"
        session.stop()
        hint = f"pip install 'pyspark-client=={server}.*', or {SAME_DIGITS}"
        raise GitledgerError(what, hint)


def spark_silence(master: str, error: Exception) -> GitledgerError:
    """Why Spark gave no session."""
    said = str(error).strip().splitlines()
    what = f"Spark at {master} does not answer: {said[0] if said else type(error).__name__}"
    return GitledgerError(what, f"see that it runs there, or {SAME_DIGITS}")


def tables_of(folder: Path) -> list[str]:
    """The tables of a lake on this machine, in order; each looks whole. Raises LakeUnreadable."""
    if not folder.is_dir():
        raise LakeUnreadable(f"{folder}: no such lake", COLLECT)
    refuse_other_schema([path.name for path in (folder / OUTCOMES).glob("v*")], str(folder))
    found = sorted((folder / OUTCOMES / f"v{SCHEMA}").glob(f"[!.]*{TABLE}"))
    if not found:
        raise LakeUnreadable(f"no outcome in {folder}", COLLECT)
    for path in found:
        refuse_broken(path)
    return [str(path) for path in found]


def refuse_broken(path: Path) -> None:
    """Raise LakeUnreadable where a table was cut or is none."""
    with path.open("rb") as file:
        head = file.read(4)
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        tail = file.read()
        length = int.from_bytes(tail[:4], "little")
        if head == MAGIC == tail[4:] and length + 12 <= size:
            return
    raise broken(str(path))


def broken(table: str) -> LakeUnreadable:
    """The refusal of a table that cannot be read."""
    return LakeUnreadable(
        f"{table} is damaged: not a whole Parquet file",
        f"rm {table}; then gitledger fleet collect takes that repository again",
    )
