"""`doctor`: the set-up of this repository, a line for each check; `--fix` mends what is safe."""

from dataclasses import asdict

from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES
from gitledger.setup.checks import CheckLine, checked


def doctor(world: World, *, fix: bool = False) -> Result:
    """Check everything; exit 1 when a check fails. Raises only where no repository opens."""
    branch, found = checked(world, fix=fix)
    failed = any(line.level == "fail" for line in found)
    payload = {
        "healthy": not failed,
        "branch": branch,
        "checks": [asdict(line) for line in found],
    }
    text = [part for line in found for part in _text(line)]
    code = EXIT_NO if failed else EXIT_YES
    return Result("gitledger.doctor/1", payload, lines(*text), exit_code=code)


def _text(line: CheckLine) -> list[str]:
    head = f"{line.level:<4}  {line.check}: {line.what}" + (" (mended)" if line.mended else "")
    return [head, f"      next: {line.hint}"] if line.hint and not line.mended else [head]
