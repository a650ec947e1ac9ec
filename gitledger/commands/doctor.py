"""`doctor`: the set-up of this repository, a line for each check; `--fix` mends what is safe."""

from dataclasses import asdict
from typing import Any

from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES
from gitledger.report.doctor_text import check_lines, secret_lines
from gitledger.setup.checks import checked
from gitledger.setup.secrets import secrets_of


def doctor(world: World, *, fix: bool = False) -> Result:
    """Check everything; exit 1 when a check fails. Raises only where no repository opens."""
    branch, found = checked(world, fix=fix)
    failed = any(line.level == "fail" for line in found)
    payload: dict[str, Any] = {
        "healthy": not failed,
        "branch": branch,
        "checks": [asdict(line) for line in found],
    }
    code = EXIT_NO if failed else EXIT_YES
    text = lines(*check_lines(payload["checks"]))
    return Result("gitledger.doctor/1", payload, text, exit_code=code)


def secrets(world: World) -> Result:
    """Look over the whole branch; exit 1 with a find. Raises NotInitialised, LedgerDamaged."""
    branch, objects, found = secrets_of(world)
    payload = {"branch": branch, "objects": objects, "found": [f._asdict() for f in found]}
    code = EXIT_NO if found else EXIT_YES
    return Result("gitledger.doctor-secrets/1", payload, lines(*secret_lines(payload)), (), code)
