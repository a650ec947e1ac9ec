"""A repository with hooks that leave facts, and what a window of it is credited with.

The hooks run a program that does nothing (`true`), so that each test drains when it likes.
"""

import os
import shlex
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from frozen import played_once
from ground import git, gitledger

from gitledger.book.book import Book
from gitledger.book.churn import ChurnScope, Measured, measure
from gitledger.book.commits import known_of
from gitledger.book.opening import open_book
from gitledger.book.window_range import WindowCredit, recorded_range
from gitledger.book.world import World
from gitledger.capture.waiting import record_waiting
from gitledger.git.plumbing import pin_plumbing
from gitledger.windows.commits import Worked
from gitledger.windows.window import Window


@dataclass(slots=True)
class Work:
    """A repository with hooks and one open window, `W1`."""

    path: Path

    def git(self, *words: str, **environment: str) -> str:
        """Run git here."""
        return git(self.path, *words, **environment)

    def commit(self, name: str, text: str = "") -> str:
        """Change a file and commit it; the commit's id."""
        with (self.path / name).open("a") as file:
            file.write(text or f"{name}\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"change {name}")
        return self.head()

    def head(self, revision: str = "HEAD") -> str:
        """A revision's id."""
        return self.git("rev-parse", revision).strip()

    def edit(self, script: str, *words: str) -> None:
        """`git rebase -i` with a sed script over the list of picks."""
        editor = f"sed -i -e {shlex.quote(script)}"
        self.git("rebase", "-q", "-i", *words, GIT_SEQUENCE_EDITOR=editor, GIT_EDITOR=":")

    def book(self) -> Book:
        """The ledger, with everything recorded that waits."""
        from datetime import UTC, datetime

        world = World(self.path, datetime.now(UTC), dict(os.environ))
        record_waiting(world)
        return open_book(world)

    def rows(self) -> dict[str, tuple[str, ...]]:
        """Recorded commits with their windows."""
        rows = self.book().rows("commits")
        return {str(row.values["sha"]): tuple(row.values.get("windows", ())) for row in rows}

    def found(self, window: str = "W1") -> WindowCredit:
        """The window's range, as `complete` and `churn` find it."""
        book = self.book()
        rows = [row for row in book.rows("commits") if window in row.values.get("windows", ())]
        with pin_plumbing(self.path) as git:
            return recorded_range(git, Window(window, commits=tuple(rows)), known_of(book))

    def range(self, window: str = "W1") -> Worked:
        """Where the window's commits stand today."""
        return self.found(window).stands

    def measured(self, window: str = "W1") -> Measured:
        """What the window is credited with, measured on the spot."""
        found, book = self.found(window), self.book()
        assert found.credit is not None, found.reason
        scope = ChurnScope(
            now=int(time.time()),
            worked_on=found.worked_on,
            rewrites=known_of(book).renamed,
        )
        with pin_plumbing(self.path) as git:
            return measure(git, found.credit, scope)

    def clone(self, name: str, branch: str = "trunk") -> "Work":
        """Somebody else's clone, without hooks; what is committed there is a colleague's."""
        place = self.path.parent / name
        git(self.path.parent, "clone", "-q", "-b", branch, str(self.path), str(place))
        return Work(place)

    def pull(self, other: "Work", *words: str, branch: str = "trunk") -> None:
        """Pull a branch of another clone into the one checked out."""
        self.git("pull", "-q", "--no-edit", *words, str(other.path), branch)


def snapshot(path: Path, window: str, phase: str, at: str = "", account: str = "default") -> None:
    """A reading of a meter, so that a window opens or closes."""
    at = at or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    values = (f"window={window}", "provider=codex", f"account={account}", f"phase={phase}")
    values += (f"captured_at={at}", "source=codex", f"source_sha256={os.urandom(32).hex()}")
    reading = '{"bucket": "default", "meter": "weekly", "used_pct": 10}'
    answer = gitledger(path, "append", "snapshots", *values, f"readings=[{reading}]")
    assert answer.code == 0, answer.err


@played_once
def begin(path: Path, window: str, *, bobs: str = "") -> None:
    """Hooks, and an open window; with `bobs` another of agent bob."""
    assert gitledger(path, "hooks", "install").code == 0
    snapshot(path, window, "before")
    if bobs:
        with pytest.MonkeyPatch.context() as his:
            his.setenv("AGENT_ID", "bob")
            snapshot(path, bobs, "before")


def prune(work: Work) -> None:
    """Take every object away that no branch holds."""
    work.git("reflog", "expire", "--expire=now", "--all")
    work.git("gc", "-q", "--prune=now")
