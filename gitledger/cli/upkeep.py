"""The verbs of what happens by itself: doing what is due, and what was done meanwhile."""

import click

from gitledger.book.world import World
from gitledger.cli.options import answers, example
from gitledger.commands.result import Result


@click.command("catch-up", epilog=example("catch-up --dry-run"))
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be done; record nothing.")
@click.option("--all", "every", is_flag=True, help="Also windows begun in another clone.")
@answers
def catch_up_verb(world: World, *, dry: bool, every: bool) -> Result:
    """Record what hooks left, complete ended windows, measure churn that is due.

    Nothing that needs judgement: features are counted, the outcome is what the evidence says. Run
    again it adds nothing; `gitledger complete` replaces what it stated. It acts on windows that
    began in this clone.
    """
    from gitledger.capture.waiting import tell_news
    from gitledger.cli.triggers import after_catch_up
    from gitledger.commands.catch_up import catch_up_now

    tell_news(world)  # commits are recorded by the run itself, behind the windows they belong to
    done = catch_up_now(world, every=every, dry=dry)
    if not dry:
        after_catch_up(world)
    return done


@click.command("news", epilog=example("news"))
@answers
def news_verb(world: World) -> Result:
    """Show what was done by itself since you last looked, and clear it."""
    from gitledger.commands.news import news

    return news(world)
