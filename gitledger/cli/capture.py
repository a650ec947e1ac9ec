"""The verbs that capture meters: words and options only."""

from collections.abc import Callable
from typing import Any

import click

from gitledger.book.world import World
from gitledger.cli.keep import void_verb
from gitledger.cli.options import after_hooks, answers, example
from gitledger.commands.result import Result

PHASES = click.Choice(["before", "after"])
TEXT = (
    click.argument("text", default="", metavar="[-]"),
    click.option(
        "--from", "origin", default="", metavar="FILE", help="Read the usage text from FILE."
    ),
    click.option("--local", is_flag=True, help="Read what the agent left on disk, not the pipe."),
    click.option(
        "--at",
        default="",
        metavar="T",
        help="Time the usage was displayed, ISO 8601 [default: now].",
    ),
    click.option(
        "--tz",
        default="",
        metavar="Z",
        help="Time zone of the text, e.g. Europe/Berlin [default: TZ].",
    ),
)
PLACE = (
    click.option("--window", "-w", default="", metavar="W", help="The window's id."),
    click.option("--account", default="", metavar="A", help="A label for the account."),
    click.option(
        "--agent", default="", metavar="G", help="Who records [default: AGENT_ID, else you]."
    ),
    click.option("--notes", default="", metavar="N", help="A remark, kept with the reading."),
)
KEEP = (
    click.option("--keep", is_flag=True, help="Record it even with an error, or without a meter."),
    click.option("--simulated", is_flag=True, help="Mark as a test; excluded from totals."),
)


def with_options(*many: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several click decorators as one, in the order they are listed."""

    def decorate(function: Any) -> Any:
        for decorator in reversed(many):
            function = decorator(function)
        return function

    return decorate


def capture_options(options: dict[str, Any]) -> Any:
    """The capture options as one value; `-` and `--from` say the same thing."""
    from gitledger.capture.snapshot import CaptureOptions
    from gitledger.errors import UsageError

    text = options.pop("text", "")
    if text not in {"", "-"}:
        raise UsageError(f"{text!r}: give a file with --from FILE, or - for standard input")
    if text and options.get("origin"):
        raise UsageError("both - and --from were given", "give one of them")
    options["origin"] = options.get("origin") or text
    return CaptureOptions(**options)


@click.command("start", epilog=example("start codex --from before.txt"))
@click.argument("provider")
@with_options(*TEXT, *PLACE, *KEEP)
@click.option("--strict", is_flag=True, help="Refuse when the week is nearly used up.")
@answers
@after_hooks
def start_verb(world: World, *, provider: str, strict: bool, **options: Any) -> Result:
    """Start a work window: record usage of PROVIDER before you begin.

    The reading comes from --from FILE, a pipe, or (--local, or at a terminal) the newest that
    the agent left on disk.
    """
    from gitledger.commands.start import start

    return start(world, provider, capture_options(options), strict=strict)


@click.command("end", epilog=example("end codex --from after.txt"))
@click.argument("provider")
@with_options(*TEXT, *PLACE, *KEEP)
@click.option("--wait", is_flag=True, help="Count down first until the meters settled.")
@answers
@after_hooks
def end_verb(world: World, *, provider: str, wait: bool, **options: Any) -> Result:
    """End the open window: record usage of PROVIDER after the work."""
    from gitledger.commands.end import end

    done = end(world, provider, capture_options(options), wait=wait)
    _ended(world)
    return done


@click.command("cross", epilog=example("cross codex --from now.txt"))
@click.argument("provider")
@with_options(*TEXT, *PLACE, *KEEP)
@answers
@after_hooks
def cross_verb(world: World, *, provider: str, **options: Any) -> Result:
    """One reading that ends the open window and begins the next (--window names that one)."""
    from gitledger.commands.cross import cross

    done = cross(world, provider, capture_options(options))
    _ended(world)
    return done


def _ended(world: World) -> None:
    """A window ended: where this clone acts by itself, what follows runs detached."""
    from gitledger.commands.agent_hook import after_end

    after_end(world)


@click.command("ingest", epilog=example("ingest ccusage --window W0-01 --from usage.json"))
@click.argument("source")
@with_options(*TEXT, *PLACE, *KEEP)
@click.option("--phase", type=PHASES, default=None, help="Before or after the work.")
@answers
@after_hooks
def ingest_verb(world: World, *, source: str, phase: str | None, **options: Any) -> Result:
    """Record what SOURCE says for a window: meters, token counts or proxy events.

    SOURCE: codex, codex-rollout, claude, claude-statusline, claude-stream-json, claude-oauth,
    glm, zai, ccusage, codex-ccusage, claude-monitor, proxy-telemetry.
    """
    from gitledger.commands.ingest import ingest

    return ingest(world, source, capture_options(options), phase=phase or "")


@click.command(
    "override",
    epilog=example("override codex --window W0-01 --phase before --set 5h=12 --set weekly=34"),
)
@click.argument("provider")
@with_options(*PLACE, *TEXT[3:])
@click.option("--phase", type=PHASES, required=True, help="Before or after the work.")
@click.option("--set", "settings", multiple=True, metavar="METER=PCT", help="Percent used.")
@answers
@after_hooks
def override_verb(
    world: World, *, provider: str, phase: str, settings: tuple[str, ...], **options: Any
) -> Result:
    """Record percentages you typed, marked as typed: --set 5h=12 --set weekly=34."""
    from gitledger.commands.override import override

    return override(world, provider, capture_options(options), phase=phase, settings=settings)


@click.command("parse", epilog=example("parse codex --from before.txt"))
@click.argument("source")
@with_options(*TEXT)
@answers
def parse_verb(world: World, *, source: str, **options: Any) -> Result:
    """What a text would be recorded as. Needs no repository and stores nothing."""
    from gitledger.commands.parse import parse

    return parse(world, source, capture_options(options))


@click.group("alias", epilog=example("alias start codex --from before.txt"))
def alias_verb() -> None:
    """The names an earlier tool had: alias start, end, cross, delete."""


alias_verb.add_command(start_verb, "start")
alias_verb.add_command(end_verb, "end")
alias_verb.add_command(cross_verb, "cross")
alias_verb.add_command(void_verb, "delete")
