"""The verbs that carry rows out and in."""

from typing import Any

import click

from gitledger.book.world import World
from gitledger.cli.options import AGENT, after_hooks, answers, example
from gitledger.commands.result import Result

RAW = "CSV cells as they are: without the quote that keeps a spreadsheet from running them."
FORMS = click.Choice(["csv", "jsonl", "parquet"])


@click.command("export", epilog=example("export snapshots --format csv"))
@click.argument("ledger", default="")
@click.option("--format", "form", type=FORMS, default="csv", show_default=True, help="The format.")
@click.option("--with-raw", is_flag=True, help="Voided and replaced rows too.")
@click.option("--csv-raw", is_flag=True, help=RAW)
@click.option("--out", default="", metavar="DIR", help="Write one file per ledger to DIR.")
@answers
@after_hooks
def export_verb(world: World, *, ledger: str, form: str, **options: Any) -> Result:
    """Rows of LEDGER to standard output, or of all ledgers into a folder."""
    from gitledger.commands.export import export

    return export(world, ledger, form=form, **options)


@click.group("import", epilog=example("import csv tokens tokens.csv"))
def import_verb() -> None:
    """Rows from a CSV file or an earlier tracker."""


@import_verb.command("csv", epilog=example("import csv tokens tokens.csv"))
@click.argument("ledger")
@click.argument("file")
@AGENT
@click.option("--csv-raw", is_flag=True, help=RAW)
@answers
@after_hooks
def import_csv_verb(world: World, *, ledger: str, file: str, agent: str, csv_raw: bool) -> Result:
    """Import the rows of a CSV FILE into LEDGER; existing rows are skipped."""
    from gitledger.commands.import_csv import import_csv

    return import_csv(world, ledger, file, agent=agent, csv_raw=csv_raw)


@import_verb.command("tracker", epilog=example("import tracker old/data --tz Europe/Berlin"))
@click.argument("folder", metavar="DIR")
@click.option("--ledgers", default="", metavar="DIR", help="The folder of its CSV ledgers.")
@click.option(
    "--tz",
    default="",
    metavar="Z",
    help="Time zone of the texts, e.g. Europe/Berlin [default: TZ].",
)
@answers
@after_hooks
def import_tracker_verb(world: World, *, folder: str, ledgers: str, tz: str) -> Result:
    """Import the data directory of an earlier tracker; usage texts are read again."""
    from gitledger.commands.import_tracker import import_tracker

    return import_tracker(world, folder, ledgers=ledgers, tz=tz)


@click.command("sync", epilog=example("sync origin"))
@click.argument("remotes", nargs=-1, metavar="[REMOTE]...")
@click.option("--texts", default="", metavar="origin|ours", help="Whose texts, where both changed.")
@click.option("--hold", multiple=True, metavar="ROW", help="Keep a row here; the rest goes.")
@click.option("--release", multiple=True, metavar="ROW", help="Let a held row go again.")
@answers
@after_hooks
def sync_verb(world: World, *, remotes: tuple[str, ...], **options: Any) -> Result:
    """Exchange rows with the remotes: fetch, join, examine, push; nothing is ever forced.

    Without REMOTE with all that have the ledger; a remote that is named gets it where it has none.
    Where its branch is protected the rows are proposed on a branch next to it. Your working tree,
    index and HEAD are not touched.
    """
    from gitledger.commands.sync import sync

    return sync(world, remotes, **options)


@click.command("propose", epilog=example("propose week-48"))
@click.argument("name")
@click.option("--remote", default="", metavar="R", help="The remote [origin, or the one there is].")
@click.option("--without", multiple=True, metavar="ROW", help="Leave a row out of it.")
@click.option("--with-config", is_flag=True, help="Changed definitions, configuration, rules too.")
@answers
@after_hooks
def propose_verb(world: World, *, name: str, **options: Any) -> Result:
    """Push the rows that the remote lacks to gitledger/NAME, for a pull request.

    The same rows at the same paths, in fresh commits where the remote moved on. Your ledger stays.
    """
    from gitledger.commands.propose import propose

    return propose(world, name, **options)
