"""`verify`: the ledger proven from its history, trusting nothing that a writer believed."""

from gitledger.book.proof import proof_of
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_NO, EXIT_UNDECIDED, EXIT_YES


def verify(world: World, *, anchor: str = "", checkpoint: str = "") -> Result:
    """Prove the ledger; exit 0 when it is intact, 1 with findings, 4 by an unknown signer's word.

    Raises as `proof_of` does.
    """
    payload = proof_of(world, anchor=anchor, checkpoint=checkpoint)
    unknown = any(line["signature"] == "unknown" for line in payload["checkpoints"])
    code = EXIT_UNDECIDED if unknown else EXIT_YES
    code = code if payload["intact"] else EXIT_NO

    def text(screen: Screen) -> str:
        from gitledger.report.verify_text import verify_text  # noqa: PLC0415  loads rich

        return verify_text(payload, width=screen.wrap, colour=screen.colour)

    return Result("gitledger.verify/1", payload, text, exit_code=code)
