"""`doctor`: the set-up of this repository, a line for each check; `--fix` mends what is safe."""

from contextlib import suppress
from dataclasses import asdict
from typing import Any

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.heard import hear_sessions
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_NO, EXIT_YES, GitledgerError
from gitledger.setup.checks import run_checks
from gitledger.setup.secrets import secrets_of


def doctor(world: World, *, fix: bool = False) -> Result:
    """Check everything; exit 1 when a check fails. Raises only where no repository opens."""
    if fix:
        with suppress(GitledgerError):  # what is wrong is a line of the check-up
            hear_sessions(open_book(world))
    branch, found = run_checks(world, fix=fix)
    failed = any(line.level == "fail" for line in found)
    payload: dict[str, Any] = {
        "healthy": not failed,
        "branch": branch,
        "checks": [asdict(line) for line in found],
    }
    code = EXIT_NO if failed else EXIT_YES

    def text(screen: Screen) -> str:
        from gitledger.report.doctor_text import check_text  # noqa: PLC0415  loads rich

        return check_text(payload["checks"], width=screen.wrap, colour=screen.colour)

    return Result("gitledger.doctor/1", payload, text, exit_code=code)


def secrets(world: World) -> Result:
    """Look over the whole branch; exit 1 with a find. Raises NotInitialised, LedgerDamaged."""
    branch, objects, found = secrets_of(world)
    payload = {"branch": branch, "objects": objects, "found": [f._asdict() for f in found]}
    code = EXIT_NO if found else EXIT_YES

    def text(_screen: Screen) -> str:
        from gitledger.report.doctor_text import secret_lines  # noqa: PLC0415  loads rich

        return "\n".join(secret_lines(payload))

    return Result("gitledger.doctor-secrets/1", payload, text, (), code)
