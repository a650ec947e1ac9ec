"""Shell completion: the script that a shell runs, and the words that it is offered.

click completes verbs, options and choices by itself. Words that stand in the ledger are read for
it here, and only while a shell asks.
"""

from collections.abc import Mapping

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ZshComplete
from click.types import StringParamType

from gitledger.book.candidates import candidates
from gitledger.cli.options import world_of

PROGRAM = "gitledger"
VARIABLE = "_GITLEDGER_COMPLETE"
CLASSES = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
# `git-ledger` is the same program under another name: the same function answers for it
BOTH = {
    "bash": "complete -o nosort -F _gitledger_completion git-ledger;\n",
    "zsh": "compdef _gitledger_completion git-ledger;\n",
    "fish": 'complete --no-files --command git-ledger --arguments "(_gitledger_completion)";\n',
}
FILES = {"FILE": "file", "DIR": "dir"}
KINDS: Mapping[str, str] = {
    "window": "window",
    "provider": "provider",
    "providers": "provider",
    "ledger": "ledger",
    "ledger_name": "ledger",
    "source": "source",
}


class Offered(StringParamType):
    """A text whose beginnings are completed: from the ledger by `kind`, or as a file's name."""

    def __init__(self, kind: str, files: str) -> None:
        self.kind = kind
        self.files = files

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The words that begin like the half-typed one, or the word to a shell to list files."""
        if self.files:
            return [CompletionItem(incomplete, type=self.files)]
        world = world_of(ctx.find_root().params, lambda _done, _all: None, quiet=True)
        words = candidates(world, self.kind)
        return [CompletionItem(word) for word in words if word.startswith(incomplete)]


def offer_completions(command: click.Command) -> click.Command:
    """The verb, its texts offered from the ledger where they name something in it."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            offer_completions(below)
    for param in command.params:
        if isinstance(param.type, StringParamType) and (offer := _offer(param)):
            param.type = offer
    return command


def _offer(param: click.Parameter) -> Offered | None:
    """What is offered for a parameter: by its name, or by what its place is called."""
    places = (param.metavar or "").strip("[]").split("|")
    kind = "window" if "WINDOW" in places else KINDS.get(param.name or "", "")
    files = next((kind for place, kind in FILES.items() if place in places), "")
    if param.name in {"file", "folder"}:
        files = files or "file"
    return Offered(kind, files) if kind or files else None


def script(shell: str) -> str:
    """The lines that a shell reads once, for both names of the program."""
    made = CLASSES[shell](click.Group(PROGRAM), {}, PROGRAM, VARIABLE)
    # `source()` would start bash to ask for its version, also where another shell is used
    return made.source_template.strip() % made.source_vars() + "\n" + BOTH[shell]
