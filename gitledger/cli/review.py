"""The verbs of a review: what a proposal would bring to a ledger, and whether it may join."""

import click

from gitledger.book.world import World
from gitledger.cli.options import answers, example
from gitledger.commands.result import Result

MARKDOWN = click.option("--md", is_flag=True, help="Print GitHub's Markdown.")


@click.command("check", epilog=example("check --base origin/gitledger/main"))
@click.option(
    "--base", default="", metavar="REF", help="The ledger to join [default: the one remote's]."
)
@click.option("--head", default="", metavar="REF", help="The proposal [default: this clone's].")
@MARKDOWN
@click.option("--junit", default="", metavar="FILE", help="Write the answer as JUnit XML too.")
@click.option("--findings", is_flag=True, help="Fail on the audit's errors and warnings too.")
@answers
def check_verb(
    world: World, *, base: str, head: str, md: bool, junit: str, findings: bool
) -> Result:
    """May these rows join that ledger? Exit 0 yes, 1 no, 3 cannot tell.

    Judged by the base's rules, as of the head commit's time. Texts that the head changes are
    listed; a change of what a forge runs is an error.
    """
    from gitledger.commands.check import MARKDOWN as MD
    from gitledger.commands.check import TEXT, check

    form = MD if md else TEXT
    return check(world, base=base, head=head, form=form, junit=junit, findings=findings)


@click.command("diff", epilog=example("diff origin/gitledger/main..gitledger/main"))
@click.argument("words", default="", metavar="[A..B]")
@click.option("--commits", default="", metavar="A..B", help="Only windows with these commits.")
@MARKDOWN
@click.option(
    "--max-chars",
    type=click.IntRange(min=1_000),
    default=60_000,
    metavar="N",
    help="At most so much Markdown [default: 60000].",
)
@answers
def diff_verb(world: World, *, words: str, commits: str, md: bool, max_chars: int) -> Result:
    """What B has that A lacks, and what that does to numbers, findings and verdicts.

    A...B is what a merge of B would bring to A; without a range, what this clone's ledger would
    bring to the one remote's. Exit 1 where what comes cannot be proven.
    """
    from gitledger.commands.diff import MARKDOWN as MD
    from gitledger.commands.diff import TEXT, diff

    return diff(world, words, commits=commits, form=MD if md else TEXT, max_chars=max_chars)


@click.command("review", epilog=example("review --out review"))
@click.option(
    "--base", default="", metavar="REF", help="The ledger to join [default: the event's]."
)
@click.option("--head", default="", metavar="REF", help="The proposal [default: the event's].")
@click.option(
    "--gate",
    type=click.Choice(["none", "integrity", "findings", "card"]),
    default="integrity",
    help="What makes it red.",
    show_default=True,
)
@click.option(
    "--comment",
    type=click.Choice(["auto", "never"]),
    default="auto",
    show_default=True,
    help="Whether to comment.",
)
@click.option(
    "--bot", default="", metavar="LOGIN", help="Who comments [default: github-actions[bot]]."
)
@click.option("--out", default="", metavar="DIR", help="Write summary.md and comment.md there.")
@click.option("--publish", default="", metavar="DIR", help="Hand what DIR holds to the forge.")
@answers
def review_verb(world: World, *, out: str, publish: str, bot: str, **asked: str) -> Result:
    """Review a pull request in CI: the gate, the job's summary, one comment.

    Reads GitHub's event file; a pull request into gitledger/* is a ledger's, any other is code,
    of which only windows that hold its commits are shown.
    """
    from gitledger.commands import review as verb

    if publish:
        return verb.publish(world, publish)
    told = asked | ({"bot": bot} if bot else {})
    return verb.review(world, verb.ReviewRequest(**told), out=out)
