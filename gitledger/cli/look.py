"""The verbs that look: nothing is written."""

import click

from gitledger.book.world import World
from gitledger.cli.options import after_hooks, answers, example
from gitledger.commands.result import Result


@click.command("log", epilog=example("log --window W0-01"))
@click.argument("row", default="")
@click.option("--ledger", "ledger_name", default="", metavar="L", help="Only this ledger.")
@click.option("--window", "-w", default="", metavar="W", help="Only this window.")
@click.option(
    "--limit",
    "-n",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="At most N rows [default: all].",
)
@answers
@after_hooks
def log_verb(world: World, *, row: str, ledger_name: str, window: str, limit: int) -> Result:
    """Rows, newest first; with ROW, that row and everything that corrected it."""
    from gitledger.commands.log import log

    return log(world, row, ledger=ledger_name, window=window, limit=limit)


@click.command("show", epilog=example("show W0-01"))
@click.argument("name", metavar="ROW|WINDOW")
@answers
@after_hooks
def show_verb(world: World, *, name: str) -> Result:
    """A row by a prefix of its id, or all rows of a window."""
    from gitledger.commands.show import show

    return show(world, name)
