"""The verb that draws the ledger as a page."""

import click

from gitledger.book.world import World
from gitledger.cli.options import after_hooks, answers, example
from gitledger.commands.result import Result


@click.command("report", epilog=example("report --window WEEK0 --open"))
@click.option("--window", "-w", default="", metavar="WEEK0", help="Only this week's windows.")
@click.option("--since", default="", metavar="DAY", help="Windows worked from this day on.")
@click.option("--until", default="", metavar="DAY", help="Windows worked before this day.")
@click.option("--provider", default="", metavar="P", help="Only this provider's windows.")
@click.option(
    "--out", default="", metavar="FILE", help="The file [default: gitledger-report.html]."
)
@click.option("--with-accounts", is_flag=True, help="Show the accounts' names.")
@click.option("--with-money", is_flag=True, help="Show prices and costs.")
@click.option("--incognito", is_flag=True, help="Replace every name of the repository's.")
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@click.option("--issue", is_flag=True, help="Record how it was made, and its hash.")
@click.option(
    "--recompute", default="", metavar="FILE|ID", help="Make a page again and compare it."
)
@answers
@after_hooks
def report_verb(  # noqa: PLR0913  one argument for each option, as click hands them over
    world: World,
    *,
    window: str,
    since: str,
    until: str,
    provider: str,
    out: str,
    with_accounts: bool,
    with_money: bool,
    incognito: bool,
    show: bool,
    issue: bool,
    recompute: str,
) -> Result:
    """Draw the ledger as one HTML page: what a percent buys, what lasts, where the quota went.

    The page fetches nothing and reads without script. Accounts and money stay out unless asked
    for.
    """
    from gitledger.book.page import PageRequest
    from gitledger.commands import report

    if recompute:
        return report.recompute(world, recompute)
    asked = PageRequest(window, since, until, provider, with_accounts, with_money, incognito)
    made = report.report(world, asked, out=out, issue=issue)
    if show:
        click.launch(str(made.payload["file"]))
    return made
