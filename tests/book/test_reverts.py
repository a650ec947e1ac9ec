"""What git knows of undone work reaches the audit by window, and the churn row by lines."""

from pathlib import Path

from ground import git, gitledger

from gitledger.book.reverts import reverted_windows
from gitledger.ledger.row import Row
from gitledger.windows.window import Window


def commit(path: Path, name: str) -> tuple[str, str]:
    """Commit ten lines; the run of that one commit."""
    (path / name).write_text("".join(f"{name} {n}\n" for n in range(10)))
    git(path, "add", name)
    git(path, "commit", "-q", "-m", name)
    return head(path, "HEAD~1"), head(path)


def head(path: Path, revision: str = "HEAD") -> str:
    """A commit's id."""
    return git(path, "rev-parse", revision).strip()


def window(name: str, *runs: tuple[str, str]) -> Window:
    """A window whose churn row froze some runs."""
    values = {"commit_start": runs[0][0], "commit_end": runs[-1][1]}
    listed = [{"start": start, "end": end} for start, end in runs]
    row = Row("churn", "2026-03-02T00:00:00.000000Z", "ada", "test", {**values, "runs": listed})
    return Window(name, churn=(row,))


def test_a_window_is_reverted_when_all_its_runs_are(repo_dir: Path) -> None:
    """One of two runs taken back is not yet it; windows of unknown commits are absent."""
    first, second = commit(repo_dir, "one"), commit(repo_dir, "two")
    asked = [window("W1", first), window("W2", first, second), window("W3", ("0" * 40, "1" * 40))]
    git(repo_dir, "revert", "--no-edit", first[1])
    by = head(repo_dir)
    assert reverted_windows(repo_dir, asked) == {"W1": by}
    git(repo_dir, "revert", "--no-edit", second[1])
    assert reverted_windows(repo_dir, asked) == {"W1": by, "W2": head(repo_dir)}


def test_churn_names_who_took_the_lines(ledger_dir: Path) -> None:
    """`gone_by` holds the commits that took landed lines, most first, and how many."""
    start, end = commit(ledger_dir, "one")
    (ledger_dir / "one").write_text("".join(f"one {n}\n" for n in range(7)))
    git(ledger_dir, "commit", "-q", "-am", "take three")
    some = head(ledger_dir)
    (ledger_dir / "one").write_text("one 0\n")
    git(ledger_dir, "commit", "-q", "-am", "take six more")
    told = gitledger(ledger_dir, "churn", f"{start}..{end}", "--json").json["survival"]
    assert (told["alive_at_end"], told["gone_of_alive"]) == (10, 9)
    assert told["gone_by"] == [
        {"commit": head(ledger_dir), "lines": 6},
        {"commit": some, "lines": 3},
    ]
