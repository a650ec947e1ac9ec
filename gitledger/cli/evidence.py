"""The verbs that gather evidence: acceptance runs, the capability map, features, token budgets."""

import click

from gitledger.book.world import World
from gitledger.cli.options import AGENT, after_hooks, answers, example
from gitledger.commands.result import Result

WINDOW = click.option(
    "--window", "-w", default="", metavar="W", help="The window [default: the newest]."
)
CAPABILITY = click.option("--capability", "-c", default="", metavar="C", help="What was exercised.")
RUNNER = click.option("--runner", default="", metavar="R", help="The program that ran.")
RUN_ID = click.option("--run-id", default="", metavar="ID", help="Name of the run.")
NOTES = click.option("--notes", default="", help="A remark.")


@click.group("evidence", epilog=example("evidence run --window W0-01 -- pytest -q"))
def evidence_verb() -> None:
    """Record an acceptance run, or run one and record it."""


@evidence_verb.command(
    "add",
    epilog=example(
        "evidence add -w W0-01 -c parser --runner pytest --result pass --artifact log.txt"
    ),
)
@WINDOW
@CAPABILITY
@RUNNER
@click.option(
    "--result",
    "outcome",
    default="",
    type=click.Choice(["", "pass", "fail", "partial"]),
    metavar="pass|fail|partial",
    help="How it ended.",
)
@click.option(
    "--artifact", default="", metavar="FILE", help="The file the run produced (log, report)."
)
@click.option("--junit", default="", metavar="FILE", help="A JUnit file: it says the result.")
@RUN_ID
@NOTES
@AGENT
@answers
@after_hooks
def evidence_add_verb(
    world: World, *, outcome: str, artifact: str, junit: str, agent: str, **stated: str
) -> Result:
    """Record a run that took place, with the SHA-256 of its artefact."""
    from gitledger.book.acceptance import Run
    from gitledger.commands.evidence import evidence_add

    run = Run(**stated)
    return evidence_add(world, run, outcome, artifact=artifact, junit=junit, agent=agent)


@evidence_verb.command(
    "run",
    epilog=example("evidence run --window W0-01 -- pytest -q"),
    context_settings={"ignore_unknown_options": True},
)
@WINDOW
@CAPABILITY
@RUNNER
@RUN_ID
@NOTES
@click.option("--out", default="", metavar="DIR", help="Where logs go [default: the git folder].")
@AGENT
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@answers
@after_hooks
def evidence_run_verb(
    world: World, *, out: str, agent: str, command: tuple[str, ...], **stated: str
) -> Result:
    """Run a command after `--`, keep its output, record pass or fail; exit 1 when it failed.

    Without one the commands that gitledger.yaml lists run, once `gitledger trust` allowed them.
    """
    from gitledger.book.acceptance import Run
    from gitledger.commands.evidence import evidence_run

    return evidence_run(world, Run(**stated), command, out=out, agent=agent)


@click.group("capability", epilog=example("capability list"))
def capability_verb() -> None:
    """Add to, list or import the capability map."""


@capability_verb.command("add", epilog=example("capability add parser --name 'reads every row'"))
@click.argument("capability")
@click.option("--name", required=True, help="What it does.")
@click.option("--type", default="", help="Kind of capability.")
@click.option("--weight", default="", metavar="N", help="Weight against the others.")
@click.option(
    "--acceptance",
    "acceptance_path",
    default="",
    metavar="PATH",
    help="File and line of its acceptance.",
)
@click.option("--criticality", default="", help="How much depends on it.")
@click.option("--owner", default="", help="Who answers for it.")
@AGENT
@answers
@after_hooks
def capability_add_verb(world: World, *, agent: str, **stated: str) -> Result:
    """Put CAPABILITY on the map."""
    from gitledger.commands.capability import Capability, capability_add

    return capability_add(world, Capability(**stated), agent=agent)


@capability_verb.command("list", epilog=example("capability list"))
@answers
@after_hooks
def capability_list_verb(world: World) -> Result:
    """The capability map."""
    from gitledger.commands.capability import capability_list

    return capability_list(world)


@capability_verb.command("import", epilog=example("capability import capabilities.csv"))
@click.argument("file")
@AGENT
@answers
@after_hooks
def capability_import_verb(world: World, *, file: str, agent: str) -> Result:
    """Import the map from a CSV FILE; existing rows are skipped."""
    from gitledger.commands.capability import capability_import

    return capability_import(world, file, agent=agent)


@click.group(
    "feature",
    epilog=example(
        "feature reserve --window W0-01 --capability parser --description 'quoted cells'"
    ),
)
def feature_verb() -> None:
    """Reserve, deliver or list features."""


RESERVED = "--window W0-01 --capability parser --description 'quoted cells'"


def feature_options(state: str) -> None:
    """`feature reserve` and `feature deliver`: the same options, another state."""

    @feature_verb.command(state, epilog=example(f"feature {state} {RESERVED}"))
    @click.option("--window", "-w", required=True, metavar="W", help="The window.")
    @click.argument("names", nargs=-1, metavar="[CAPABILITY|A..B]...")
    @click.option("--capability", "-c", "named", multiple=True, metavar="C", help="The same.")
    @click.option("--description", "-d", default="", metavar="D", help="What it is.")
    @click.option("--provider", default="", metavar="P", help="Who builds it.")
    @click.option("--commit", default="", metavar="SHA", help="Commit that delivered it.")
    @click.option("--feature-file", default="", metavar="FILE", help="File that specifies it.")
    @click.option("--scenario", default="", help="Scenario in that file.")
    @AGENT
    @answers
    @after_hooks
    def feature_put_verb(
        world: World, *, agent: str, names: tuple[str, ...], named: tuple[str, ...], **given: str
    ) -> Result:
        from gitledger.commands.feature import Feature, features_put

        added = Feature(capability="", **given)
        return features_put(world, added, (*named, *names), STATES[state], agent=agent)

    feature_put_verb.help = HELP[state]


STATES = {"reserve": "reserved", "deliver": "delivered"}
HELP = {
    "reserve": "Reserve capabilities for a window: names, and ranges like CAP-01..CAP-03.",
    "deliver": "Record features as delivered in a window, by capability.",
}
for name in STATES:
    feature_options(name)


@feature_verb.command("list", epilog=example("feature list --window W0-01"))
@click.option("--window", "-w", default="", metavar="W", help="Only this window.")
@answers
@after_hooks
def feature_list_verb(world: World, *, window: str) -> Result:
    """Features reserved and delivered."""
    from gitledger.commands.feature import feature_list

    return feature_list(world, window)


@click.command("tokens", epilog=example("tokens plan 50000 --window W0-01 --task parser"))
@click.argument("checkpoint", type=click.Choice(["plan", "mid", "final"]))
@click.argument("many", type=click.IntRange(min=0), metavar="TOKENS")
@click.option("--window", "-w", default="", metavar="W", help="The window it is for.")
@click.option("--task", default="", metavar="T", help="The task it is for.")
@click.option("--session", default="", metavar="S", help="The agent's session it is for.")
@AGENT
@answers
@after_hooks
def tokens_verb(world: World, *, checkpoint: str, many: int, agent: str, **given: str) -> Result:
    """A token checkpoint; mid and final meet the plan of the task, session or window."""
    from gitledger.commands.tokens import Budget, tokens

    return tokens(world, checkpoint, many, budget=Budget(**given), agent=agent)


@click.command("trust", epilog=example("trust"))
@click.option("--show", is_flag=True, help="Only show them; exit 1 when they are not trusted.")
@click.option("--forget", is_flag=True, help="Trust none any more.")
@answers
@after_hooks
def trust_verb(world: World, *, show: bool, forget: bool) -> Result:
    """Let the commands that gitledger.yaml lists as evidence run in this clone.

    They run only when you type `complete` or `evidence run`, never from a hook. Should their text
    change, they are refused until you trust them again.
    """
    from gitledger.commands.trust import trust_commands

    return trust_commands(world, show=show, forget=forget)
