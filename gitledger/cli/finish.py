"""The verbs that finish a window and judge it: words and options only."""

import sys
from typing import Any

import click

from gitledger.book.world import World
from gitledger.cli.options import AGENT, MARKDOWN, after_hooks, answers, example, wants_colour
from gitledger.commands.result import Result

PROVIDER_FLAGS = ("codex", "claude", "glm")
TEXTS = ("methodology", "spec_id", "spec_version", "notes")
STATED = ("quality", "rubric", "outcome", "cls", "impf", "minutes")


def provider_features(function: Any) -> Any:
    """An option `--PROVIDER-features N` for each provider known by name."""
    for provider in reversed(PROVIDER_FLAGS):
        flag = click.option(
            f"--{provider}-features", default="", metavar="N", help=f"The same as {provider}=N."
        )
        function = flag(function)
    return function


@click.command("complete", epilog=example("complete --quality .9 --outcome pass --impf 5"))
@click.option(
    "--window", "-w", default="", metavar="W", help="The window [default: the one ended last]."
)
@click.option("--features", "-f", multiple=True, metavar="P=N", help="Features of a provider.")
@provider_features
@click.option("--quality", default="", metavar="Q", help="A number from 0 to 1, for example 0.8.")
@click.option("--rubric", default="", metavar="1-5", help="Quality as a grade of 1 to 5.")
@click.option("--outcome", default="", metavar="O", help="pass, partial or fail.")
@click.option(
    "--cls", default="", metavar="V", help="Cognitive load, a z-score: 0 average, above 1.2 hard."
)
@click.option("--impf", multiple=True, metavar="[CATEGORY=]MIN", help="Human minutes per feature.")
@click.option("--minutes", multiple=True, metavar="[CATEGORY=]MIN", help="Those of the window.")
@click.option(
    "--methodology",
    default="",
    metavar="M",
    help="How the work was done, any word: pairing, solo ... [default: as the one before].",
)
@click.option("--commit-start", default="", metavar="A", help="The commit before the first.")
@click.option("--commit-end", default="", metavar="B", help="The last commit.")
@click.option("--spec-id", default="", metavar="ID", help="The specification worked on.")
@click.option("--spec-version", default="", metavar="V", help="Its version.")
@click.option("--notes", default="", metavar="N", help="A remark.")
@click.option("--amend", is_flag=True, help="Replace the values named, keep the others (needs -m).")
@click.option(
    "--without-after", is_flag=True, help="Complete even without a reading after the work."
)
@click.option("--dry-run", is_flag=True, help="Only show the features that it would count.")
@click.option("--record-only", is_flag=True, help="Record, but run and measure nothing.")
@click.option("--reason", "-m", default="", metavar="WHY", help="Why it is replaced.")
@click.option("--agent", default="", metavar="G", help="Who records [default: AGENT_ID, else you].")
@answers
@after_hooks
def complete_verb(world: World, **options: Any) -> Result:
    """Complete a window: record what it delivered and how well; then do what is due.

    Features that you do not type are counted from reservations and commits. Without commits named,
    those that the hook recorded while it was open are taken. Trusted evidence runs, churn is
    measured, findings and the card are shown. The categories of human minutes are guidance,
    intervention and validation; their sum is the total.
    """
    from gitledger.commands.complete import CompleteOptions, complete
    from gitledger.windows.statement import Completion

    flags = ((p, options.pop(f"{p}_features")) for p in PROVIDER_FLAGS)
    features = (*options.pop("features"), *(f"{p}={many}" for p, many in flags if many))
    texts = {name: options.pop(name) for name in TEXTS}
    stated = {name: options.pop(name) for name in STATED}
    given = Completion(features=features, texts=texts, **stated)
    return complete(world, given, CompleteOptions(**options))


@click.command("churn", epilog=example("churn --window W0-01"))
@click.argument("span", metavar="[A..B]", default="")
@click.option("--window", "-w", default="", metavar="W", help="The window to freeze churn for.")
@click.option("--all", "every", is_flag=True, help="Every completed window without churn.")
@click.option("--provider", default="", metavar="P", help="Only this provider of the window.")
@click.option(
    "--methodology",
    default="",
    metavar="M",
    help="How the work was done, any word: pairing, solo ... [default: as completed].",
)
@click.option("--commit-start", default="", metavar="A", help="Start of the range, not in it.")
@click.option("--commit-end", default="", metavar="B", help="Last commit of the range.")
@click.option("--path", "paths", multiple=True, metavar="P", help="Count only this path.")
@click.option("--follow", default="", metavar="REF", help="The branch to follow the lines on.")
@click.option("--notes", default="", metavar="N", help="A note for the row.")
@AGENT
@answers
@after_hooks
def churn_verb(world: World, *, span: str, agent: str, **options: Any) -> Result:
    """How much of the code survives: A..B just measures, a window is recorded as a row.

    The headline is the share of merged lines removed within 14 days; before those days are
    over there are bounds, no estimate.
    """
    from gitledger.book.window_churn import ChurnRequest
    from gitledger.commands.churn import churn

    options["start"] = options.pop("commit_start")
    options["end"] = options.pop("commit_end")
    return churn(world, span, ChurnRequest(**options), agent=agent)


@click.command("audit", epilog=example("audit --window W0-01"))
@click.option("--window", "-w", default="", metavar="W", help="Only this window, in detail.")
@MARKDOWN
@answers
@after_hooks
def audit_verb(world: World, *, window: str, form: str | None) -> Result:
    """What is wrong or missing, errors first; with --window, one window in detail.

    Exit 1 when there is an error or a warning.
    """
    from gitledger.commands.audit import audit

    return audit(world, window, form=form or "text")


@click.command("preview", epilog=example("preview --by methodology"))
@click.option("--window", "-w", default="", metavar="W", help="Only this window.")
@click.option("--by", type=click.Choice(["methodology"]), help="Split every provider.")
@MARKDOWN
@answers
@after_hooks
def preview_verb(world: World, *, window: str, by: str | None, form: str | None) -> Result:
    """What each provider's capacity bought: efficiency, coverage, churn, telemetry."""
    from gitledger.commands.preview import preview

    return preview(world, window, by=by or "", form=form or "text")


@click.command("status", epilog=example("status --watch"))
@click.option("--watch", is_flag=True, help="Draw it anew every second; once where no terminal is.")
@MARKDOWN
@answers
@after_hooks
def status_verb(world: World, *, watch: bool, form: str | None) -> Result:
    """How full each meter is and when it resets, what is due and when, and the next command."""
    from gitledger.commands.status import status, watch_status

    if watch and form is None and sys.stdout.isatty():
        from shutil import get_terminal_size

        asked = click.get_current_context().find_root().params.get("colour")
        watch_status(world, width=get_terminal_size().columns, colour=wants_colour(asked))
    return status(world, form=form or "text")


@click.command("guard", epilog=example("guard --provider codex --need 10"))
@click.option("--provider", "-p", required=True, metavar="P", help="The provider.")
@click.option("--need", required=True, metavar="PP", help="Points that have to be left.")
@click.option(
    "--meter",
    default="",
    metavar="M",
    help="5h, weekly ... [default: the one that counts, as a rule weekly].",
)
@click.option(
    "--account", default="default", show_default=True, metavar="A", help="A label for the account."
)
@click.option("--fail-open", is_flag=True, help="Unknown is exit 0, with a warning on stderr.")
@answers
@after_hooks
def guard_verb(
    world: World, *, provider: str, need: str, meter: str, account: str, fail_open: bool
) -> Result:
    """Is enough left of a meter? Exit 0 enough, 1 below, 3 unknown."""
    from gitledger.commands.guard import guard

    return guard(world, provider, need=need, meter=meter, account=account, fail_open=fail_open)


@click.command("statusline", epilog=example("statusline"))
@answers
def statusline_verb(world: World) -> Result:
    """Claude Code's status line command: keeps the limits it is handed, prints one line."""
    from gitledger.commands.statusline import statusline

    return statusline(world)
