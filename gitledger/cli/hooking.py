"""The verbs of git's hooks and of the agents' own hooks."""

import os

import click

from gitledger.book.world import World
from gitledger.cli.options import answers, example
from gitledger.commands.result import Result, lines

AGENT_SETTINGS = click.option(
    "--agent",
    type=click.Choice(["claude", "codex"]),
    help="The agent's own settings and skill instead: in its home, not here.",
)


@click.group("hooks", epilog=example("hooks status"))
def hooks_verb() -> None:
    """Install, remove or check the git hooks; process queued commits."""


@hooks_verb.command("install", epilog=example("hooks install --print"))
@click.option(
    "--print",
    "show",
    is_flag=False,
    flag_value="lines",
    type=click.Choice(["lines", "agents-md"]),
    metavar="[lines|agents-md]",
    help="Print the exact lines, or a section for AGENTS.md; change nothing.",
)
@click.option("--trailers", is_flag=True, help="Also write Ledger-Tip and Ledger-Window trailers.")
@click.option("--server", is_flag=True, help="The pre-receive hook of a server only.")
@click.option(
    "--timer",
    is_flag=False,
    flag_value="all",
    type=click.Choice(["all", "systemd", "launchd", "cron"]),
    metavar="[systemd|launchd|cron]",
    help="Print what lets this machine's own timer run catch-up; install nothing.",
)
@AGENT_SETTINGS
@answers
def hooks_install_verb(
    world: World,
    *,
    show: str | None,
    trailers: bool,
    server: bool,
    timer: str | None,
    agent: str | None,
) -> Result:
    """Install the git hooks next to those that are there."""
    if timer:
        from gitledger.commands.hooks import timer_snippets

        return timer_snippets(world, timer)
    if show == "agents-md":
        from gitledger.commands.hooks import agents_markdown

        return agents_markdown()
    if agent:
        from gitledger.commands.hooks import agent_hooks_install

        return agent_hooks_install(world, agent, show=bool(show))
    from gitledger.commands.hooks import hooks_install

    return hooks_install(world, show=bool(show), trailers=trailers, server=server)


@hooks_verb.command("uninstall", epilog=example("hooks uninstall"))
@AGENT_SETTINGS
@answers
def hooks_uninstall_verb(world: World, *, agent: str | None) -> Result:
    """Remove the hooks and restore the previous files exactly."""
    if agent:
        from gitledger.commands.hooks import agent_hooks_uninstall

        return agent_hooks_uninstall(world, agent)
    from gitledger.commands.hooks import hooks_uninstall

    return hooks_uninstall(world)


@hooks_verb.command("status", epilog=example("hooks status"))
@answers
def hooks_status_verb(world: World) -> Result:
    """Show whether the hooks are installed; exit 1 if action is needed."""
    from gitledger.commands.hooks import hooks_status

    return hooks_status(world)


@hooks_verb.command("run", epilog=example("hooks run"))
@click.option("--again", is_flag=True, help="Read the reflogs from the ledger's beginning.")
@answers
def hooks_run_verb(world: World, *, again: bool) -> Result:
    """Record queued commits, and commits found only in the reflog."""
    from gitledger.commands.hooks import hooks_run

    return hooks_run(world, again=again)


@click.command(
    "hook",
    epilog=example("hook post-commit"),
    hidden=True,
    context_settings={"ignore_unknown_options": True},
)
@click.argument("name")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@answers
def hook_verb(world: World, *, name: str, words: tuple[str, ...]) -> Result:
    """What git's hooks call; see `gitledger hooks install --print`."""
    if name == "pre-push":
        from gitledger.cli.triggers import before_push
        from gitledger.commands.hook_push import pre_push

        done = pre_push(world, words)
        return done._replace(notes=[*done.notes, *before_push(world)])
    if name == "pre-receive":
        from gitledger.commands.hook_push import pre_receive

        return pre_receive(world)
    if name == "prepare-commit-msg":
        from gitledger.commands.hook_message import prepare_message

        return prepare_message(world, words)
    from gitledger.commands.hook import hook

    done = hook(world, name)
    if done.payload.get("automatic"):
        from gitledger.cli.triggers import after_hook

        after_hook(world, name, done)
    return done


@click.command(
    "agent-hook",
    epilog=example("agent-hook claude"),
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="claude|codex")
@answers
def agent_hook_verb(world: World, *, words: tuple[str, ...]) -> Result:
    """What an agent's own hooks call as a session starts, works and ends: JSON on standard input.

    A session opens a window and ends it, without anybody typing. Never exits with 2.
    """
    from gitledger.commands.agent_hook import agent_hook

    given = world.read_stdin() if world.read_stdin and not words[1:] else b""
    os.chdir(world.directory)
    code = agent_hook(words, given, world.environment)
    return Result("gitledger.agent-hook/1", {}, lines(), exit_code=code)
