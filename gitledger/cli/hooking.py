"""The verbs of git's hooks and of the agents' own hooks."""

import click

from gitledger.cli.options import answers
from gitledger.commands.result import Result
from gitledger.commands.world import World


@click.group("hooks")
def hooks_verb() -> None:
    """Install, remove or look at the hooks; record now what they left behind."""


@hooks_verb.command("install")
@click.option("--print", "show", is_flag=True, help="Print the exact lines; change nothing.")
@click.option("--trailers", is_flag=True, help="Also write Ledger-Tip and Ledger-Window trailers.")
@click.option("--server", is_flag=True, help="The pre-receive hook of a server only.")
@answers
def hooks_install_verb(world: World, *, show: bool, trailers: bool, server: bool) -> Result:
    """Put the hooks where git looks for them, beside whatever is there."""
    from gitledger.commands.hooks import hooks_install

    return hooks_install(world, show=show, trailers=trailers, server=server)


@hooks_verb.command("uninstall")
@answers
def hooks_uninstall_verb(world: World) -> Result:
    """Take the hooks out; every file that was there is as it was, byte for byte."""
    from gitledger.commands.hooks import hooks_uninstall

    return hooks_uninstall(world)


@hooks_verb.command("status")
@answers
def hooks_status_verb(world: World) -> Result:
    """installed, partial, clean or residue; exit 1 when something is to be done."""
    from gitledger.commands.hooks import hooks_status

    return hooks_status(world)


@hooks_verb.command("run")
@click.option("--again", is_flag=True, help="Read the reflogs from the ledger's beginning.")
@answers
def hooks_run_verb(world: World, *, again: bool) -> Result:
    """Record now what hooks left in the spool and what only the reflog saw."""
    from gitledger.commands.hooks_run import hooks_run

    return hooks_run(world, again=again)


@click.command("hook", hidden=True, context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@answers
def hook_verb(world: World, *, name: str, words: tuple[str, ...]) -> Result:
    """What git's hooks call; see `gitledger hooks install --print`."""
    from gitledger.commands.hook import hook

    return hook(world, name, words)
