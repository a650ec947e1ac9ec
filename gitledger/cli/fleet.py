"""The verbs over many repositories."""

from typing import Any

import click

from gitledger.book.world import World
from gitledger.cli.options import answers, example
from gitledger.commands.result import Result


@click.group("fleet", epilog=example("fleet collect repos.txt --out lake"))
def fleet_verb() -> None:
    """Many repositories as one table: collect their ledgers, then ask one question of all."""


@fleet_verb.command("collect", epilog=example("fleet collect repos.txt --out lake --jobs 4"))
@click.argument("places", nargs=-1, required=True, metavar="DIR|URL|LIST...")
@click.option("--out", required=True, metavar="LAKE", help="The folder of the lake.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="So many at once [default: processors]."
)
@click.option(
    "--cache",
    default="",
    metavar="DIR",
    help="What is fetched [default: ~/.cache/gitledger/fleet].",
)
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(1),
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="The longest that one fetch may take.",
)
@click.option("--verify", is_flag=True, help="Prove every history from its root again.")
@click.option(
    "--pseudonyms",
    default="",
    metavar="KEYFILE",
    help="Hide names behind an HMAC of this key; the file is made where there is none.",
)
@answers
def collect_verb(
    world: World, *, places: tuple[str, ...], jobs: int | None, **options: Any
) -> Result:
    """Bring a lake up to date with the ledgers of many repositories.

    A place is a repository, a folder of repositories, a URL (https, ssh, file), or a list of
    lines `name<TAB>address<TAB>team`. What did not change since the last time is passed over.
    """
    from gitledger.commands.fleet_collect import Options, fleet_collect

    return fleet_collect(world, places, Options(jobs=jobs or 0, **options))


def asking(verb: Any) -> Any:
    """What every question of a lake takes."""
    for option in (
        click.option("--until", default="", metavar="DAY", help="Windows worked before this day."),
        click.option("--since", default="", metavar="DAY", help="Windows worked from this day on."),
        click.option(
            "--by",
            type=click.Choice(["methodology", "period", "team"]),
            help="Part windows by methodology, month or team.",
        ),
        click.option(
            "--master", default="", metavar="URL", help="Spark's: local[2], spark://, sc://."
        ),
        click.option(
            "--engine",
            type=click.Choice(["duckdb", "spark"]),
            default="duckdb",
            show_default=True,
            help="Which engine adds up; both give the same digits.",
        ),
        click.option(
            "--lake", required=True, metavar="LAKE", help="A folder, or s3://BUCKET/LAKE."
        ),
    ):
        verb = option(verb)
    return verb


@fleet_verb.command("preview", epilog=example("fleet preview --lake lake --by methodology"))
@asking
@answers
def preview_verb(world: World, **asked: str | None) -> Result:
    """Features per point over all repositories, with intervals by repository."""
    from gitledger.commands.fleet_preview import fleet_preview
    from gitledger.fleet.figures import Asked

    return fleet_preview(world, Asked(**given_options(asked)))


@fleet_verb.command("card", epilog=example("fleet card --lake lake --by methodology"))
@asking
@answers
def card_verb(world: World, **asked: str | None) -> Result:
    """A verdict on providers that many repositories use. Exit 0 GO, 1 NO-GO, 4 undecided."""
    from gitledger.commands.fleet_card import fleet_card
    from gitledger.fleet.figures import Asked

    return fleet_card(world, Asked(**given_options(asked)))


@fleet_verb.command("report", epilog=example("fleet report --lake lake --out fleet.html"))
@asking
@click.option("--out", default="", metavar="FILE", help="The file [default: gitledger-fleet.html].")
@answers
def report_verb(world: World, *, out: str, **asked: str | None) -> Result:
    """The same as one HTML page that fetches nothing."""
    from gitledger.commands.fleet_report import fleet_report
    from gitledger.fleet.figures import Asked

    return fleet_report(world, Asked(**given_options(asked)), out)


def given_options(options: dict[str, str | None]) -> dict[str, str]:
    """Options with nothing for those left out."""
    return {name: value or "" for name, value in options.items()}
