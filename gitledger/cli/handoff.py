"""The verbs of the end of a week: what was to be delivered, and whether it was."""

import click

from gitledger.book.world import World
from gitledger.cli.options import after_hooks, answers, example
from gitledger.commands.result import Result


@click.command("checklist", epilog=example("checklist --week WEEK0"))
@click.option("--week", default="", metavar="WEEK0", help="The week [default: WEEK0].")
@click.option("--md", "markdown", is_flag=True, help="Markdown with boxes.")
@answers
@after_hooks
def checklist_verb(world: World, *, week: str, markdown: bool) -> Result:
    """What a week has to deliver: each item done, or what is missing and the command that does it.

    Exit code: 0 complete, 1 not.
    """
    from gitledger.commands.checklist import checklist

    return checklist(world, week, markdown=markdown)


@click.command("handoff", epilog=example("handoff --week WEEK0 --zip"))
@click.option("--week", default="WEEK0", show_default=True, metavar="WEEK0", help="The week.")
@click.option("--out", default="", metavar="DIR|FILE", help="Where to [default: handoff].")
@click.option("--zip", "zipped", is_flag=True, help="One zip file with fixed times.")
@click.option("--incognito", is_flag=True, help="Replace every name; no exports, no logs.")
@click.option("--at", default="", metavar="TIME", help="The moment it is made for [default: now].")
@click.option(
    "--check", "given", default="", metavar="DIR|FILE", help="Make a pack again, compare."
)
@answers
@after_hooks
def handoff_verb(  # noqa: PLR0913  one argument for each option, as click hands them over
    world: World, *, week: str, out: str, zipped: bool, incognito: bool, at: str, given: str
) -> Result:
    """Write the pack of a week: report, card, audits, exports, logs, checklist and their hashes.

    Exit code of --check: 0 when every file is as the ledger gives it, 1 with a list of the others.
    """
    from gitledger.book.subject import parse_day
    from gitledger.commands import handoff

    if given:
        return handoff.check(world, given)
    pack = handoff.Pack(week, incognito)
    return handoff.handoff(world, pack, out=out, zipped=zipped, at=parse_day(at))


@click.command(
    "preflight",
    epilog=example("preflight -- pytest -q"),
    context_settings={"ignore_unknown_options": True},
)
@click.argument("tests", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@answers
@after_hooks
def preflight_verb(world: World, *, tests: tuple[str, ...]) -> Result:
    """Is everything ready for a week? Set-up, tests, meters, capability map, ledgers, remote.

    COMMAND are the project's own tests; without it they are not run. Exit code: 0 ready, 1 not.
    """
    from gitledger.commands.preflight import preflight

    return preflight(world, tests)
