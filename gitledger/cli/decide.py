"""The verbs that judge and tell: the card, votes on it, GLM against the baseline, the page."""

from typing import Any

import click

from gitledger.book.world import World
from gitledger.cli.options import AGENT, MARKDOWN, after_hooks, answers, example
from gitledger.commands.result import Result

WHICH = "A window's id, WEEK0, WEEK1 ..., week (this one), or 2026-W48."
VERDICTS = click.Choice(["GO", "SOFT GO", "NO-GO", "HOLD"], case_sensitive=False)


@click.command("card", epilog=example("card --window W0-01"))
@click.argument("subject", default="", metavar="[WINDOW|WEEKn|week|2026-W48]")
@click.option("--window", "-w", default="", metavar="W", help=WHICH)
@click.option("--since", default="", metavar="DAY", help="Windows worked from this day on.")
@click.option("--until", default="", metavar="DAY", help="Windows worked before this day.")
@click.option(
    "--by",
    type=click.Choice(["provider", "methodology"]),
    default="provider",
    show_default=True,
    help="What is compared.",
)
@click.option("--provider", default="", metavar="P", help="Only this provider's windows.")
@click.option("--baseline", default="", metavar="NAME", help="What to compare with.")
@click.option("--issue", is_flag=True, help="Record the card.")
@click.option("--recompute", default="", metavar="CARD", help="Rebuild an issued card.")
@click.option(
    "--override", "verdict", type=VERDICTS, help="Record a different verdict next to the card."
)
@click.option("--reason", "-m", default="", metavar="WHY", help="Why it is overridden.")
@MARKDOWN
@click.option("--html", "form", flag_value="html", help="One HTML page that fetches nothing.")
@AGENT
@answers
@after_hooks
def card_verb(  # noqa: PLR0913  one argument for each option, as click hands them over
    world: World,
    *,
    subject: str,
    window: str,
    issue: bool,
    recompute: str,
    verdict: str | None,
    reason: str,
    form: str | None,
    agent: str,
    **asked: str,
) -> Result:
    """Judge a window, a week or a span of days: GO, SOFT GO, NO-GO, HOLD, and why.

    Without a name: the newest window; the others are named.

    Exit code: 0 GO; 1 NO-GO or INVALID; 4 SOFT GO, HOLD or INSUFFICIENT.
    """
    from gitledger.book.subject import CardRequest
    from gitledger.commands import card

    if recompute:
        return card.recompute(world, recompute, form=form or "text")
    request = CardRequest(window or subject, **asked)
    if verdict:
        return card.override(world, request, verdict, reason=reason, agent=agent)
    return card.card(world, request, issue=issue, form=form or "text", agent=agent)


@click.command("vote", epilog=example("vote W0-01 --voter Ada --vote go"))
@click.argument("card", metavar="CARD|WINDOW")
@click.option("--voter", required=True, metavar="NAME", help="Who votes.")
@click.option(
    "--vote",
    "said",
    required=True,
    type=click.Choice(["go", "no-go", "abstain"]),
    help="go, no-go or abstain.",
)
@click.option(
    "--tier",
    type=click.IntRange(1, 3),
    default=1,
    show_default=True,
    help="Tier of the sign-off: hard work (cognitive load above 1.2) needs 2 or 3 for a GO.",
)
@click.option("--message", "-m", default="", metavar="WHY", help="Why the vote is so.")
@answers
@after_hooks
def vote_verb(world: World, *, card: str, voter: str, said: str, tier: int, message: str) -> Result:
    """Vote on an issued card or a window; each voter once."""
    from gitledger.commands.vote import vote

    return vote(world, card, voter, said, tier=tier, message=message)


@click.command("compare", epilog=example("compare --window W0-01"))
@click.option("--window", "-w", default="", metavar="W", help="Only events of this window.")
@click.option(
    "--min",
    "least",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help="Matched requests needed for a verdict.",
)
@click.option(
    "--top", type=click.IntRange(min=0), default=0, metavar="N", help="Show N rows [default: all]."
)
@MARKDOWN
@answers
@after_hooks
def compare_verb(world: World, *, window: str, least: int, top: int, form: str | None) -> Result:
    """GLM against the baseline per request: tokens and dollars, and what had no counterpart."""
    from gitledger.commands.compare import compare

    return compare(world, window=window, least=least, top=top, form=form or "text")


@click.command("explain", epilog=example("explain WEEK0.codex.features_per_pp"))
@click.argument("metric", default="", metavar="[WHICH.PROVIDER.NUMBER]")
@MARKDOWN
@answers
@after_hooks
def explain_verb(world: World, *, metric: str, form: str | None) -> Result:
    """How a number came about: formula, rows, result. Without one: the newest window's.

    WHICH is a window's id, WEEK0, 2026-W48 or all; NUMBER is for example features_per_pp.
    """
    from gitledger.commands.explain import explain

    return explain(world, metric, form=form or "text")


@click.command("report", epilog=example("report --window WEEK0 --open"))
@click.option("--window", "-w", default="", metavar="WEEK0", help="Only this week's windows.")
@click.option("--since", default="", metavar="DAY", help="Windows worked from this day on.")
@click.option("--until", default="", metavar="DAY", help="Windows worked before this day.")
@click.option("--provider", default="", metavar="P", help="Only this provider's windows.")
@click.option(
    "--out", default="", metavar="FILE", help="The file [default: gitledger-report.html]."
)
@click.option("--with-accounts", "accounts", is_flag=True, help="Show the accounts' names.")
@click.option("--with-money", "money", is_flag=True, help="Show prices and costs.")
@click.option("--incognito", is_flag=True, help="Replace every name of the repository's.")
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@click.option("--issue", is_flag=True, help="Record how it was made, and its hash.")
@click.option(
    "--recompute", default="", metavar="FILE|ID", help="Make a page again and compare it."
)
@answers
@after_hooks
def report_verb(
    world: World, *, out: str, show: bool, issue: bool, recompute: str, **asked: Any
) -> Result:
    """Draw the ledger as one HTML page: what a percent buys, what lasts, where the quota went.

    The page fetches nothing and reads without script. Accounts and money stay out unless asked
    for.
    """
    from gitledger.book.page import PageRequest
    from gitledger.commands import report

    if recompute:
        return report.recompute(world, recompute)
    made = report.report(world, PageRequest(**asked), out=out, issue=issue)
    if show:
        click.launch(str(made.payload["file"]))
    return made
