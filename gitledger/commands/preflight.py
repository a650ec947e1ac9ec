"""`preflight`: what has to be right before the first window of a week, a line each, one verdict."""

from collections.abc import Iterator, Sequence
from typing import Any

from gitledger.book.artefacts import log_folder
from gitledger.book.book import Book
from gitledger.book.child import run_and_keep
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.local import freshest
from gitledger.capture.source import machine_of
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import EXIT_NO, EXIT_YES, GitledgerError, with_noun
from gitledger.git.proof.witness import remote_tips
from gitledger.git.remote import remote_names
from gitledger.report.doctor_text import preflight_lines
from gitledger.setup.check_line import CheckLine
from gitledger.setup.checks import run_checks

SCHEMA = "gitledger.preflight/1"
NEEDED = ("snapshots", "windows", "commits", "churn", "evidence", "features", "tokens")
LOG = "preflight"


def preflight(world: World, tests: Sequence[str] = ()) -> Result:
    """Every check; exit 0 when none fails, else 1. `tests` is the project's own command."""
    book = open_book(world)
    found = [
        *set_up(world), *project_tests(world, book, tests), *meters(world, book),
        *capability_map(book), *ledgers(book), *remote(book),
    ]  # fmt: skip
    failed = [each for each in found if each.level == "fail"]
    payload: dict[str, Any] = {
        "ready": not failed,
        "checks": [
            {"check": each.check, "level": each.level, "what": each.what}
            | {"step": each.hint, "next": each.hint}
            for each in found
        ],
    }
    code = EXIT_NO if failed else EXIT_YES
    return Result(SCHEMA, payload, wrap_lines(*preflight_lines(payload["checks"])), exit_code=code)


def set_up(world: World) -> Iterator[CheckLine]:
    """What `doctor` finds."""
    _, found = run_checks(world)
    wrong = [line for line in found if line.level == "fail"]
    if wrong:
        yield CheckLine("fail", "set-up", f"{wrong[0].check}: {wrong[0].what}", "gitledger doctor")
    else:
        yield CheckLine("ok", "set-up", f"{with_noun(len(found), 'check')} of gitledger doctor")


def project_tests(world: World, book: Book, command: Sequence[str]) -> Iterator[CheckLine]:
    """The project's own tests, where a command for them is given."""
    if not command:
        step = "gitledger preflight -- COMMAND"
        yield CheckLine("note", "tests", "not run: no command is given", step)
        return
    log = log_folder(book.repository) / LOG / "tests.txt"
    code = run_and_keep(world, command, log)
    if code:
        yield CheckLine("fail", "tests", f"{command[0]} ended with {code}", f"see {log}")
    else:
        yield CheckLine("ok", "tests", f"{command[0]} passed")


def meters(world: World, book: Book) -> Iterator[CheckLine]:
    """Whether this machine holds a reading of each provider; pasting one always works."""
    machine = machine_of(world, book.repository)
    named = book.config.get("providers")
    providers = [str(name) for name in named] if isinstance(named, Sequence) else []
    read, lacking = [], []
    for provider in providers:
        try:
            freshest(provider, machine)
        except GitledgerError:
            lacking.append(provider)
        else:
            read.append(provider)
    if lacking:
        what = f"no reading on this machine of {', '.join(lacking)}: their output has to be pasted"
        yield CheckLine("note", "meters", what, f"gitledger parse {lacking[0]} --from FILE")
    else:
        yield CheckLine("ok", "meters", f"read on this machine: {', '.join(read) or 'no provider'}")


def capability_map(book: Book) -> Iterator[CheckLine]:
    """Whether the map of capabilities has an entry."""
    rows = book.rows_if_any("capabilities")
    if rows:
        yield CheckLine("ok", "capability map", with_noun(len(rows), "capability", "capabilities"))
    else:
        step = "gitledger capability add CAP-1 --name NAME"
        yield CheckLine("fail", "capability map", "it is empty", step)


def ledgers(book: Book) -> Iterator[CheckLine]:
    """Whether every ledger of the plan is there."""
    lacking = [name for name in NEEDED if name not in book.ledgers]
    if lacking:
        yield CheckLine(
            "fail", "ledgers", f"missing: {', '.join(lacking)}", "gitledger doctor --fix"
        )
    else:
        yield CheckLine(
            "ok", "ledgers", f"{with_noun(len(book.ledgers), 'ledger')} on {book.branch}"
        )


def remote(book: Book) -> Iterator[CheckLine]:
    """Whether the branch is on a remote: a ledger in one clone can be lost with it."""
    tips = remote_tips(book.repository, book.branch)
    if tips:
        yield CheckLine("ok", "remote", f"{book.branch} is on {', '.join(t.name for t in tips)}")
    else:
        what = f"{book.branch} is on no remote: it can be lost with this clone"
        names = remote_names(book.repository)
        step = f"gitledger sync {names[0]}" if names else "git remote add origin URL"
        yield CheckLine("note", "remote", what, step)
