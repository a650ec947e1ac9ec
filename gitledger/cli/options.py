"""What every verb shares: the options that may follow it, and running it to its exit code."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from os import environ, fstat, read
from pathlib import Path
from stat import S_ISCHR
from typing import Any

import click
from click.core import ParameterSource

from gitledger.book.world import World
from gitledger.cli.progress import Progress, meter
from gitledger.cli.stderr import tell
from gitledger.commands.result import Result, Screen, visible
from gitledger.errors import NotARepository, UsageError

# What is looked at, or held against what: an empty variable here would answer something else.
NAMED = frozenset({
    "anchor", "base", "checkpoint", "commits", "given", "head", "junit", "recompute", "remote",
    "since", "until", "week",
})  # fmt: skip
PASTED_AT_ONCE = 65_536  # bytes; a line of a terminal is shorter
AS_JSON = "gitledger.as_json"  # set in a click context by a verb that decides it itself


def example(words: str) -> str:
    """What stands below a verb's help: one line that a person may type as it is."""
    return f"\b\nExample:\n  gitledger {words}"


JSON = click.option("--json", "json_after", is_flag=True, help="Print one JSON object.")
MARKDOWN = click.option(
    "--md", "form", flag_value="markdown", help="Print Markdown instead of terminal text."
)
AGENT = click.option(
    "--agent", default="", metavar="A", help="Who records [default: AGENT_ID, else you]."
)
QUIET = click.option(
    "--quiet", "-q", "quiet_after", is_flag=True, help="Suppress notes and warnings on stderr."
)


class ColourAfter(click.Option):
    """`--color` after a verb; never taken from the words of a command that the verb runs."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Known to every verb but those that hand on what they do not know."""
        if not ctx.ignore_unknown_options:
            super().add_to_parser(parser, ctx)


def take_colour(context: click.Context, _param: click.Parameter, asked: object) -> None:
    """What is asked after the verb counts as if it stood before it."""
    if asked is not None:
        context.find_root().params["colour"] = asked


# not listed in each help: the program's own names it
COLOUR = click.option(
    "--color/--no-color",
    cls=ColourAfter,
    default=None,
    expose_value=False,
    hidden=True,
    callback=take_colour,
)


def answers(function: Callable[..., Result]) -> Callable[..., None]:
    """Make a click callback of a function that takes a `World` and returns a `Result`.

    The global options that are worth it may follow the verb as well.
    """
    return JSON(answers_without_json(function))


def answers_without_json(function: Callable[..., Result]) -> Callable[..., None]:
    """The same for a verb whose own `--json` means more than the output's form.

    Such a verb hands back `json_after` by itself, as an attribute of the click context.
    """

    @QUIET
    @COLOUR
    @click.pass_context
    @wraps(function)
    def run(
        context: click.Context, /, *, quiet_after: bool, json_after: bool = False, **options: Any
    ) -> None:
        _refuse_empty(context)
        settings = context.find_root().params
        quiet = quiet_after or bool(settings.get("quiet"))
        with meter(shown=sys.stderr.isatty() and not quiet) as progress:
            result = function(world_of(settings, progress, quiet=quiet), **options)
        as_json = json_after or bool(settings.get("as_json")) or bool(context.meta.get(AS_JSON))
        show(result, as_json=as_json, quiet=quiet, colour=settings.get("colour"))
        context.exit(result.exit_code)

    return run


def after_hooks(function: Callable[..., Result]) -> Callable[..., Result]:
    """Before a verb that reads or writes the ledger: what git hooks left is recorded.

    Outside of the verb, so that one that only looks walks through no writer.
    """

    @wraps(function)
    def run(world: World, **options: Any) -> Result:
        from gitledger.capture.waiting import record_waiting

        record_waiting(world)
        return function(world, **options)

    return run


def _refuse_empty(context: click.Context) -> None:
    """An option of `NAMED` that was given empty is not an option left out. Raises UsageError."""
    for param in context.command.params:
        empty = param.name in NAMED and context.params.get(str(param.name)) == ""
        if empty and context.get_parameter_source(str(param.name)) is ParameterSource.COMMANDLINE:
            what = f"{param.opts[0]} is empty"
            raise UsageError(what, "give it a value, or leave it out: is a variable unset?")


def world_of(settings: dict[str, Any], progress: Progress, *, quiet: bool) -> World:
    """The world, read once: folder, clock, environment, standard input."""
    return World(
        directory=_directory(settings.get("directory") or "."),
        now=datetime.now(UTC),
        environment=dict(environ),
        branch=settings.get("branch") or "",
        read_stdin=sys.stdin.buffer.read if _is_fed(sys.stdin) else None,
        read_paste=_pasted if _is_typed(sys.stdin) and not quiet else None,
        say=(lambda _line: None) if quiet else (tell),
        terminal=_is_terminal(sys.stderr) and not quiet,
        hushed=quiet,
        progress=progress,
    )


def _directory(name: str) -> Path:
    """The folder a command runs in. Raises NotARepository where it was deleted under our feet."""
    try:
        return Path(name).resolve()
    except OSError as error:
        raise NotARepository(f"{name}: {error.strerror}", "go to a folder that is there") from None


def _is_fed(stream: Any) -> bool:
    """Whether somebody may have put a text on standard input: a pipe, a socket or a file.

    A terminal, a closed stream and /dev/null (as cron and CI give it) are nobody's text.
    """
    if _is_terminal(stream):
        return False
    try:
        return not S_ISCHR(fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # a stream of Python's own, without a file behind it
        return True


def _pasted() -> bytes:
    """What is typed or pasted up to Ctrl-D, which ends it in the middle of a line as well.

    A terminal hands over a line at a time; one without its end was sent off by Ctrl-D.
    """
    parts = []
    while True:
        parts.append(read(sys.stdin.fileno(), PASTED_AT_ONCE))
        if not parts[-1].endswith(b"\n"):
            return b"".join(parts)


def _is_typed(stream: Any) -> bool:
    """Whether a person can type or paste here, and sees what is asked: two terminals."""
    there = stream is not None and not stream.closed and stream.isatty()
    return bool(there and sys.stderr.isatty())


def _is_terminal(stream: Any) -> bool:
    return stream is None or stream.closed or stream.isatty()


def show(result: Result, *, as_json: bool, quiet: bool, colour: bool | None) -> None:
    """Print a result: notes to standard error, the answer to standard output."""
    if not quiet:
        for note in result.notes:
            tell(note)
    if as_json:
        click.echo(result.json())
        return
    if result.raw is not None:
        click.echo(result.raw, nl=False)
        return
    screen = Screen(_width(), colour=wants_colour(colour), terminal=sys.stdout.isatty())
    text = result.text(screen)
    if text:
        click.echo(visible(text, colour=screen.colour), color=wants_colour(colour))


def _width() -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) >= 40:
        return int(columns)
    if sys.stdout.isatty():
        import shutil

        return shutil.get_terminal_size().columns
    return 80


def wants_colour(asked: object) -> bool:
    """Whether output is coloured: as it was asked, else by the environment, else on a terminal."""
    if asked is not None:
        return bool(asked)
    if environ.get("NO_COLOR"):
        return False
    return environ.get("FORCE_COLOR", "0") not in {"", "0"} or sys.stdout.isatty()
