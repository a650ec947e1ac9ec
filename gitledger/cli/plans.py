"""The verbs about subscriptions: what a plan gives, whether it shrank, when its meters reset."""

import click

from gitledger.book.world import World
from gitledger.cli.options import MARKDOWN, after_hooks, answers, example
from gitledger.commands.result import Result

RATES = click.Choice(["5h:weekly", "tokens:weekly", "features:weekly"])


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
