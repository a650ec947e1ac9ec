"""The verbs that judge: the decision card, votes on it, GLM against the baseline."""

import click

from gitledger.cli.options import answers
from gitledger.commands.result import Result
from gitledger.commands.world import World

AGENT = click.option("--agent", default="", metavar="A", help="The agent to record it for.")
VERDICTS = click.Choice(["GO", "SOFT GO", "NO-GO", "HOLD"], case_sensitive=False)


@click.command("card")
@click.argument("subject", default="", metavar="[WINDOW|WEEKn]")
@click.option("--window", "-w", default="", metavar="W", help="A window's id, or WEEK0, WEEK1 ...")
@click.option("--since", default="", metavar="DAY", help="Windows from this day on.")
@click.option("--until", default="", metavar="DAY", help="Windows before this day.")
@click.option("--by", type=click.Choice(["provider", "methodology"]), default="provider")
@click.option("--provider", default="", metavar="P", help="Only this provider's windows.")
@click.option("--baseline", default="", metavar="NAME", help="The arm to compare with.")
@click.option("--issue", is_flag=True, help="Record the card.")
@click.option("--recompute", default="", metavar="CARD", help="Rebuild an issued card.")
@click.option("--override", "verdict", type=VERDICTS, help="Put a verdict beside the card.")
@click.option("--reason", "-m", default="", metavar="WHY", help="Why it is overridden.")
@click.option("--md", "markdown", is_flag=True, help="Markdown instead of terminal text.")
@AGENT
@answers
def card_verb(  # noqa: PLR0913  one argument for each option, as click hands them over
    world: World,
    *,
    subject: str,
    window: str,
    since: str,
    until: str,
    by: str,
    provider: str,
    baseline: str,
    issue: bool,
    recompute: str,
    verdict: str | None,
    reason: str,
    markdown: bool,
    agent: str,
) -> Result:
    """Judge a window, a week or a span of days: GO, SOFT GO, NO-GO, HOLD, and why.

    Exit code: 0 GO; 1 NO-GO or INVALID; 4 SOFT GO, HOLD or INSUFFICIENT.
    """
    from gitledger.commands import card

    if recompute:
        return card.recompute(world, recompute, markdown=markdown)
    asked = card.Asked(window or subject, since, until, by, baseline, provider)
    if verdict:
        return card.override(world, asked, verdict, reason=reason, agent=agent)
    return card.card(world, asked, issue=issue, markdown=markdown, agent=agent)
