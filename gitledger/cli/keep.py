"""The verbs that keep the ledger: make it, add to it, correct it, prove it, mend it."""

import sys
from typing import Any

import click

from gitledger.book.world import World
from gitledger.cli.options import (
    AGENT,
    AS_JSON,
    after_hooks,
    answers,
    answers_without_json,
    example,
)
from gitledger.commands.result import Result

REASON = click.option("--reason", "-m", required=True, metavar="WHY", help="Why, for the record.")


ASKED = "May this clone act by itself (complete windows, measure churn, audit)?"


@click.command("init", epilog=example("init --provider codex --provider claude"))
@click.option(
    "--provider",
    "providers",
    multiple=True,
    metavar="P",
    help="A provider in use [default: codex, claude, glm].",
)
@click.option(
    "--branch", default="", metavar="B", help="The ledger branch [default: gitledger/main]."
)
@click.option("--no-hooks", is_flag=True, help="Leave git's hooks alone.")
@click.option("--ci", type=click.Choice(["github"]), help="Review pull requests into the ledger.")
@click.option(
    "--agent",
    "agents",
    multiple=True,
    type=click.Choice(["claude", "codex"]),
    help="Also the hooks of an agent, so that its sessions record themselves.",
)
@click.option(
    "--automatic/--no-automatic",
    default=None,
    help="Let this clone act by itself after events [default: asked with --agent].",
)
@answers
def init_verb(
    world: World, *, providers: tuple[str, ...], branch: str, no_hooks: bool, **beside: Any
) -> Result:
    """Set up gitledger in this repository: a branch of its own with configuration and rules.

    Your working tree, index and HEAD are not touched. Run again, it changes nothing. Needs git
    2.31 or newer.
    """
    from gitledger.commands.init import AlsoSetUp, init

    if beside["agents"] and beside["automatic"] is None and world.read_stdin is None:
        at_terminal = sys.stdin is not None and sys.stdin.isatty() and world.terminal
        beside["automatic"] = click.confirm(ASKED, err=True) if at_terminal else None
    chosen = AlsoSetUp(beside["ci"] or "", beside["agents"], beside["automatic"])
    return init(world, providers=providers, branch=branch, hooks=not no_hooks, beside=chosen)


@click.command(
    "append",
    epilog=example("append tokens date=2026-11-23 task=parser checkpoint=plan planned=50000"),
)
@click.argument("ledger")
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@click.option(
    "--json",
    "json_from",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Rows as JSON (- for stdin); without FILE: answer in JSON.",
)
@click.option("--csv", "csv_from", default="", metavar="FILE", help="Rows as CSV (- for stdin).")
@AGENT
@answers_without_json
@after_hooks
def append_verb(
    world: World,
    *,
    ledger: str,
    pairs: tuple[str, ...],
    json_from: str | None,
    csv_from: str,
    agent: str,
) -> Result:
    """Record a row in LEDGER from key=value pairs, or many from JSON or CSV: all or none."""
    from gitledger.commands.append import append

    if json_from is not None and (not json_from or "=" in json_from):
        # `--json` alone asks for a JSON answer; a pair behind it is a pair
        click.get_current_context().meta[AS_JSON] = True
        pairs = (json_from, *pairs) if json_from else pairs
        json_from = ""
    return append(world, ledger, pairs, json_from=json_from or "", csv_from=csv_from, agent=agent)


@click.group("ledger", epilog=example("ledger show snapshots"))
def ledger_verb() -> None:
    """Add, list, rename or show ledgers."""


@ledger_verb.command("add", epilog=example("ledger add reviews.yaml"))
@click.argument("file")
@answers
@after_hooks
def ledger_add_verb(world: World, *, file: str) -> Result:
    """Add the ledger that FILE defines, or add optional columns to one."""
    from gitledger.commands.ledger import ledger_add

    return ledger_add(world, file)


@ledger_verb.command("list", epilog=example("ledger list"))
@answers
@after_hooks
def ledger_list_verb(world: World) -> Result:
    """Every ledger with its title and number of rows."""
    from gitledger.commands.ledger import ledger_list

    return ledger_list(world)


@ledger_verb.command("rename", epilog=example("ledger rename reviews our-reviews"))
@click.argument("old")
@click.argument("new")
@answers
@after_hooks
def ledger_rename_verb(world: World, *, old: str, new: str) -> Result:
    """Record the rows of OLD in NEW, a ledger with the same columns, and void them in OLD.

    The way out where two clones added a ledger of one name with other columns.
    """
    from gitledger.commands.ledger import ledger_rename

    return ledger_rename(world, old, new)


@ledger_verb.command("show", epilog=example("ledger show snapshots"))
@click.argument("ledger")
@answers
@after_hooks
def ledger_show_verb(world: World, *, ledger: str) -> Result:
    """A ledger's columns and natural key."""
    from gitledger.commands.ledger import ledger_show

    return ledger_show(world, ledger)


FILES = {"rules": "rules.yaml", "config": "gitledger.yaml"}


def settings_verb(which: str, title: str) -> click.Group:
    """A group `show`, `set FILE` for one of the two settings files of the branch."""
    group = click.Group(which, help=title, epilog=example(f"{which} show"))

    @group.command("show", epilog=example(f"{which} show"))
    @answers
    @after_hooks
    def show_verb(world: World) -> Result:
        """The file as it is on the ledger branch."""
        from gitledger.commands.config import show_setting

        return show_setting(world, which)

    @group.command("set", epilog=example(f"{which} set {FILES[which]}"))
    @click.argument("file")
    @answers
    @after_hooks
    def set_verb(world: World, *, file: str) -> Result:
        """Replace the file with FILE (- for stdin). An invalid file is rejected."""
        from gitledger.commands.config import set_setting

        return set_setting(world, which, file)

    return group


rules_verb = settings_verb("rules", "Show or replace the gate rules of the decision card.")
config_verb = settings_verb("config", "Show or replace the configuration: plans, limits, meters.")


@config_verb.command("plan", epilog=example("config plan codex=200 claude=20"))
@click.argument("prices", nargs=-1, required=True, metavar="P[/ACCOUNT]=DOLLARS...")
@answers
@after_hooks
def config_plan_verb(world: World, *, prices: tuple[str, ...]) -> Result:
    """State what plans cost, in dollars a month: codex=200, or codex/ACCOUNT=200."""
    from gitledger.commands.config import price_plans

    return price_plans(world, prices)


@config_verb.command("plan-ratio", epilog=example("config plan-ratio claude 100:20=5"))
@click.argument("provider")
@click.argument("pair", metavar="PRICE:PRICE=RATIO")
@answers
@after_hooks
def config_plan_ratio_verb(world: World, *, provider: str, pair: str) -> Result:
    """State how often one plan holds what another does, by their dollars a month."""
    from gitledger.commands.config import compare_plans

    return compare_plans(world, provider, pair)


@click.command("void", epilog=example("void 5a959bc7 -m 'read from the wrong terminal'"))
@click.argument("row")
@REASON
@AGENT
@answers
@after_hooks
def void_verb(world: World, *, row: str, reason: str, agent: str) -> Result:
    """Void ROW: it stays in history but no longer counts."""
    from gitledger.commands.void import void

    return void(world, row, reason=reason, agent=agent)


@click.command(
    "amend", epilog=example("amend 5a959bc7 notes='after a reset' -m 'the note was missing'")
)
@click.argument("row")
@click.argument("pairs", nargs=-1, metavar="KEY=VALUE...")
@REASON
@AGENT
@answers
@after_hooks
def amend_verb(
    world: World, *, row: str, pairs: tuple[str, ...], reason: str, agent: str
) -> Result:
    """Replace ROW by one with some columns changed; KEY= empties an optional column."""
    from gitledger.commands.amend import amend

    return amend(world, row, pairs, reason=reason, agent=agent)


@click.command("verify", epilog=example("verify"))
@click.option("--anchor", default="", metavar="REMOTE/BRANCH", help="A branch it has to hold.")
@click.option("--checkpoint", default="", metavar="LINE|FILE", help="What it has to hold.")
@answers
def verify_verb(world: World, *, anchor: str, checkpoint: str) -> Result:
    """Prove the ledger from its history: exit 0 intact, 1 with findings, 3 cannot tell.

    Exit 4 when a checkpoint holds and nobody here knows who signed it.
    """
    from gitledger.commands.verify import verify

    return verify(world, anchor=anchor, checkpoint=checkpoint)


@click.command("checkpoint", epilog=example("checkpoint"))
@click.option("--unsigned", is_flag=True, help="Sign nothing, whatever git is configured to.")
@answers
def checkpoint_verb(world: World, *, unsigned: bool) -> Result:
    """Print what the branch holds as one line to keep elsewhere; `verify --checkpoint` proves it.

    Signed with the key that git's user.signingkey names (ssh or openpgp), else unsigned.
    """
    from gitledger.commands.checkpoint import checkpoint

    return checkpoint(world, unsigned=unsigned)


@click.command("doctor", epilog=example("doctor --fix"))
@click.option("--fix", is_flag=True, help="Repair what is safe to repair.")
@click.option("--secrets", "over_branch", is_flag=True, help="Look for keys and addresses instead.")
@answers
def doctor_verb(world: World, *, fix: bool, over_branch: bool) -> Result:
    """Check the setup of this repository, one line per check; exit 1 when one fails.

    With --secrets the whole branch is looked over, rows, texts and messages; exit 1 with a find.
    """
    from gitledger.commands.doctor import doctor, secrets

    if over_branch:
        return secrets(world)
    return doctor(world, fix=fix)
