"""The verbs that look at rows and at subscriptions: nothing is written."""

import click

from gitledger.book.world import World
from gitledger.cli.options import MARKDOWN, after_hooks, answers, example
from gitledger.commands.result import Result

RATES = click.Choice(["5h:weekly", "tokens:weekly", "features:weekly"])


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


@click.command("plan", epilog=example("plan codex"))
@click.argument("provider", default="")
@MARKDOWN
@answers
@after_hooks
def plan_verb(world: World, *, provider: str, form: str | None) -> Result:
    """What each subscription gave and left, its pace, and what the next hour may use."""
    from gitledger.commands.plan import plan

    return plan(world, provider, form=form or "text")


@click.command("drift", epilog=example("drift --meter tokens:weekly"))
@click.option("--meter", type=RATES, default=None, help="One exchange rate [default: all].")
@MARKDOWN
@answers
@after_hooks
def drift_verb(world: World, *, meter: str | None, form: str | None) -> Result:
    """What one weekly point was worth, week by week, and whether that changed.

    Exit code: 0 answered; 4 too few weeks; 3 nothing to go by.
    """
    from gitledger.commands.drift import drift

    return drift(world, meter or "", form=form or "text")


@click.command("resets", epilog=example("resets --meter weekly"))
@click.option("--meter", default="", metavar="M", help="Only this meter: weekly, 5h ...")
@click.option("--all", "whole", is_flag=True, help="All of them [default: the newest 40].")
@MARKDOWN
@answers
@after_hooks
def resets_verb(world: World, *, meter: str, whole: bool, form: str | None) -> Result:
    """Every reset and move of a meter that readings show, with its reason, newest first."""
    from gitledger.commands.resets import resets

    return resets(world, meter, whole=whole, form=form or "text")
