"""Hermetic ground for every test: no user's git configuration, one identity, one clock."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pygit2
import pytest
from ground import git, gitledger
from hypothesis import settings

# the same inputs every time, however slow the machine; `make nightly` draws fresh ones
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("fresh", deadline=None, database=None, print_blob=True)
settings.load_profile("same")
IDENTITY = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"} | {
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}
# what starts the tests in the background (`nohup make test &`) has them ignored, and so would have
# every program that a test starts and ends by one of them
for number, usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
    (signal.SIGQUIT, signal.SIG_DFL),
):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)
SCOPES = (
    pygit2.enums.ConfigLevel.GLOBAL,
    pygit2.enums.ConfigLevel.XDG,
    pygit2.enums.ConfigLevel.SYSTEM,
    pygit2.enums.ConfigLevel.PROGRAMDATA,
)


@pytest.fixture(autouse=True)
def hermetic(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Git and libgit2 both see an empty home, a fixed identity and UTC; returns that home."""
    home = tmp_path_factory.mktemp("home")
    for name in [n for n in os.environ if n.startswith(("GIT_", "GITLEDGER_", "XDG_"))]:
        monkeypatch.delenv(name)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    for name in ("AGENT_ID", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("TZ", "UTC")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = trunk\n"
        # a power cut is no part of a test, but of those that ask for it
        "[core]\n\tfsync = none\n[gitledger]\n\tfsync = false\n"
    )
    for scope in SCOPES:
        pygit2.settings.search_path[scope] = str(home)
    return home


@pytest.fixture
def repo_dir(tmp_path: Path) -> Iterator[Path]:
    """A repository of one commit on `trunk`, with one tracked file."""
    path = tmp_path / "repo"
    path.mkdir()
    git(path, "init", "-q", "-b", "trunk")
    (path / "hello.txt").write_text("hello\n")
    git(path, "add", "hello.txt")
    git(path, "commit", "-q", "-m", "first")
    return path


@pytest.fixture
def run_git(repo_dir: Path) -> Callable[..., str]:
    """`git` bound to the test's repository."""
    return lambda *words, **kw: git(repo_dir, *words, **kw)


@pytest.fixture
def ledger_dir(repo_dir: Path) -> Path:
    """A repository with a ledger branch and without hooks: a test's commits start nothing."""
    assert gitledger(repo_dir, "init", "--no-hooks").code == 0
    return repo_dir


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files are rewritten on demand only."""
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files")
