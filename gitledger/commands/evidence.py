"""`evidence add`, `evidence run`: acceptance runs, each with the hash of what it left behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path, PurePath
from typing import Any

from gitledger.book.artefacts import OUTSIDE, artefact, log_folder
from gitledger.book.book import Book
from gitledger.book.child import run_and_keep
from gitledger.book.once import record_once
from gitledger.book.opening import open_book
from gitledger.book.references import capability_notes, known_window
from gitledger.book.windows import newest_window
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, UsageError
from gitledger.ledger.names import file_problem
from gitledger.ledger.redaction import command_line

SCHEMA = "gitledger.evidence/1"


@dataclass(frozen=True, slots=True)
class Run:
    """What is stated of an acceptance run; `window` empty is the newest one."""

    window: str = ""
    capability: str = ""
    runner: str = ""
    run_id: str = ""
    notes: str = ""


def evidence_add(
    world: World, stated: Run, result: str, *, artifact: str = "", agent: str = ""
) -> Result:
    """Record a run that took place. Raises UnreadableInput when its artefact is not there."""
    book = open_book(world)
    if not stated.runner:
        raise UsageError("which runner?", "--runner pytest")
    notes = remarks(book, stated)
    values = envelope(book, stated, world.now) | {"result": result}
    if artifact:
        values |= artefact(book, world.directory / Path(artifact).expanduser(), artifact)
    return recorded(book, values, agent, notes=notes)


def evidence_run(
    world: World, stated: Run, command: Sequence[str], *, out: str = "", agent: str = ""
) -> Result:
    """Run a command, keep its output, record pass (exit 0) or fail; exit 1 when it failed.

    A run id that is taken is refused before anything runs: the log of that run stays as it is.
    """
    if not command:
        raise UsageError("nothing to run", "gitledger evidence run -- pytest -q")
    book = open_book(world)
    if stated.run_id and stated.run_id in run_ids(book):
        raise UsageError(f"run {stated.run_id} is recorded already", "another --run-id, or none")
    named = Run(stated.window, stated.capability, stated.runner or runner_of(command),
                stated.run_id, stated.notes)  # fmt: skip
    notes = remarks(book, named)
    values = envelope(book, named, world.now)
    root = world.directory / out if out else log_folder(book.repository)
    log = root / str(values["test_run_id"]) / f"{plain_name(named.runner)}.txt"
    code = run_and_keep(world, command, log)
    values |= {"result": "fail" if code else "pass", "exit_code": code}
    values |= {"command": command_line(command)[:2000], "started_at": world.now}
    values |= {"finished_at": datetime.now(UTC).replace(microsecond=0)}
    return recorded(book, values | artefact(book, log, str(log)), agent, log=log, notes=notes)


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
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in text)[:64]
    return "run" if file_problem(plain) else plain


def recorded(
    book: Book,
    values: dict[str, Any],
    agent: str,
    *,
    log: Path | None = None,
    notes: Sequence[str] = (),
) -> Result:
    """Append the row and say so, and where the log is; exit 1 when the run failed.

    Raises InvalidData when the run id is recorded with another result or artefact.
    """
    done = record_once(book, "evidence", book.held("evidence", values), agent=agent)
    shown = book.stored(done).values
    payload = {"row": done.row.id, "already": done.already, **shown}
    where = f"{values['result']} of {values['runner']} in {values['window']}"
    text = f"Recorded {done.row.id}: {where}, run {values['test_run_id']}."
    if done.already:
        text = f"Already recorded as {done.row.id}: run {values['test_run_id']}."
    away = str(values.get("artifact", "")).startswith(OUTSIDE)
    unseen = ["the artefact lies outside the working tree: it cannot be looked at again"]
    code = EXIT_NO if values["result"] == "fail" and "command" in values else EXIT_YES
    here = book.world.directory
    told = [f"  log: {log.relative_to(here) if log.is_relative_to(here) else log}"] if log else []
    return Result(SCHEMA, payload, lines(text, *told), (*notes, *(unseen if away else [])), code)
