"""Shell completion: the scripts, and what is offered, read without writing or failing."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from frozen import played_once
from ground import git, gitledger

from gitledger.book import candidates
from gitledger.book.world import World
from gitledger.cli.main import COMPLETING, program

PANE = "5h limit: [####] 92% left (resets 13:10)\nWeekly limit: [###] 77% left (resets 12:24)\n"
BIN = Path(sys.executable).parent


@pytest.fixture
def asked_dir(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger with two windows, asked by a shell."""
    two_windows(ledger_dir)
    monkeypatch.setenv(COMPLETING, "bash_complete")
    return ledger_dir


@played_once
def two_windows(directory: Path) -> None:
    """The same, before it is asked."""
    for window, provider in (("W0-01", "codex"), ("X-7", "codex")):
        words = ("start", provider, "-w", window, "--from", "-", "--at", "2026-11-23T09:00Z")
        assert gitledger(directory, *words, "--tz", "UTC", stdin=PANE).code == 0
        assert gitledger(directory, "end", *words[1:], "--tz", "UTC", stdin=PANE).code in {0, 1}


def offered(directory: Path, *words: str) -> list[str]:
    """What a shell is offered behind the words; the last one is half typed."""
    shell = ShellComplete(program, {}, "gitledger", COMPLETING)
    found = shell.get_completions(["-C", str(directory), *words[:-1]], words[-1])
    return [item.value if item.type == "plain" else item.type for item in found]


@pytest.mark.parametrize(
    ("words", "right"),
    [
        (("sta",), ["start", "statusline", "status"]),
        (("start", "co"), ["codex"]),
        (("start", ""), ["codex", "claude", "glm"]),
        (("audit", "--window", ""), ["X-7", "W0-01"]),
        (("complete", "-w", "W"), ["W0-01"]),
        (("show", "W"), ["W0-01"]),
        (("card", "X"), ["X-7"]),
        (("churn", "--provider", "g"), ["glm"]),
        (("feature", "reserve", "-w", "W"), ["W0-01"]),
        (("log", "--ledger", "snap"), ["snapshots"]),
        (("parse", "claude-o"), ["claude-oauth"]),
        (("start", "codex", "--from", "be"), ["file"]),
        (("export", "--out", ""), ["dir"]),
        (("export", "--format", "p"), ["parquet"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
    ],
)
def test_what_is_offered(asked_dir: Path, words: tuple[str, ...], right: list[str]) -> None:
    """Verbs and choices by click; windows, providers, ledgers and sources from the ledger."""
    assert offered(asked_dir, *words) == right


def snapshot(directory: Path) -> dict[str, str]:
    """Every file of a repository by the hash of its bytes."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_asking_writes_nothing(asked_dir: Path) -> None:
    """No fact of a hook is recorded, no index is made: a shell only asks."""
    git(asked_dir, "commit", "-q", "--allow-empty", "-m", "work")
    before = snapshot(asked_dir)
    assert offered(asked_dir, "audit", "-w", "") == ["X-7", "W0-01"]
    assert snapshot(asked_dir) == before


@pytest.mark.parametrize("where", ["no repository", "no ledger", "broken", "gone"])
def test_asking_never_fails(
    where: str, tmp_path: Path, repo_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be read nothing is offered, and providers are the known ones."""
    monkeypatch.setenv(COMPLETING, "bash_complete")
    place = {"no repository": tmp_path / "empty", "gone": tmp_path / "gone"}.get(where, repo_dir)
    if where == "no repository":
        place.mkdir()
    if where == "broken":
        (repo_dir / ".git/refs/heads/gitledger").mkdir()
        (repo_dir / ".git/refs/heads/gitledger/main").write_text("no commit\n")
    assert offered(place, "audit", "-w", "") == []
    assert offered(place, "start", "") == ["codex", "claude", "glm"]


def test_a_bug_in_a_candidate_offers_nothing(
    ledger_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback on a half-typed line helps nobody."""
    monkeypatch.setattr(candidates, "open_book", lambda _world: 1 / 0)
    from datetime import UTC, datetime

    world = World(ledger_dir, datetime.now(UTC), {})
    assert [candidates.candidates(world, kind) for kind in ("window", "ledger")] == [(), ()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_serves_both_names(shell: str, tmp_path: Path) -> None:
    """`gitledger` and `git-ledger` are completed by the same function."""
    script = gitledger(tmp_path, "completion", shell).out
    assert "_gitledger_completion" in script
    assert script.rstrip().splitlines()[-1].count("git-ledger") == 1
    assert f"{shell}_complete" in script


def test_bash_completes(asked_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script in a real bash: a half-typed window becomes the window."""
    monkeypatch.delenv(COMPLETING)  # here the program is asked for the script, not for words
    script = tmp_path / "completion.bash"
    script.write_text(gitledger(asked_dir, "completion", "bash").out)
    typed = (
        f"source {script}; cd {asked_dir}; COMP_WORDS=(gitledger show W); COMP_CWORD=2; "
        '_gitledger_completion gitledger; echo "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    words = [shutil.which("bash") or "bash", "--norc", "-c", typed]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.strip() == "W0-01"
