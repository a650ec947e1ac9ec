"""The verbs of the end of a week: what was to be delivered, and whether it was."""

import click

from gitledger.cli.options import answers
from gitledger.commands.result import Result
from gitledger.commands.world import World


@click.command("checklist")
@click.option("--week", default="", metavar="WEEK0", help="The week [default: WEEK0].")
@click.option("--md", "markdown", is_flag=True, help="Markdown with boxes.")
@answers
def checklist_verb(world: World, *, week: str, markdown: bool) -> Result:
    """What a week has to deliver: each item done, or what is missing and the command that does it.

    Exit code: 0 complete, 1 not. Example: gitledger checklist --week WEEK0
    """
    from gitledger.commands.checklist import deliverables

    return deliverables(world, week, markdown=markdown)
