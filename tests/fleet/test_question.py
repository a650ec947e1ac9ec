"""A lake asked: figures that equal each repository's own, whatever engine, split or order."""

import gc
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from decimal import Decimal
from pathlib import Path
from threading import Event, Thread
from types import ModuleType, SimpleNamespace

import pytest
from ground import Answer, gitledger
from lakes import ledger, windows_of

from gitledger.book.opening import open_book
from gitledger.book.windows import fold_book
from gitledger.book.world import World
from gitledger.fleet.answers import added_up, ask_engine, both
from gitledger.fleet.ask import ask
from gitledger.fleet.engine import duckdb_rows, knock, spark_rows, tables_of
from gitledger.fleet.question import (
    GROUPS,
    LakeQuestion,
    Record,
    digest,
    names_of,
    parts_of,
    statements,
)
from gitledger.fleet.table_answers import join_answers, kept_answers, kept_path
from gitledger.measure.efficiency import FEATURES_PER_PP, efficiency, sample_of
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.rounding import squared_steps
from gitledger.measure.windowed import outcomes_of

NAMES = ("sums", "days")
ASKED = [
    LakeQuestion(by, *days)
    for by in GROUPS
    for days in ((0, 99999999), (20260310, 20260331), (20260316, 99999999))
]


@pytest.fixture
def lake(lake_of_five: Path, tmp_path: Path) -> Path:
    """The five as a lake, which a test may change."""
    return Path(shutil.copytree(lake_of_five, tmp_path / "lake"))


def answers(lake: Path, question: LakeQuestion) -> list[list[Record]]:
    """What DuckDB says."""
    with duckdb_rows(tables_of(lake)) as rows:
        return ask_engine(rows, question)


def own_outcomes(path: Path) -> tuple[WindowOutcome, ...]:
    """The windows of one repository as its own verbs read them."""
    from datetime import UTC, datetime

    book = open_book(World(path, datetime.now(UTC), dict(os.environ)))
    folded = fold_book(book)
    return outcomes_of(folded.windows, folded.terms)


def asked_of(outcomes: tuple[WindowOutcome, ...], question: LakeQuestion) -> list[WindowOutcome]:
    """The outcomes of the days of a question."""
    return [
        o
        for o in outcomes
        if question.since <= int(o.at[:10].replace("-", "") or 0) <= question.until
    ]


def group_in(outcome: WindowOutcome, question: LakeQuestion) -> str:
    """The group of an outcome, by Python."""
    named = {"": "", "team": "unnamed", "period": outcome.at[:7]}
    return named.get(question.by, outcome.methodology)


@pytest.mark.parametrize("question", ASKED, ids=str)
def test_sums_of_an_engine_are_those_of_the_windows(
    five: Path, lake: Path, question: LakeQuestion
) -> None:
    """Every repository, group and day: sums, neighbours, steps, so every digit of an interval."""
    features, lasting, _ = answers(lake, question)
    parts = {(p.repo, p.group): p for p in parts_of(question, features, lasting)}
    roots = {json.loads(p.read_text())["name"]: p.stem for p in (lake / "repos").glob("*.json")}
    seen = 0
    for name, root in roots.items():
        own = asked_of(own_outcomes(five / name), question)
        for group in {group_in(o, question) for o in own}:
            mine = [o for o in own if group_in(o, question) == group]
            part = parts[root, group]
            kept = sorted((o for o in mine if not o.unusable), key=lambda o: (o.at, o.window))
            assert (part.windows, part.features.n) == (len(mine), len(kept))
            if not kept:
                continue
            sums = sample_of(kept, FEATURES_PER_PP).sums
            assert (part.features.x, part.features.y) == (sums.x, sums.y)
            assert part.features.lags == sums.lags
            assert part.features.steps == squared_steps(kept)
            made = efficiency(mine, "codex").sample.sums
            assert (part.features.rounding, part.features.df) == (made.rounding, made.df)
            seen += 1
    assert seen == len([p for p in parts.values() if p.features.n])


def test_a_repositorys_figure_is_its_own_previews(five: Path, lake: Path) -> None:
    """To the digit, by methodology too."""
    for words, key in (((), "provider"), (("--by", "methodology"), "methodology")):
        told = gitledger(
            lake.parent, "fleet", "preview", "--lake", str(lake), *words, "--json"
        ).json
        seen = 0
        for arm in told["arms"]:
            for one in arm["by_repository"]:
                own = gitledger(five / one["repo"], "preview", *words, "--json").json["providers"]
                name = arm["group"] or arm["provider"]
                (mine,) = [entry for entry in own if entry[key] == name]
                assert one["efficiency"] == mine["efficiency"]
                seen += 1
        assert seen >= 5


def test_any_split_into_files_gives_the_same_answers(lake: Path, tmp_path: Path) -> None:
    """One file for all, a file for every three rows, in another order: one SHA-256."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = pa.concat_tables([pq.read_table(path) for path in tables_of(lake)])
    for folder, size in (("one", whole.num_rows), ("many", 3)):
        place = tmp_path / folder / "outcomes/v1"
        place.mkdir(parents=True)
        for number, begun in enumerate(reversed(range(0, whole.num_rows, size))):
            pq.write_table(whole.slice(begun, size), place / f"{number:04}.parquet")
    for question in ASKED[:6]:
        (first,) = {digest(answers(tmp_path / name, question)) for name in ("one", "many")}
        assert first == digest(answers(lake, question))


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_any_number_of_threads_gives_the_same_answers(
    lake: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    """One SHA-256, however the work is parted among them."""
    import duckdb

    expected = [digest(answers(lake, question)) for question in ASKED[:3]]
    begun = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda: begun(config={"threads": threads}))
    assert [digest(answers(lake, question)) for question in ASKED[:3]] == expected


@pytest.mark.parametrize("by", GROUPS)
def test_what_is_kept_beside_tables_is_what_they_say(lake: Path, by: str) -> None:
    """The same SHA-256 from what is kept, from the rows, and from some of each; days are asked."""
    question = LakeQuestion(by)
    expected = digest(answers(lake, question))
    tables = tables_of(lake)
    kept, rest = kept_answers(tables, question)
    assert (digest(join_answers(kept)), rest) == (expected, [])
    kept_path(Path(tables[2])).unlink()
    assert kept_answers(tables, question)[1] == [tables[2]]
    assert ask(str(lake), question).digest == expected
    some = LakeQuestion(by, 20260316)
    assert ask(str(lake), some).digest == digest(answers(lake, some))


@pytest.mark.parametrize("by", GROUPS)
def test_days_that_hold_a_whole_table_are_answered_from_what_is_kept(lake: Path, by: str) -> None:
    """A table inside or outside the days is not read, one across their edge is: the same digits."""
    tables = tables_of(lake)
    days = {one: json.loads(kept_path(Path(one)).read_text())["days"] for one in tables}
    first, shortest = min(d[0] for d in days.values()), min(d[1] for d in days.values())
    for since, until, read in (
        (first, 20991231, []),
        (first + 1, 20991231, [one for one in tables if days[one][0] <= first]),
        (first, shortest, [one for one in tables if days[one][1] > shortest]),
        (20990101, 20991231, []),
    ):
        question = LakeQuestion(by, since, until)
        kept, rest = kept_answers(tables, question)
        assert rest == read
        told = ask_some(rest, question) if rest else [[], [], []]
        assert digest(join_answers(kept, told)) == digest(answers(lake, question))


def ask_some(tables: list[str], question: LakeQuestion) -> list[list[Record]]:
    """What DuckDB says of some tables."""
    with duckdb_rows(tables) as rows:
        return ask_engine(rows, question)


def test_lines_of_several_reasons_are_added_as_an_engine_would() -> None:
    """Counts and sums to the last of 38 digits, the least and the most plan, nothing to nothing."""
    most = Decimal("1" + 29 * "0" + ".00000001")
    line = dict.fromkeys(names_of(statements()["sums"])) | {"repo": "r", "n": 2, "windows": 3}
    lines = [
        line | {"why": "", "plan": Decimal(7), "dearest": Decimal(7), "f_x": most},
        line | {"why": "void", "plan": Decimal(5), "dearest": Decimal(9), "n": 0, "f_x": most},
    ]
    (found,) = added_up(lines, "features")
    assert (found["windows"], found["n"], found["f_y"]) == (6, 2, None)
    assert (found["plan"], found["dearest"]) == (5, 9)
    assert str(found["f_x"]) == "2" + 29 * "0" + ".00000002"
    assert [record["windows"] for record in added_up(lines, "left")] == [3, 3]
    assert both("f_x", None, Decimal(2)) == both("f_x", Decimal(2), None) == 2


def test_what_is_kept_of_other_rows_is_passed_over(lake: Path) -> None:
    """A table that another program wrote anew, another SQL, a damaged file: the rows are asked."""
    import pyarrow.parquet as pq

    question = LakeQuestion()
    before = ask(str(lake), question)
    changed, edited, damaged, *_ = map(Path, tables_of(lake))
    pq.write_table(pq.read_table(changed).slice(1), changed)
    told = json.loads(kept_path(edited).read_text())
    kept_path(edited).write_text(json.dumps(told | {"sql": "another"}))
    kept_path(damaged).write_bytes(kept_path(damaged).read_bytes()[:-9])
    assert kept_answers(tables_of(lake), question)[1] == [str(changed), str(edited), str(damaged)]
    after = ask(str(lake), question)
    assert after.digest == digest(answers(lake, question)) != before.digest


SPOKEN = {"SUM", "COUNT", "MIN", "MAX", "MOD", "GREATEST"}
WORDS = {
    *("SELECT", "AS", "FROM", "WHERE", "BETWEEN", "AND", "GROUP", "BY"),
    *("CASE", "WHEN", "THEN", "END", "IS", "NOT", "NULL"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("by", GROUPS)
def test_the_text_is_what_both_engines_read(name: str, by: str) -> None:
    """No quotes, no remark, no function and no word beyond a few, no join, no double."""
    sql = LakeQuestion(by, 20260101, 20261231).sql(name)
    assert not set(sql) & set("\"'`;:%|&!~^@#$\\[]{}")
    assert "--" not in sql
    calls = set(re.findall(r"\b(\w+)\(", sql))
    assert calls <= SPOKEN
    assert set(re.findall(r"\b[A-Z]+\b", sql)) <= SPOKEN | WORDS
    assert "/" not in sql


def test_statements_are_the_two_that_are_asked() -> None:
    """Nothing else stands in the file."""
    assert set(statements()) == set(NAMES)


def test_a_question_shows_its_figures_in_every_form(lake: Path) -> None:
    """Text, card with its exit code, and a page without anything that is fetched."""
    words = ("--lake", str(lake), "--by", "methodology")
    text = gitledger(lake.parent, "fleet", "preview", *words)
    assert (text.code, "codex/spec" in text.out, "Within repositories" in text.out) == (
        0,
        True,
        True,
    )
    card = gitledger(lake.parent, "fleet", "card", *words, "--json")
    verdict = card.json["verdict"]
    assert card.code == {"GO": 0, "NO-GO": 1}.get(verdict, 4)
    assert {one["verdict"] for one in card.json["comparisons"]} == {verdict}
    made = gitledger(lake.parent, "fleet", "report", *words, "--out", "page.html")
    page = (lake.parent / "page.html").read_text()
    assert made.code == 0
    assert "codex/spec" in page
    assert not re.search(r"(?:src|href)=|<script|url\(|@import", page)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--lake", "nowhere"), 3, "no such lake"),
        (("--lake", "LAKE", "--since", "yesterday"), 2, "is not a day"),
        (("--lake", "LAKE", "--since", "2030-01-01"), 3, "between those days"),
        (("--lake", "LAKE", "--master", "local[2]"), 2, "--engine spark"),
        (("--lake", "s3:///x"), 3, "cannot be read"),
    ],
)
def test_what_cannot_be_answered_says_the_next_step(
    lake: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    """Exit code and sentence."""
    asked_for = [str(lake) if word == "LAKE" else word for word in words]
    told = gitledger(lake.parent, "fleet", "preview", *asked_for)
    assert (told.code, said in told.err, "next: " in told.err) == (code, True, True)


def test_spark_that_is_not_installed_is_one_sentence(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the other engine as the way out."""
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    told = gitledger(lake.parent, "fleet", "preview", "--lake", str(lake), "--engine", "spark")
    assert (told.code, "--engine duckdb" in told.err) == (3, True)


class FakeSpark:
    """A client of Spark, as far as a session is begun; `version` is its server's."""

    def __init__(self) -> None:
        self.version = "4.1.0"
        self.stopped = False
        self.sparkContext = SimpleNamespace(setLogLevel=lambda _level: None)

    def __getattr__(self, name: str) -> Callable[..., "FakeSpark"]:
        return lambda *_words: self

    def stop(self) -> None:
        """Be done."""
        self.stopped = True


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> FakeSpark:
    """pyspark 4.1 in this process, whose sessions are fakes."""
    fake = FakeSpark()
    top, sql = ModuleType("pyspark"), ModuleType("pyspark.sql")
    top.__version__ = "4.1.4"  # type: ignore[attr-defined]
    sql.SparkSession = SimpleNamespace(builder=fake)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyspark", top)
    monkeypatch.setitem(sys.modules, "pyspark.sql", sql)
    return fake


def asked_of_spark(lake: Path, server: socket.socket, kind: str = "sc") -> Answer:
    """A question to whatever listens there."""
    words = ("--lake", str(lake), "--engine", "spark")
    master = f"{kind}://127.0.0.1:{server.getsockname()[1]}"
    return gitledger(lake.parent, "fleet", "preview", *words, "--master", master)


def test_a_server_of_spark_that_says_nothing_is_left(
    lake: Path, spark: FakeSpark, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the line and never speaks: one sentence with the way out, after the time is up."""
    monkeypatch.setattr("gitledger.fleet.engine.SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = asked_of_spark(lake, server)
    assert (told.code, "does not answer: timed out" in told.err) == (3, True)
    assert "--engine duckdb" in told.err


def test_a_master_that_gives_no_session_is_left(
    lake: Path, spark: FakeSpark, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the line, and Spark waits without end: one sentence after the time is up."""
    monkeypatch.setattr("gitledger.fleet.engine.PATIENCE", 0.2)
    let_go = Event()
    monkeypatch.setattr(FakeSpark, "collect", lambda _self: let_go.wait(60), raising=False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = asked_of_spark(lake, server, "spark")
    let_go.set()
    assert (told.code, "does not answer: no session within 0.2 s" in told.err) == (3, True)
    assert "--engine duckdb" in told.err


def test_a_master_that_is_not_there_is_told_at_once(lake: Path, spark: FakeSpark) -> None:
    """Nobody listens at that port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    words = ("--lake", str(lake), "--engine", "spark", "--master", f"spark://127.0.0.1:{port}")
    told = gitledger(lake.parent, "fleet", "preview", *words)
    assert (told.code, "does not answer" in told.err, "refused" in told.err) == (3, True, True)


def speak(server: socket.socket) -> None:
    """Answer whoever comes first."""
    with server.accept()[0] as line:
        line.sendall(b"x")


@pytest.mark.parametrize("version", ["4.0.1", "3.5.9"])
def test_a_client_newer_than_the_server_is_refused(
    lake: Path, spark: FakeSpark, version: str
) -> None:
    """Both versions are named, and which one to install."""
    spark.version = version
    with socket.create_server(("127.0.0.1", 0)) as server:
        speaker = Thread(target=speak, args=(server,))
        speaker.start()
        told = asked_of_spark(lake, server)
        speaker.join()
    assert (told.code, "4.1.4" in told.err, version in told.err) == (3, True, True)
    assert f"pyspark-client=={version[:3]}.*" in told.err
    assert spark.stopped


def test_a_lake_elsewhere_is_read_through_pyarrow(lake: Path) -> None:
    """Any file system of pyarrow's, here the one of this machine under an address."""
    from gitledger.fleet.bucket import lake_copy

    with lake_copy(f"file://{lake}") as copy:
        there = ask(str(copy), LakeQuestion())
    assert not copy.exists()
    assert there == ask(str(lake), LakeQuestion())


def listen_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server that was started listens; fail where it ended."""
    for _ in range(600):
        with suppress(OSError):
            knock(address)
            return
        assert server.poll() is None
        time.sleep(0.2)
    pytest.fail(f"{address} does not listen")


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A standalone master with two workers on this machine."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    start = [str(home / "bin/spark-class"), "org.apache.spark.deploy"]
    url = "spark://127.0.0.1:17077"
    master = ("master.Master", "--host", "127.0.0.1", "--port", "17077", "--webui-port", "0")
    worker = ("worker.Worker", "--cores", "1", "--memory", "1g", "--webui-port", "0", url)
    running = []
    try:
        for number, (what, *words) in enumerate((master, worker, worker)):
            command = [start[0], f"{start[1]}.{what}", *words]
            with (folder / f"{number}.log").open("w") as log:
                running.append(
                    subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
                )
        listen_for(url, running[0])
        yield url
    finally:
        for one in running:
            one.terminate()
            one.wait()


@pytest.fixture
def three_lakes(lake: Path, tmp_path: Path) -> tuple[Path, ...]:
    """The five; one repository alone; eight of two providers, a point dearer in each."""
    alone = Path(shutil.copytree(lake, tmp_path / "alone"))
    for path in tables_of(alone)[1:]:
        Path(path).unlink()
    home = tmp_path / "eight"
    for number in range(8):
        windows = windows_of(100 + number, 6 + 5 * number, 0.2 + 0.05 * number, worse=0.8)
        provider = ("codex", "glm")[number % 2]
        ledger(home / f"r{number}", dict(os.environ), windows, provider=provider)
    words = ("fleet", "collect", str(home), "--out", "other", "--cache", "cache", "--jobs", "1")
    assert gitledger(tmp_path, *words).code == 0
    return lake, alone, tmp_path / "other"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.parametrize("where", ["local[2]", "standalone"])
def test_spark_gives_the_digits_of_duckdb(
    three_lakes: tuple[Path, ...], tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same SHA-256 of all answers, over each of three lakes."""
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed: see Makefile, spark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs a Java, and there is none")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    questions = ASKED[::3]
    place = cluster(tmp_path) if where == "standalone" else nullcontext(where)
    with place as master:
        for lake in three_lakes:
            with spark_rows(tables_of(lake), master) as rows:
                found = [digest(ask_engine(rows, question)) for question in questions]
            assert found == [digest(answers(lake, question)) for question in questions]
            del rows
    gc.collect()  # pyspark leaves its sockets to the collector, which would tell the next test


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """A server of Spark Connect on this machine, once it speaks."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    name = "org.apache.spark.sql.connect.service.SparkConnectServer"
    told = ("--master", "local[2]", "--conf", "spark.connect.grpc.binding.port=17078")
    words = [str(home / "bin/spark-submit"), "--class", name, *told, "spark-internal"]
    with (folder / "connect.log").open("w") as log:
        server = subprocess.Popen(words, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        listen_for("sc://127.0.0.1:17078", server)
        yield "sc://127.0.0.1:17078"
    finally:
        server.terminate()
        server.wait()


@pytest.mark.slow
def test_spark_connect_gives_the_digits_of_duckdb(lake: Path, tmp_path: Path) -> None:
    """By the program itself, as a person asks: the same SHA-256 of the answers."""
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed: see Makefile, spark")
    pytest.importorskip("grpc", reason="Spark Connect needs grpcio")
    if shutil.which("java") is None:
        pytest.skip("Spark needs a Java, and there is none")
    words = ("fleet", "preview", "--lake", str(lake), "--by", "methodology", "--json")
    expected = gitledger(tmp_path, *words).json
    with connect_server(tmp_path) as master:
        asked = (sys.executable, "-m", "gitledger", *words, "--engine", "spark", "--master", master)
        told = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, check=True)
    found = json.loads(told.stdout)
    assert (found["digest"], found["arms"]) == (expected["digest"], expected["arms"])


@pytest.mark.slow
def test_a_lake_in_a_store_gives_the_digits_of_a_folder(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 as moto serves it on this machine; what is not there is named by its address."""
    server = pytest.importorskip("moto.server", reason="moto is not installed: see Makefile, spark")
    from pyarrow import fs

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    served = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    served.start()
    host, port = served.get_host_and_port()
    try:
        place = f"{host}:{port}"
        store = fs.S3FileSystem(
            endpoint_override=place, scheme="http", allow_bucket_creation=True, region="us-east-1"
        )
        store.create_dir("bucket")
        fs.copy_files(str(lake), "bucket/lake", fs.LocalFileSystem(), store)
        there = f"?endpoint_override={place}&scheme=http&region=us-east-1"
        own = gitledger(tmp_path, "fleet", "preview", "--lake", str(lake), "--json").json
        words = ("fleet", "preview", "--lake", f"s3://bucket/lake{there}", "--json")
        assert gitledger(tmp_path, *words).json["digest"] == own["digest"]
        none = gitledger(tmp_path, "fleet", "preview", "--lake", f"s3://bucket/none{there}")
        assert (none.code, "no outcome in s3://bucket/none" in none.err) == (3, True)
    finally:
        served.stop()
