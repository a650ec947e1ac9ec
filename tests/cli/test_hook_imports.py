"""What short verbs load, by name, so that what a hook costs grows by decision only."""

import gc
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from ground import NO_HOOKS, git, gitledger

from gitledger import __main__

HOUSE = Path(__file__).resolve().parents[2]
APPEND = ("append", "tokens", "date=2026-01-01", "task=t", "checkpoint=plan", "planned=3")
BORROWED = {"click", "pygit2", "_cffi_backend", "msgspec", "typing_extensions"}
IDLE = {
    "asyncio",
    "concurrent",
    "csv",
    "difflib",
    "email",
    "html",
    "http",
    "importlib.metadata",
} | {
    *("json", "logging", "multiprocessing", "random", "secrets", "shutil", "socket", "ssl"),
    *("statistics", "string", "tempfile", "traceback", "unittest", "xml", "zipfile", "zoneinfo"),
}
DRAIN_ONLY = {"sqlite3", "subprocess"}
STORE = """
    book book.book book.world cli cli.ending cli.interrupt cli.main cli.options cli.progress
    cli.stderr commands commands.result errors git git.branch git.branch.definitions
    git.branch.deposit
    git.branch.draft git.branch.lock git.branch.move git.branch.record git.branch.rows
    git.branch.store git.branch.tip git.code
    git.code.head git.code.headposition git.code.spool git.configuration git.files git.objects
    git.oldest git.program git.reflog git.refs git.repository git.sharing git.trees ledger
    ledger.announcement ledger.automatic ledger.characters ledger.codec ledger.corrections
    ledger.door
    ledger.layout ledger.names ledger.onefact ledger.redaction ledger.row ledger.schema
    ledger.values
"""
WORDS = """
    commands.append ledger.rowinput book.opening book.once capture capture.waiting
    report report.figures report.row_text
"""
WRITER = """
    book.drain book.reconcile git.branch.deposit git.branch.lock git.branch.move git.branch.record
    git.branch.store
"""
DRAIN = """
    book.automatic book.commit_rows book.drain book.late_facts book.reconcile
    book.headcommits
    capture capture.heard capture.statefolder capture.trace
    commands.hook git.branch.keyindex git.code.diffs git.code.drainer git.code.feed git.code.hunks
    git.code.numstat git.code.ownlines git.code.rewrites git.commit git.hooks
    git.hooks.failures git.hooks.texts git.plumbing lines lines.change
"""
STATUSLINE = "commands commands.statusline"


def imported(words: tuple[str, ...], cwd: Path, given: str = "", *, code: int = 0) -> set[str]:
    """The modules that a fresh Python imports for some words, which end with that exit code."""
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", *words],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(HOUSE)},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr[-2000:]
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def ours(loaded: set[str]) -> set[str]:
    """Those of this package, without its name."""
    return {name.removeprefix("gitledger.") for name in loaded if name.startswith("gitledger.")}


def theirs(loaded: set[str]) -> set[str]:
    """The libraries, beyond what any Python of this machine loads at its start."""
    bare = imported(("-c", "pass"), HOUSE)
    names = {name.partition(".")[0] for name in loaded - bare}
    # `platform` asks for Windows' part of the standard library everywhere, from 3.12 on
    asked = {"_wmi", "gitledger", "org", "imported package"}
    return names - set(sys.stdlib_module_names) - asked


def idle(loaded: set[str], cwd: Path) -> set[str]:
    """Parts of the standard library that are loaded for nothing: click and libgit2 load none."""
    return loaded & (IDLE | DRAIN_ONLY) - imported(("-c", "import click, pygit2"), cwd)


def test_an_append_loads_these_modules(ledger_dir: Path) -> None:
    """An append of one row loads the store, and of the libraries only those it cannot spare."""
    program = ("-m", "gitledger", *APPEND)
    imported(program, ledger_dir)  # compiles the definition
    loaded = imported(program, ledger_dir)
    assert ours(loaded) == {*STORE.split(), *WORDS.split()}
    assert theirs(loaded) <= BORROWED
    assert idle(loaded, ledger_dir) == set()


def test_a_drain_loads_these_modules(ledger_dir: Path) -> None:
    """The drain of one commit loads the store, what counts lines, and the index of keys."""
    program = ("-m", "gitledger", "hook", "post-commit")
    for text in ("two\n", "three\n"):
        (ledger_dir / "hello.txt").write_text(text)
        git(ledger_dir, "commit", "-qam", "work")
        loaded = imported(program, ledger_dir)
    assert ours(loaded) == {*STORE.split(), *DRAIN.split()}
    assert theirs(loaded) <= BORROWED
    assert idle(loaded, ledger_dir) <= DRAIN_ONLY


def test_a_status_line_loads_these_modules(repo_dir: Path) -> None:
    """The status line loads itself and no library: it is drawn many times a minute."""
    loaded = imported(("-m", "gitledger", "statusline"), repo_dir, "{}")
    assert ours(loaded) == set(STATUSLINE.split())
    assert theirs(loaded) == set()
    assert idle(loaded, repo_dir) <= {"json"}


@pytest.fixture
def collector() -> Iterator[None]:
    """The collector of cycles with nothing frozen, and as it was afterwards."""
    before = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.set_threshold(*before)
    gc.freeze()


@pytest.mark.usefixtures("collector")
def test_the_collector_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a short verb runs cycles are not looked for, nor on the way out."""
    during = []
    monkeypatch.setattr("gitledger.cli.main.main", lambda: during.append(gc.get_threshold()[0]))
    __main__.main()
    assert during == [__main__.NEW_OBJECTS]
    assert gc.get_freeze_count() > __main__.NEW_OBJECTS / 10


def test_the_collector_rests_before_anything_is_imported(repo_dir: Path) -> None:
    """What begins the program imports nothing but the collector."""
    loaded = imported(("-c", "import gitledger.__main__"), repo_dir)
    assert theirs(loaded) == set()
    assert ours(loaded) == {"__main__"}


def test_the_scripts_begin_there() -> None:
    """Both names of the program begin where the collector is set."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    assert {*project["scripts"].values()} == {"gitledger.__main__:main"}


@pytest.mark.parametrize(
    ("words", "code"),
    [("status", 0), ("preview", 0), ("card WEEK0", 4), ("audit", 1)],
)
def test_what_solves_nothing_loads_no_arrays(ledger_dir: Path, words: str, code: int) -> None:
    """numpy, scipy and pandas are for the verbs that trace lines, replay, or make data frames."""
    for phase, weekly in (("before", "1"), ("after", "9")):
        typed = ("--phase", phase, "--set", f"weekly={weekly}")
        assert gitledger(ledger_dir, "override", "codex", "--window", "W0-01", *typed).code == 0
    assert gitledger(ledger_dir, "complete", "--window", "W0-01", "-f", "codex=2").code == 0
    loaded = imported(("-m", "gitledger", *words.split()), ledger_dir, code=code)
    assert "gitledger.book.windows" in loaded
    assert not {"numpy", "scipy", "pandas"} & loaded


@pytest.mark.parametrize(
    ("words", "code"),
    [("status", 0), ("log", 0), ("preview", 0), ("plan", 3), ("drift", 3), ("resets", 3)],
)
def test_what_looks_loads_no_writer(ledger_dir: Path, words: str, code: int) -> None:
    """Where nothing waits, a verb that looks comes through nothing that advances the branch."""
    gitledger(ledger_dir, "status")  # what the test's own setting up left
    loaded = imported(("-m", "gitledger", words), ledger_dir, code=code)
    assert "gitledger.git.branch.tip" in loaded
    assert ours(loaded) & set(WRITER.split()) == set()


def test_what_waits_brings_the_writer(repo_dir: Path) -> None:
    """The same verb records a commit that no hook saw."""
    assert gitledger(repo_dir, "init").code == 0
    git(repo_dir, *NO_HOOKS, "commit", "-q", "--allow-empty", "-m", "silent")
    loaded = imported(("-m", "gitledger", "log"), repo_dir)
    assert set(WRITER.split()) <= ours(loaded)
