"""The user's own work is as it was after every verb."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ground import git, gitledger

VERBS: tuple[tuple[str, ...], ...] = (
    ("init",),
    ("append", "capabilities", "capability=c1", "name=One"),
    ("ledger", "add", "mine.yaml"),
    ("append", "mine", "what=one"),
    ("ledger", "list"),
    ("ledger", "show", "tokens"),
    ("append", "tokens", "date=2026-01-01", "task=t", "checkpoint=plan", "planned=3"),
    ("log",),
    ("show", "ROW"),
    ("amend", "ROW", "planned=4", "-m", "typed wrong"),
    ("log", "ROW"),
    ("append", "capabilities", "capability=c2", "name=Two"),
    ("void", "ROW", "-m", "not so"),
    ("export", "tokens"),
    ("export", "--out", "OUT"),
    ("import", "csv", "mine", "mine.csv"),
    ("override", "codex", "--window", "W1", "--phase", "before", "--set", "5h=12"),
    ("status",),
    ("audit",),
    ("preview",),
    ("show", "W1"),
    ("verify",),
    ("doctor",),
)
LOOKING = {"audit", "doctor", "verify"}  # these may find something


def clean(_path: Path) -> None:
    """Nothing going on."""


def dirty(path: Path) -> None:
    """Staged, unstaged and untracked changes, and a stash."""
    (path / "hello.txt").write_text("stashed\n")
    git(path, "stash", "-q")
    (path / "hello.txt").write_text("staged\n")
    git(path, "add", "hello.txt")
    (path / "hello.txt").write_text("unstaged\n")
    (path / "new.txt").write_text("untracked\n")
    (path / "two.txt").write_text("two\n")
    git(path, "add", "-N", "two.txt")


def _parted(path: Path) -> None:
    git(path, "switch", "-q", "-c", "side")
    (path / "hello.txt").write_text("side\n")
    git(path, "commit", "-qam", "side")
    git(path, "switch", "-q", "trunk")
    (path / "hello.txt").write_text("trunk\n")
    git(path, "commit", "-qam", "trunk")


def merging(path: Path) -> None:
    """In the middle of a merge with a conflict."""
    _parted(path)
    git(path, "merge", "side", check=False)
    assert (path / ".git/MERGE_HEAD").exists()


def rebasing(path: Path) -> None:
    """In the middle of a rebase with a conflict."""
    _parted(path)
    git(path, "rebase", "side", check=False)
    assert (path / ".git/rebase-merge").exists()


def detached(path: Path) -> None:
    """No branch at all."""
    git(path, "switch", "-q", "--detach")


def state(path: Path) -> dict[str, object]:
    """All of the user's own: status, index bytes, HEAD, branch, stash, refs, files."""
    own = path / ".git"
    return {
        "index": (own / "index").read_bytes(),
        "HEAD": (own / "HEAD").read_bytes(),
        "log of HEAD": (own / "logs/HEAD").read_bytes(),
        "status": git(path, "--no-optional-locks", "status", "--porcelain=v2", "--branch"),
        "stash": git(path, "stash", "list"),
        "refs": [
            line
            for line in git(path, "for-each-ref").splitlines()
            if "refs/heads/gitledger/" not in line
        ],
        "files": {
            str(file.relative_to(path)): (file.read_bytes(), file.stat().st_mtime_ns)
            for file in path.rglob("*")
            if file.is_file() and own not in file.parents
        },
    }


@pytest.mark.parametrize("prepare", [clean, dirty, merging, rebasing, detached])
def test_every_verb_leaves_the_users_work_alone(
    prepare: Callable[[Path], None], repo_dir: Path, tmp_path: Path
) -> None:
    """Status, index bytes, HEAD, branch, stash, refs and files are identical before and after."""
    prepare(repo_dir)
    (repo_dir / "mine.yaml").write_text(
        "gitledger: 1\nledger: mine\ntitle: Mine\ncolumns:\n  what: {type: text}\n"
    )
    (repo_dir / "mine.csv").write_text("what\none\ntwo\n")
    before, row = state(repo_dir), ""
    for verb in VERBS:
        words = [row if word == "ROW" else word for word in verb]
        words = [str(tmp_path / "out") if word == "OUT" else word for word in words]
        answer = gitledger(repo_dir, "--json", *words)
        assert answer.code in {0, 1} if verb[0] in LOOKING else answer.code == 0, answer.err
        row = answer.json.get("row", row) if verb[0] == "append" else row
        assert state(repo_dir) == before, verb
