"""Runs of `catch-up` that are killed, and several at once. Run as a program; prints the deaths.

`python stopped.py DIRECTORY STRIDE ROUNDS` kills a run before every STRIDE-th system call, each
time from the same beginning, and runs it again; and starts several at one moment, in so many
rounds. The rows are then those of one run that nothing disturbed, else the exit code is 1.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from ground import git, settle
from handsfree import Stage
from killers import die_before

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.cli.main import run

LEDGERS = ("snapshots", "windows", "commits", "churn", "anomalies", "trace")
AT_ONCE = 3
Rows = dict[str, list[str]]


class Beginning:
    """A repository in which two sessions ended and nothing was recorded of it yet.

    The folder can be put back as it was. Guards that every run starts from the same facts.
    """

    def __init__(self, place: Path, patch: pytest.MonkeyPatch) -> None:
        self.home, self.kept = place / "home", place / "kept"
        self.home.mkdir()
        settle(self.home, patch)
        path = self.home / "work"
        path.mkdir()
        git(path, "init", "-q", "-b", "trunk")
        self.stage = Stage(path, self.home, patch)
        # git's hooks leave their facts; what would record them is not started
        patch.setattr("gitledger.setup.hooks.program_words", lambda: ("/bin/true",))
        self.stage.type("init")
        patch.setattr(self.stage, "record", lambda: None)
        self._worked()
        shutil.copytree(self.home, self.kept)

    def _worked(self) -> None:
        stage = self.stage
        stage.at(0, "08:50").show(10, 20)
        stage.at(0, "09:00").hear("SessionStart", "a", source="startup")
        self._commit("0 09:40", "cells\n\nFeature: CAP-1")
        stage.at(0, "10:00").hear("SessionEnd", "a", reason="other")
        stage.at(0, "10:06").show(14, 24)
        stage.at(0, "14:00").hear("SessionStart", "b", source="startup")
        self._commit("0 14:20", "rows\n\nFeature: CAP-2")
        stage.at(0, "14:30").hear("Stop", "b")  # and no end: it crashed
        stage.at(0, "14:40").show(6, 27)
        stage.at(1, "12:00")

    def _commit(self, when: str, message: str) -> None:
        day, _, clock = when.partition(" ")
        at = self.stage.at(int(day), clock).now.isoformat()
        (self.stage.path / clock.replace(":", "")).write_text("1\n2\n3\n")
        git(self.stage.path, "add", "-A")
        git(
            self.stage.path, "commit", "-qm", message, GIT_AUTHOR_DATE=at, GIT_COMMITTER_DATE=at
        )  # fmt: skip

    def again(self) -> None:
        """Everything as it was before any run."""
        shutil.rmtree(self.home)
        shutil.copytree(self.kept, self.home)

    def rows(self) -> Rows:
        """What the ledgers say, without when and by which process it was recorded."""
        world = World(self.stage.path, self.stage.now, dict(os.environ))
        book = open_book(world)
        return {
            name: sorted(json.dumps(dict(row.values), default=str) for row in book.rows(name))
            for name in LEDGERS
        }

    def caught_up(self) -> int:
        """One run in this process; its exit code."""
        return run(["-C", str(self.stage.path), "--quiet", "catch-up"])


def forked(job: Callable[[], int]) -> int:
    """A job in a process of its own; its id."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what it did is told by the rows
        code = job()
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """How a process ended: its exit code, -signal where one ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def whole(begun: Beginning) -> Rows:
    """The rows of one run that nothing disturbs, which are all those that a person would expect."""
    with redirect_stdout(StringIO()):
        assert begun.caught_up() == 0  # in this process: those that are forked have all loaded
    rows = begun.rows()
    counts = {name: len(found) for name, found in rows.items()}
    assert (counts["snapshots"], counts["windows"], counts["commits"]) == (4, 2, 2), counts
    assert counts["churn"] == 2, counts
    assert counts["trace"], counts
    return rows


def compare(rows: Rows, expected: Rows, when: str) -> None:
    """Fail with the rows that are too many and those that are missing."""
    for name in LEDGERS:
        more = [row for row in rows[name] if row not in expected[name]]
        less = [row for row in expected[name] if row not in rows[name]]
        same = sorted(rows[name]) == sorted(expected[name])
        assert same, f"{name} {when}: too many {more}, missing {less}"


def kills(begun: Beginning, expected: Rows, stride: int) -> int:
    """Die before each step, run again, compare; how many deaths there were."""
    number, alive = 0, False
    while not alive:
        number += stride
        begun.again()

        def job(number: int = number) -> int:
            die_before(number)
            return begun.caught_up()

        alive = ended(forked(job)) == 0
        assert ended(forked(begun.caught_up)) == 0, f"the run after step {number}"
        compare(begun.rows(), expected, f"after step {number}")
    return number // stride - 1


def together(begun: Beginning, expected: Rows, rounds: int) -> None:
    """Several runs that wait for one pipe to close."""
    for number in range(rounds):
        begun.again()
        reading, writing = os.pipe()

        def job(pipe: int = reading, other: int = writing) -> int:
            os.close(other)
            os.read(pipe, 1)
            return begun.caught_up()

        children = [forked(job) for _ in range(AT_ONCE)]
        os.close(reading)
        os.close(writing)
        codes = [ended(child) for child in children]
        assert codes == [0] * AT_ONCE, f"round {number}: {codes}"
        compare(begun.rows(), expected, f"in round {number}")


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as monkeypatch:
        beginning = Beginning(Path(sys.argv[1]), monkeypatch)
        undisturbed = whole(beginning)
        print(kills(beginning, undisturbed, int(sys.argv[2])))
        together(beginning, undisturbed, int(sys.argv[3]))
