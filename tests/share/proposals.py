"""Ledgers with a proposal beside them, as a forge keeps them."""

from pathlib import Path

from frozen import played_once
from ground import git, gitledger

BRANCH = "gitledger/main"
BASE = "base"  # a branch that stays where the ledger was


def record(path: Path, *pairs: str, ledger: str = "capabilities") -> str:
    """A row; its id."""
    done = gitledger(path, "--json", "append", ledger, *pairs)
    assert done.code == 0, done.err
    return str(done.json["row"])


def capability(path: Path, name: str) -> str:
    """A row of the capability map."""
    return record(path, f"capability={name}", f"name={name}")


def keep(path: Path, name: str = BASE) -> str:
    """Remember where the ledger is under another branch; its commit."""
    git(path, "branch", "-f", name, BRANCH)
    return git(path, "rev-parse", name).strip()


def committed(path: Path, files: dict[str, str | None], message: str = "by hand") -> str:
    """A commit by hand on the ledger branch: files with their texts, None takes one out."""
    index = {"GIT_INDEX_FILE": str(path / ".git/scratch-index")}
    git(path, "read-tree", BRANCH, **index)
    for name, text in files.items():
        if text is None:
            git(path, "update-index", "--force-remove", name, **index)
            continue
        scratch = path / ".git/scratch-file"
        scratch.write_text(text, encoding="utf-8")
        blob = git(path, "hash-object", "-w", "--no-filters", str(scratch)).strip()
        git(path, "update-index", "--add", "--cacheinfo", f"100644,{blob},{name}", **index)
    tree = git(path, "write-tree", **index).strip()
    made = git(path, "commit-tree", tree, "-p", BRANCH, "-m", message).strip()
    git(path, "update-ref", f"refs/heads/{BRANCH}", made)
    return made


def row_files(path: Path, revision: str = BRANCH) -> list[str]:
    """The row files of a state."""
    listed = git(path, "ls-tree", "-r", "--name-only", revision, "ledgers").split("\n")
    return [name for name in listed if name.endswith(".json")]


def text_at(path: Path, name: str, revision: str = BRANCH) -> str:
    """A file of a state."""
    return git(path, "show", f"{revision}:{name}")


@played_once
def window(path: Path, name: str, *, before: int, after: int, features: int = 2) -> None:
    """A finished window of codex, its percentages typed."""
    for phase, percent in (("before", before), ("after", after)):
        words = ("override", "codex", "--window", name, "--phase", phase)
        done = gitledger(path, *words, "--set", f"weekly={percent}")
        assert done.code == 0, done.err
    words = ("complete", "--window", name, "--features", f"codex={features}", "--outcome", "pass")
    done = gitledger(path, *words)
    assert done.code == 0, done.err
