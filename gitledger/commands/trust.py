"""`trust`: let the acceptance commands that the branch lists run in this clone."""

from gitledger.book.opening import open_book
from gitledger.book.trust import commands_of, forget_trust, trust, trusted
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, UnreadableInput
from gitledger.report.settings_text import UNTRUSTED, trust_lines

SCHEMA = "gitledger.trust/1"


def trust_commands(world: World, *, show: bool = False, forget: bool = False) -> Result:
    """Trust the commands of gitledger.yaml as they are now; another text has to be trusted anew.

    With `show` nothing changes, and exit 1 says that the text is not trusted; with `forget` none
    is trusted any more. Raises UnreadableInput where none is listed.
    """
    book = open_book(world)
    if forget:
        forget_trust(book)
        return Result(SCHEMA, {"trusted": False}, lines(UNTRUSTED))
    commands = commands_of(book)
    if not commands.lines:
        hint = (
            "write them as `evidence` into the file that `gitledger config show` prints, "
            "then: gitledger config set FILE"
        )
        raise UnreadableInput("gitledger.yaml lists no commands to run", hint)
    before = trusted(book, commands)
    if not show and not before:
        trust(book, commands)
    held = before or not show
    told = {"trusted": held, "already": before, "sha256": commands.digest}
    payload = {**told, "commands": list(commands.lines)}
    return Result(
        SCHEMA, payload, lines(*trust_lines(payload)), exit_code=EXIT_YES if held else EXIT_NO
    )
