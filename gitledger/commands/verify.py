"""`verify`: the ledger proven from its history, trusting nothing that a writer believed."""

from gitledger.book.proof import proof_of
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES
from gitledger.report.verify_text import verify_lines


def verify(world: World) -> Result:
    """Prove the ledger; exit 0 when it is intact, 1 with findings. Raises as `proof_of` does."""
    payload = proof_of(world)
    code = EXIT_YES if payload["intact"] else EXIT_NO
    return Result("gitledger.verify/1", payload, lines(*verify_lines(payload)), exit_code=code)
