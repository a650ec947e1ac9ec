"""An acceptance run of a window, started or told of: its output kept, bound to its commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path, PurePath
from typing import Any

from gitledger.book.artefacts import artefact, log_folder
from gitledger.book.book import Book
from gitledger.book.child import run_and_keep
from gitledger.book.once import record_once
from gitledger.book.references import capability_notes, known_window
from gitledger.book.windows import newest_window
from gitledger.errors import UsageError
from gitledger.git.branch.draft import Receipt
from gitledger.git.plumbing import ask
from gitledger.ledger.names import file_problem
from gitledger.ledger.redaction import command_line

LONGEST = 2000  # characters of a command in a row of `evidence`


@dataclass(frozen=True, slots=True)
class Run:
    """What is stated of an acceptance run; `window` empty is the newest one."""

    window: str = ""
    capability: str = ""
    runner: str = ""
    run_id: str = ""
    notes: str = ""


def run_command(
    book: Book, stated: Run, command: Sequence[str], out: str = ""
) -> tuple[dict[str, Any], Path]:
    """Run a command in the folder asked from; the columns of its row, and where its log is.

    A run id that is taken is refused before anything runs: the log of that run stays as it is.
    """
    world = book.world
    if stated.run_id and stated.run_id in run_ids(book):
        raise UsageError(f"run {stated.run_id} is recorded already", "another --run-id, or none")
    runner = stated.runner or runner_of(command)
    named = Run(stated.window, stated.capability, runner, stated.run_id, stated.notes)
    values = envelope(book, named, world.now) | seen_commit(book)
    root = world.directory / out if out else log_folder(book.repository)
    log = root / str(values["test_run_id"]) / f"{plain_name(runner)}.txt"
    # the clock itself, not the moment of the command: a run may take its time
    started = datetime.now(UTC).replace(microsecond=0)
    code = run_and_keep(world, command, log)
    values |= {"result": "fail" if code else "pass", "exit_code": code}
    values |= {"command": command_kept(command), "started_at": started}
    values |= {"finished_at": datetime.now(UTC).replace(microsecond=0)}
    return values | artefact(book, log, str(log)), log


def command_kept(words: Sequence[str]) -> str:
    """A command as its column holds it: without secrets, cut where the column ends."""
    return command_line(words)[:LONGEST]


def seen_commit(book: Book) -> dict[str, Any]:
    """The commit that is checked out, and whether the files differ from it; nothing without one."""
    directory = book.world.directory
    sha = ask(directory, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
    if not sha:
        return {}
    changed = ask(directory, "status", "--porcelain", "--untracked-files=no", "--ignore-submodules")
    return {"commit": sha, **({"changed": True} if changed else {})}


def remarks(book: Book, stated: Run) -> list[str]:
    """Notes on the window and the capability named. Raises UsageError, UnknownWindow."""
    window = known_window(book, stated.window) if stated.window else []
    return window + capability_notes(book, stated.capability)


def envelope(book: Book, stated: Run, now: datetime) -> dict[str, Any]:
    """Window, run id and names; the run id is made of time and runner unless given."""
    window = stated.window or newest_window(book)
    if stated.run_id and (wrong := file_problem(stated.run_id)):
        what = f"--run-id {stated.run_id!a} cannot name a run: it {wrong}"
        raise UsageError(what, "a run is named like run-17")
    run = stated.run_id or free_name(book, f"TR-{now:%Y%m%dT%H%M%SZ}-{plain_name(stated.runner)}")
    named = {"capability": stated.capability, "notes": stated.notes}
    told = {name: value for name, value in named.items() if value}
    return {"window": window, "test_run_id": run, "runner": stated.runner, **told}


def free_name(book: Book, run: str) -> str:
    """The run id, numbered on when runs of the same second hold it."""
    taken = run_ids(book)
    return next(name for n in count(1) if (name := run if n == 1 else f"{run}-{n}") not in taken)


def run_ids(book: Book) -> frozenset[object]:
    """Every run id in the ledger, of rows taken back as well."""
    return frozenset(row.values.get("test_run_id") for row in book.rows("evidence", raw=True))


def runner_of(command: Sequence[str]) -> str:
    """The program that runs: `pytest` for `pytest -q` and for `python -m pytest`."""
    if "-m" in command[:-1]:
        return command[command.index("-m") + 1]
    return PurePath(command[0]).name


def plain_name(text: str) -> str:
    """A name that can stand in a path."""
    # it becomes a file's name on every system
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in text)[:64]
    return "run" if file_problem(plain) else plain


def record_run(book: Book, values: dict[str, Any], agent: str = "") -> Receipt:
    """Record a run. Raises InvalidData when its id is recorded with another result or artefact."""
    return record_once(book, "evidence", book.held("evidence", values), agent=agent)
