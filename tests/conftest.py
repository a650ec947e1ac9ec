"""Hermetic ground for every test: no user's git configuration, one identity, one clock."""

import gc
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from frozen import Frozen, freeze, played_once
from ground import git, gitledger, settle
from hypothesis import settings
from together import rank, scheduler

# the same inputs every time, however slow the machine; `make check-all` takes more of them, and
# `make nightly` draws fresh ones
settings.register_profile("same", derandomize=True, deadline=None, database=None, max_examples=40)
settings.register_profile("thorough", derandomize=True, deadline=None, database=None)
settings.register_profile("fresh", deadline=None, database=None, print_blob=True)
settings.load_profile("same")
# what starts the tests in the background (`nohup make test &`) has them ignored, and so would have
# every program that a test starts and ends by one of them
for number, usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
    (signal.SIGQUIT, signal.SIG_DFL),
):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that share what is dear to make stay in one process."""
    return scheduler(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins."""
    items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish() -> None:
    """What was imported and collected stays: it is not looked through for garbage again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


BUNDLE = Path(__file__).parent / "fixtures" / "ledger-0.1.0.bundle"


@pytest.fixture(autouse=True)
def hermetic(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Git and libgit2 both see an empty home, a fixed identity and UTC; returns that home."""
    return settle(tmp_path_factory.mktemp("home"), monkeypatch)


@pytest.fixture(scope="session")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Frozen, Frozen]:
    """A repository of one commit on `trunk`, with one tracked file; and the same with a ledger."""
    with pytest.MonkeyPatch.context() as patch:
        settle(tmp_path_factory.mktemp("home"), patch)
        path = tmp_path_factory.mktemp("ground") / "repo"
        path.mkdir()
        git(path, "init", "-q", "-b", "trunk")
        (path / "hello.txt").write_text("hello\n")
        git(path, "add", "hello.txt")
        git(path, "commit", "-q", "-m", "first")
        plain = freeze(path)
        assert gitledger(path, "init", "--no-hooks").code == 0
        git(path, "repack", "-adq")  # one file instead of forty folders of one
        return plain, freeze(path)


@pytest.fixture
def repo_dir(
    tmp_path: Path, grounds: tuple[Frozen, Frozen], request: pytest.FixtureRequest
) -> Path:
    """A repository of one commit on `trunk`, with one tracked file."""
    return grounds["ledger_dir" in request.fixturenames].lay(tmp_path / "repo")


@pytest.fixture
def run_git(repo_dir: Path) -> Callable[..., str]:
    """`git` bound to the test's repository."""
    return lambda *words, **kw: git(repo_dir, *words, **kw)


@pytest.fixture
def ledger_dir(repo_dir: Path) -> Path:
    """A repository with a ledger branch and without hooks: a test's commits start nothing."""
    return repo_dir  # laid down with the ledger in it


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A repository with the ledger that version 0.1.0 itself wrote (`fixtures/ledger-0.1.0.sh`)."""
    path = tmp_path / "old"
    path.mkdir()
    unpack(path)
    return path


@played_once
def unpack(path: Path) -> None:
    """That repository, with its branch checked out."""
    git(path, "init", "-q", "-b", "empty")
    git(path, "fetch", "-q", str(BUNDLE), "+refs/heads/*:refs/heads/*")
    git(path, "checkout", "-q", "trunk")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB; skipped where none can be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files are rewritten on demand only."""
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files")
