"""The program: global options, the verbs by group, and what every refusal looks like.

A verb's module is imported when the verb runs, so that a hook pays for nothing else.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any, cast

import click

from gitledger import __version__
from gitledger.cli.ending import answer_interrupt, exit_code_of
from gitledger.cli.interrupt import INTERRUPT
from gitledger.cli.options import example
from gitledger.cli.stderr import tell, tell_usage
from gitledger.errors import EXIT_USAGE, GitledgerError, NotARepository, NotInitialised, UsageError

# verb -> (module of this package, group, one line of help); the order is the order of the help
VERBS: dict[str, tuple[str, str, str]] = {
    "start": ("capture", "Capture", "Start a work window: record usage before you begin."),
    "end": ("capture", "Capture", "End the open window: record usage after the work."),
    "cross": (
        "capture",
        "Capture",
        "End the open window and start the next one from the same reading.",
    ),
    "ingest": (
        "capture",
        "Capture",
        "Record data from any supported source: usage, token counts, proxy events.",
    ),
    "override": ("capture", "Capture", 'Enter percentages by hand (marked "manual").'),
    "parse": ("capture", "Capture", "Dry run: show how a text would be read. Stores nothing."),
    "statusline": ("finish", "Capture", "Claude Code's status line command."),
    "alias": (
        "capture",
        "Capture",
        "Compatibility names from the previous tool: start, end, cross, delete.",
    ),
    "complete": ("finish", "Finish", "Complete a window: record what it delivered and how well."),
    "catch-up": ("upkeep", "Finish", "Do everything that is due and needs no judgement, once."),
    "audit": ("finish", "Finish", "What is wrong or missing in the records, errors first."),
    "preview": (
        "finish",
        "Look",
        "Features per percent for each provider, and which windows were excluded.",
    ),
    "status": ("finish", "Look", "Home page: meters, what is to be done, the next command."),
    "plan": ("look", "Look", "What each subscription gave and left, its pace, the next hour."),
    "drift": ("look", "Look", "Did a limit shrink? What one weekly point was worth, by week."),
    "resets": ("look", "Look", "Every reset and move of a meter, with its reason."),
    "news": ("upkeep", "Look", "What was done by itself since you last looked."),
    "guard": ("finish", "Look", "Is enough left of a meter? Exit 0 enough, 1 below, 3 unknown."),
    "init": ("keep", "Keep", "Set up gitledger in this repository."),
    "append": ("keep", "Keep", "Record a row in any ledger."),
    "ledger": ("keep", "Keep", "Add, list or show ledgers."),
    "rules": ("keep", "Keep", "Show or replace the gate rules of the decision card."),
    "config": ("keep", "Keep", "Show or replace the configuration: plans, limits, meters."),
    "churn": ("finish", "Finish", "How much of the code of a window or commit range survives."),
    "log": (
        "look",
        "Look",
        "List rows, newest first; with ROW, show that row and its corrections.",
    ),
    "show": ("look", "Look", "A row or a window."),
    "replay": (
        "replay",
        "Decide",
        "Simulate: how many features another choice of providers would have produced.",
    ),
    "void": ("keep", "Keep", "Void a row (it stays in history but no longer counts)."),
    "amend": ("keep", "Keep", "Replace a row, with a reason."),
    "help": ("about", "Keep", "What a verb does and takes."),
    "version": ("about", "Keep", "Which version this is."),
    "completion": ("about", "Keep", "Shell completion for bash, zsh and fish."),
    "man": ("about", "Keep", "The manual page."),
    "demo": ("about", "Keep", "A made-up week of three providers, in a throw-away repository."),
    "verify": ("keep", "Keep", "Prove the ledger from its history."),
    "checkpoint": ("keep", "Share", "One line that proves later what the ledger held."),
    "doctor": ("keep", "Keep", "Check the setup; --fix repairs what is safe to repair."),
    "capability": ("evidence", "Evidence", "The capability map: add, list, import."),
    "feature": ("evidence", "Evidence", "Reserve, deliver or list features."),
    "evidence": ("evidence", "Evidence", "Record or run an acceptance run."),
    "trust": ("evidence", "Evidence", "Let the acceptance commands of the branch run here."),
    "tokens": ("evidence", "Evidence", "Token checkpoints: plan, mid, final."),
    "vote": ("decide", "Decide", "Vote on a card or a window."),
    "compare": (
        "decide",
        "Decide",
        "Compare GLM with the baseline on the same requests (tokens, cost).",
    ),
    "explain": ("decide", "Look", "How a number came about, row by row."),
    "checklist": (
        "handoff",
        "Decide",
        "What a week has to deliver, done or with the next command.",
    ),
    "preflight": ("handoff", "Decide", "Is everything ready for a week? Six checks, one verdict."),
    "handoff": (
        "handoff",
        "Decide",
        "The pack of a week for who takes over; --check makes it again.",
    ),
    "report": ("decide", "Decide", "The ledger as one HTML page that can be forwarded."),
    "card": ("decide", "Decide", "Judge a window or a week: the decision card."),
    "fleet": ("fleet", "Decide", "Many repositories as one table: collect, preview, card, report."),
    "hooks": ("hooking", "Keep", "Git's hooks: install, uninstall, status, run."),
    "agent-hook": (
        "hooking",
        "Capture",
        "Called by Claude Code and Codex at session start and end.",
    ),
    "hook": ("hooking", "", "What git's hooks call."),
    "check": ("review", "Share", "May these rows join that ledger? The gate for CI."),
    "diff": ("review", "Share", "Rows that one state has and another lacks, and their effects."),
    "review": ("review", "Share", "Review a pull request in CI: gate, summary, comment."),
    "sync": ("share", "Share", "Exchange rows with the remotes; nothing is forced."),
    "propose": ("share", "Share", "Rows that a remote lacks, on a branch for a pull request."),
    "export": ("share", "Share", "Rows as CSV, JSON lines or Parquet."),
    "import": ("share", "Share", "Rows from a CSV file or an earlier tracker."),
}
WHAT = """\
gitledger measures what one percent of each AI coding subscription buys in shipped code that
lasts. It records usage before and after a work window, the commits in between, and how much of
that code survives. Everything is stored on a branch of this repository.
`gitledger --help` lists the commands."""
COMPLETING = "_GITLEDGER_COMPLETE"  # set by a shell that asks how a word may end
GROUPS = ("Capture", "Finish", "Evidence", "Look", "Decide", "Share", "Keep")
# said below a heading; a person who looks should know that a row may be written first
BELOW = {"Look": "What git hooks left is recorded first; nothing else goes into the ledger."}
# names that an earlier tool used for the same verbs
ALIASES: dict[str, str] = {
    "append-evidence": "evidence add",
    "decision-card": "card",
    "proxy-cost-compare": "compare",
    "reserve-feature": "feature reserve",
    "router-replay": "replay",
    "window-audit": "audit",
    "window-finalize": "complete",
}


class Program(click.Group):
    """A click group whose verbs are imported on use and listed by group."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order of the help."""
        return [*VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name, its module imported now."""
        name, _, below = ALIASES.get(cmd_name, cmd_name).partition(" ")
        if name not in VERBS:
            return None
        module = import_module(f"gitledger.cli.{VERBS[name][0]}")
        command: click.Command = getattr(module, f"{name.replace('-', '_')}_verb")
        if COMPLETING in os.environ:
            from gitledger.cli.completing import offer_completions

            command = offer_completions(command)
        return (
            command.get_command(ctx, below)
            if isinstance(command, click.Group) and below
            else command
        )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; an unknown one is answered with the nearest names."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], [*VERBS, *ALIASES], n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs under their group headings."""
        for group in GROUPS:
            rows = [(verb, line) for verb, (_, where, line) in VERBS.items() if where == group]
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows)
                    if group in BELOW:
                        formatter.write(f"  {BELOW[group]}\n")


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]},
    epilog=example("start codex --from before.txt"),
)
@click.option("-C", "directory", metavar="DIR", help="Run as if started in DIR.")
@click.option("--ledger", "branch", metavar="BRANCH", help="The ledger branch to use.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", "-q", is_flag=True, help="Suppress notes and warnings on stderr.")
@click.option("--color/--no-color", "colour", default=None, help="Colour in the output.")
@click.version_option(__version__, prog_name="gitledger")
@click.pass_context
def program(ctx: click.Context, /, **_settings: Any) -> None:
    """What one percent of each AI coding subscription buys in shipped code that lasts.

    It records usage before and after a work window, the commits in between, and how much of that
    code survives. Every row is a commit on a branch of this repository; `verify` proves it.
    """
    if ctx.invoked_subcommand is None:
        _greet(ctx)


def _greet(ctx: click.Context) -> None:
    """The state of the ledger and the next step; without a ledger, what this is."""
    status = program.get_command(ctx, "status")
    try:
        ctx.invoke(cast("click.Command", status), json_after=False, quiet_after=False, form=None)
    except (NotARepository, NotInitialised) as without:
        if ctx.params["as_json"]:
            raise
        click.echo(f"{WHAT}\n\n{without.what}.\nnext: {without.hint}")


def main(arguments: list[str] | None = None) -> None:
    """Run the program and exit with the code that `docs/cli.md` promises."""
    INTERRUPT.listen()
    try:
        code = run(arguments)
    except KeyboardInterrupt:
        code = answer_interrupt()
    INTERRUPT.leave()
    sys.exit(code)


def _open_streams() -> None:
    """Give a program that was started with closed streams somewhere to write, as git does."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper):  # a name of a file may be no text at all
            stream.reconfigure(errors="backslashreplace")


def run(arguments: list[str] | None = None) -> int:
    """Run the program; the exit code. The one place where a bug is caught."""
    _open_streams()
    try:
        _refuse_undecodable(sys.argv[1:] if arguments is None else arguments)
        code = program.main(arguments, prog_name="gitledger", standalone_mode=False)
        sys.stdout.flush()
    except GitledgerError as error:
        _refuse(error)
        return error.exit_code
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        tell_usage(error)
        return EXIT_USAGE
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - told apart below
        return exit_code_of(error)
    return code if isinstance(code, int) else 0


def _refuse_undecodable(arguments: Sequence[str]) -> None:
    """Raise UsageError for a word that is no UTF-8, unless it is the name of a file that is there.

    Names of files may be anything; what is recorded or compared is text.
    """
    for place, word in enumerate(arguments, 1):
        if word.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in word):
            continue
        if not os.path.exists(word.partition("=")[2] if word.startswith("-") else word):  # noqa: PTH110
            told = word.encode("utf-8", "backslashreplace").decode()
            raise UsageError(f"word {place} of the command is not UTF-8: {told}", "type it again")


def _refuse(error: GitledgerError) -> None:
    tell(f"gitledger: {error.what}")
    for problem in error.problems:
        told = str(problem)
        once = told.removesuffix(f" ({error.hint})") if error.hint else told  # it follows below
        tell(f"  {once}")
    if error.hint:
        tell(f"  next: {error.hint}")
