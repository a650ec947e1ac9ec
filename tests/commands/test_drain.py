"""What hooks left behind becomes rows, each once, whoever drains and whoever is killed."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ground import git

from gitledger.commands import reconcile as reconcile_module
from gitledger.commands.book import Book, unread_book
from gitledger.commands.drain import drain as drain_book
from gitledger.commands.opened import open_book
from gitledger.commands.world import World
from gitledger.git.spool import drop, refused, waiting

NOW = datetime(2026, 11, 23, 13, 42, 26, tzinfo=UTC)


def drain(book: Book) -> int:
    """How many facts of the spool a drain settled."""
    done = drain_book(book)
    assert done is not None
    return done.settled


def book_of(path: Path) -> Book:
    """The ledger as a command opens it."""
    import os

    return unread_book(World(directory=path, now=NOW, environment=dict(os.environ)))


def commit(path: Path, text: str = "more\n") -> str:
    """A new code commit; its id."""
    with (path / "hello.txt").open("a") as file:
        file.write(text)
    git(path, "commit", "-qam", text.strip(), GIT_COMMITTER_DATE="2026-11-23T10:00:00+0200")
    return git(path, "rev-parse", "HEAD").strip()


def left(path: Path, sha: str, *, kind: str = "commit", agent: str = "") -> None:
    """Leave a line as hooks/post-commit does."""
    how = "merge" if kind == "moved" else "commit"
    drop(book_of(path).repository, [kind, sha, how, "refs/heads/trunk", "", agent])


def test_a_commit_becomes_a_row(ledger_dir: Path) -> None:
    """Id, parents, branch and the committer's clock in UTC, noticed by the hook."""
    parent = git(ledger_dir, "rev-parse", "HEAD").strip()
    sha = commit(ledger_dir)
    left(ledger_dir, sha, agent="codex")
    book = book_of(ledger_dir)
    assert drain(book) == 1
    [row] = book.rows("commits")
    assert row.agent == "codex"
    told = {
        "sha": sha,
        "parents": (parent,),
        "branch": "trunk",
        "committed_at": "2026-11-23T08:00:00Z",
        "windows": (),
        "seen_by": "post-commit",
    }
    assert {name: row.values[name] for name in told} == told
    assert waiting(book.repository) == ()


def test_opening_for_a_verb_drains_first(ledger_dir: Path) -> None:
    """A verb finds the spooled commit already recorded."""
    left(ledger_dir, commit(ledger_dir))
    book = open_book(World(directory=ledger_dir, now=NOW, environment=dict(os.environ)))
    book.append("capabilities", {"capability": "c1", "name": "One"})
    assert len(book.rows("commits")) == 1
    assert book.rows("commits")[0].recorded_at <= book.rows("capabilities")[0].recorded_at


def test_a_rewrite_and_a_merge_become_rows(ledger_dir: Path) -> None:
    """An amend leaves old and new; a merge leaves the commit that came."""
    old, new = commit(ledger_dir), commit(ledger_dir, "again\n")
    left(ledger_dir, new, kind="moved")
    book = book_of(ledger_dir)
    drop(book.repository, ["rewrite", old, new, "amend", "", ""])
    assert drain(book) == 2
    seen = {row.values["sha"]: row.values["seen_by"] for row in book.rows("commits")}
    assert seen == {old: "reflog", new: "post-merge"}
    assert book.rows("rewrites")[0].values == {"old": old, "new": new, "how": "amend"}


def test_the_same_commit_twice_is_one_row(ledger_dir: Path) -> None:
    """Two lines about one commit settle as one fact."""
    sha = commit(ledger_dir)
    left(ledger_dir, sha)
    left(ledger_dir, sha)
    book = book_of(ledger_dir)
    assert drain(book) == 2
    left(ledger_dir, sha)
    assert drain(book) == 1
    assert len(book.rows("commits")) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense", "x"),
        ("commit",),
        ("commit", "0" * 40, "commit", "refs/heads/trunk", "", ""),
        ("commit", "zz", "commit", "refs/heads/trunk", "", ""),
        ("rewrite", "1", "2", "amend", "", ""),
        ("",),
    ],
)
def test_what_cannot_be_recorded_is_put_aside(ledger_dir: Path, words: tuple[str, ...]) -> None:
    """A line that is no fact stops nothing and is kept for `doctor`."""
    book = book_of(ledger_dir)
    drop(book.repository, words)
    left(ledger_dir, commit(ledger_dir))
    assert drain(book) == 1
    assert len(refused(book.repository)) == 1
    assert waiting(book.repository) == ()


def test_without_the_ledger_facts_wait(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A branch without a `commits` ledger leaves its facts where they are."""
    left(ledger_dir, commit(ledger_dir))
    monkeypatch.setattr(reconcile_module, "COMMITS", "later")
    book = book_of(ledger_dir)
    assert drain(book) == 0
    assert len(waiting(book.repository)) == 1


def test_killed_after_recording_repeats_nothing(
    ledger_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drain killed between recording and forgetting leaves a fact that the next one settles."""
    left(ledger_dir, commit(ledger_dir))
    with monkeypatch.context() as patch:
        patch.setattr(reconcile_module.spool, "settle", lambda _facts: None)
        drain(book_of(ledger_dir))
    book = book_of(ledger_dir)
    assert len(waiting(book.repository)) == 1
    assert drain(book) == 1
    assert waiting(book.repository) == ()
    assert len(book.rows("commits")) == 1


def test_two_drains_at_once(ledger_dir: Path) -> None:
    """Several processes drain the same facts: each becomes one row."""
    made = [commit(ledger_dir, f"line {n}\n") for n in range(6)]
    for sha in made:
        left(ledger_dir, sha)
    program = (
        "import os, sys, datetime, pathlib;"
        "from gitledger.commands.opened import open_book;"
        "from gitledger.commands.drain import drain;"
        "from gitledger.commands.world import World;"
        "now = datetime.datetime.now(datetime.UTC);"
        "drain(open_book(World(pathlib.Path(sys.argv[1]), now, dict(os.environ))))"
    )
    ended: list[int] = []

    def run() -> None:
        words = [sys.executable, "-c", program, str(ledger_dir)]
        ended.append(subprocess.run(words, check=False).returncode)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [0, 0, 0]
    book = book_of(ledger_dir)
    assert sorted(str(row.values["sha"]) for row in book.rows("commits")) == sorted(made)
    assert waiting(book.repository) == ()
