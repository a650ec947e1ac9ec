"""What may be pushed to a ledger branch: checked before it leaves, and on the server."""

import subprocess
import sys
from pathlib import Path

import pytest
from ground import git, gitledger

ROOT = str(Path(__file__).parents[2])
BRANCH = "gitledger/main"


def push(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`git push`, whatever comes of it."""
    return subprocess.run(
        ["git", "push", *words], cwd=path, capture_output=True, text=True, check=False
    )


def record(path: Path, name: str) -> None:
    """A row of any kind."""
    done = gitledger(path, "append", "capabilities", f"capability={name}", f"name={name}")
    assert done.code == 0, done.err


def rows(path: Path, revision: str = BRANCH) -> list[str]:
    """The row files of a ledger branch."""
    listed = git(path, "ls-tree", "-r", "--name-only", revision, "ledgers").split("\n")
    return [name for name in listed if name.endswith(".json")]


def tampered(path: Path, *, edit: bool) -> str:
    """A commit on top of the ledger that edits or deletes a row; the branch is moved to it."""
    index = {"GIT_INDEX_FILE": str(path / ".git/scratch")}
    git(path, "read-tree", BRANCH, **index)
    if edit:
        (path / "forged").write_text("{}\n")
        blob = git(path, "hash-object", "-w", "forged").strip()
        git(path, "update-index", "--cacheinfo", f"100644,{blob},{rows(path)[0]}", **index)
    else:
        git(path, "update-index", "--force-remove", rows(path)[0], **index)
    tree = git(path, "write-tree", **index).strip()
    made = git(path, "commit-tree", tree, "-p", BRANCH, "-m", "forged").strip()
    git(path, "update-ref", f"refs/heads/{BRANCH}", made)
    return made


@pytest.fixture
def ledgers(ledger_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A ledger with a row, pushed to a bare server; no hook is installed yet."""
    monkeypatch.setenv("PYTHONPATH", ROOT)
    monkeypatch.setattr(
        "gitledger.setup.hooks.program_words",
        lambda: (sys.executable, "-P", "-m", "gitledger"),
    )
    server = tmp_path / "srv.git"
    git(tmp_path, "init", "-q", "--bare", str(server))
    git(ledger_dir, "remote", "add", "origin", str(server))
    record(ledger_dir, "c1")
    record(ledger_dir, "c2")
    assert push(ledger_dir, "-q", "origin", "trunk", BRANCH).returncode == 0
    return ledger_dir, server


@pytest.mark.parametrize("side", ["client", "server"])
def test_only_additions_pass(ledgers: tuple[Path, Path], side: str) -> None:
    """New rows and code go through; an edited or deleted row, a rewind or a deletion do not."""
    path, server = ledgers
    assert gitledger(path if side == "client" else server, "hooks", "install").code == 0
    record(path, "c3")
    passed = push(path, "-q", "origin", "trunk", BRANCH)
    assert (passed.returncode, passed.stderr) == (0, "")
    good = git(path, "rev-parse", BRANCH).strip()
    for edit, word in ((True, "edited"), (False, "deleted")):
        tampered(path, edit=edit)
        refused = push(path, "origin", BRANCH)
        assert (refused.returncode, f"the row was {word}" in refused.stderr) == (1, True)
        git(path, "update-ref", f"refs/heads/{BRANCH}", good)
    rewound = push(path, "origin", f"+{BRANCH}~1:refs/heads/{BRANCH}")
    assert (rewound.returncode, "would lose the commits" in rewound.stderr) == (1, True)
    gone = push(path, "origin", f":refs/heads/{BRANCH}")
    assert (gone.returncode, "would be deleted" in gone.stderr) == (1, True)
    assert git(server, "rev-parse", BRANCH).strip() == good


def test_a_first_push_is_examined_from_the_root(ledgers: tuple[Path, Path], tmp_path: Path) -> None:
    """A server that has nothing yet does not take a forged ledger."""
    path, _ = ledgers
    fresh = tmp_path / "fresh.git"
    git(tmp_path, "init", "-q", "--bare", str(fresh))
    assert gitledger(fresh, "hooks", "install").code == 0
    tampered(path, edit=True)
    refused = push(path, str(fresh), BRANCH)
    assert (refused.returncode, "the row was edited" in refused.stderr) == (1, True)
    assert push(path, str(fresh), "trunk").returncode == 0


def test_a_proposal_may_be_deleted(ledgers: tuple[Path, Path]) -> None:
    """A branch beside the ledger holds rows as well, and goes away once it is merged."""
    path, server = ledgers
    assert gitledger(server, "hooks", "install").code == 0
    git(path, "branch", "gitledger/idea", BRANCH)
    assert push(path, "-q", "origin", "gitledger/idea").returncode == 0
    assert push(path, "-q", "origin", ":gitledger/idea").returncode == 0


def test_a_server_without_the_program_refuses(
    ledgers: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guard that cannot look lets nothing pass; a client's push is not held up."""
    path, server = ledgers
    monkeypatch.setattr("gitledger.setup.hooks.program_words", lambda: ("/gone/gitledger",))
    gitledger(path, "hooks", "install")
    record(path, "c3")
    passed = push(path, "-q", "origin", BRANCH)
    assert (passed.returncode, "was not checked" in passed.stderr) == (0, True)
    gitledger(server, "hooks", "install")
    record(path, "c4")
    refused = push(path, "-q", "origin", BRANCH)
    assert (refused.returncode, "cannot be checked" in refused.stderr) == (1, True)


def test_trailers(ledgers: tuple[Path, Path]) -> None:
    """With `--trailers` a code commit names the ledger's tip."""
    path, _ = ledgers
    assert gitledger(path, "hooks", "install", "--trailers").code == 0
    tip = git(path, "rev-parse", BRANCH).strip()
    git(path, "commit", "-q", "--allow-empty", "-m", "work\n\nmore words")
    message = git(path, "log", "-1", "--format=%B")
    assert message.startswith("work\n\nmore words\n\n")
    assert f"Ledger-Tip: {tip}" in message
