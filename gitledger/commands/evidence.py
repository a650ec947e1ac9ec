"""`evidence add`, `evidence run`: acceptance runs, each with the hash of what it left behind."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gitledger.book.acceptance import Run, envelope, record_run, remarks, run_command
from gitledger.book.artefacts import OUTSIDE, artefact
from gitledger.book.book import Book
from gitledger.book.opening import open_book
from gitledger.book.trust import commands_of, refuse_untrusted
from gitledger.book.world import World, read_file
from gitledger.capture.junit import TOO_LONG, read_junit
from gitledger.commands.result import Result, Screen, wrap_lines
from gitledger.errors import EXIT_NO, EXIT_YES, UsageError
from gitledger.report.row_text import evidence_lines

SCHEMA = "gitledger.evidence/1"


def evidence_add(
    world: World, stated: Run, result: str, *, artifact: str = "", junit: str = "", agent: str = ""
) -> Result:
    """Record a run that took place; of a JUnit file the result is what its tests say.

    Raises UnreadableInput when a file is not there or cannot be read.
    """
    book = open_book(world)
    if junit:
        return _junit(book, stated, (result, artifact), junit, agent)
    if not result:
        raise UsageError("which result?", "--result pass, or --junit FILE that says it")
    if not stated.runner:
        raise UsageError("which runner?", "--runner pytest")
    notes = remarks(book, stated)
    values = envelope(book, stated, world.now) | {"result": result}
    if artifact:
        values |= artefact(book, world.directory / Path(artifact).expanduser(), artifact)
    return append_run(book, values, agent, notes=notes)


def _junit(book: Book, stated: Run, other: tuple[str, str], file: str, agent: str) -> Result:
    """A run as its JUnit file tells it; the file is its artefact."""
    if any(other):
        raise UsageError("--junit says the result and is the artefact", "give --junit alone")
    path = book.world.directory / Path(file).expanduser()
    if path.is_file() and path.stat().st_size > TOO_LONG:
        raise UsageError(f"{file} is larger than {TOO_LONG} bytes", "give the file of one run")
    told = read_junit(read_file(path, file), file)
    named = Run(
        stated.window, stated.capability, stated.runner or told.runner, stated.run_id,
        "; ".join(filter(None, (stated.notes, told.words))),
    )  # fmt: skip
    notes = remarks(book, named)
    values = envelope(book, named, book.world.now) | {"result": told.result}
    return append_run(book, values | artefact(book, path, file), agent, notes=notes)


def evidence_run(
    world: World, stated: Run, command: Sequence[str], *, out: str = "", agent: str = ""
) -> Result:
    """Run a command, keep its output, record pass (exit 0) or fail; exit 1 when it failed.

    Without a command those of gitledger.yaml run, once this clone trusts their text. Raises
    NotTrusted.
    """
    book = open_book(world)
    if command:
        return _ran(book, stated, command, out=out, agent=agent)
    commands = commands_of(book)
    if not commands.lines:
        hint = "gitledger evidence run -- pytest -q; or `evidence: [pytest -q]` in gitledger.yaml"
        raise UsageError("nothing to run", hint)
    refuse_untrusted(book, commands)
    done = [_ran(book, stated, words, out=out, agent=agent) for words in commands.words]
    payload = {"runs": [one.payload for one in done]}
    code = max(one.exit_code for one in done)
    notes = tuple(dict.fromkeys(note for one in done for note in one.notes))
    text = wrap_lines(*(one.text(Screen()) for one in done))
    return Result(SCHEMA, payload, text, notes, code)


def _ran(book: Book, stated: Run, command: Sequence[str], *, out: str, agent: str) -> Result:
    """One command run and recorded."""
    notes = remarks(book, stated)
    values, log = run_command(book, stated, command, out)
    return append_run(book, values, agent, log=log, notes=notes)


def append_run(
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
    done = record_run(book, values, agent)
    shown = book.stored(done).values
    payload = {"row": done.row.id, "already": done.already, **shown}
    away = str(values.get("artifact", "")).startswith(OUTSIDE)
    unseen = ["the artefact lies outside the working tree: it cannot be looked at again"]
    code = EXIT_NO if values["result"] == "fail" and "command" in values else EXIT_YES
    here = book.world.directory
    shown_log = log.relative_to(here) if log and log.is_relative_to(here) else log
    told = evidence_lines(values | payload, str(shown_log or ""))
    return Result(SCHEMA, payload, wrap_lines(*told), (*notes, *(unseen if away else [])), code)
