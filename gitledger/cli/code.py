"""The verbs about code: what became of the commits of a window."""

from typing import Any

import click

from gitledger.book.world import World
from gitledger.cli.options import after_hooks, answers, example
from gitledger.commands.result import Result


@click.command("churn", epilog=example("churn --window W0-01"))
@click.argument("span", metavar="[A..B]", default="")
@click.option("--window", "-w", default="", metavar="W", help="The window to freeze churn for.")
@click.option("--all", "every", is_flag=True, help="Every completed window without churn.")
@click.option("--provider", default="", metavar="P", help="Only this provider of the window.")
@click.option(
    "--methodology",
    default="",
    metavar="M",
    help="How the work was done, any word: pairing, solo ... [default: as completed].",
)
@click.option("--commit-start", default="", metavar="A", help="Start of the range, not in it.")
@click.option("--commit-end", default="", metavar="B", help="Last commit of the range.")
@click.option("--path", "paths", multiple=True, metavar="P", help="Count only this path.")
@click.option("--follow", default="", metavar="REF", help="The branch to follow the lines on.")
@click.option("--notes", default="", metavar="N", help="A note for the row.")
@click.option("--agent", default="", metavar="A", help="Who records [default: AGENT_ID, else you].")
@answers
@after_hooks
def churn_verb(world: World, *, span: str, agent: str, **options: Any) -> Result:
    """How much of the code survives: A..B just measures, a window is recorded as a row.

    The headline is the share of merged lines removed within 14 days; before those days are
    over there are bounds, no estimate.
    """
    from gitledger.book.window_churn import ChurnRequest
    from gitledger.commands.churn import churn

    options["start"] = options.pop("commit_start")
    options["end"] = options.pop("commit_end")
    return churn(world, span, ChurnRequest(**options), agent=agent)
