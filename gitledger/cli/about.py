"""The verbs about the program itself: help, version, shell completion, the manual page."""

import click

from gitledger.book.world import World
from gitledger.cli.options import AS_JSON, answers, answers_without_json, example
from gitledger.commands.result import Result, lines

SHELLS = click.Choice(["bash", "zsh", "fish"])


@click.command("help", epilog=example("help evidence run"))
@click.argument("words", nargs=-1, metavar="[VERB]...")
@click.pass_context
def help_verb(context: click.Context, words: tuple[str, ...]) -> None:
    """What the program does, or what VERB does and takes: the same as VERB --help."""
    at = context.find_root()
    for word in words:
        if not isinstance(at.command, click.Group):
            at.fail(f"{at.info_name} has no command {word!r} below it.")
        _, found, _ = at.command.resolve_command(at, [word])
        at = click.Context(found or at.command, info_name=word, parent=at)
    click.echo(at.get_help())


@click.command("version", epilog=example("version --json"))
@answers
def version_verb(world: World) -> Result:
    """The version; with --json that of Python and the system too, for a report of a bug."""
    from gitledger.commands.version import version

    return version(world)


@click.command("completion", epilog=example("completion bash >> ~/.bashrc"))
@click.argument("shell", type=SHELLS)
@answers
def completion_verb(_world: World, *, shell: str) -> Result:
    """Print the lines that make bash, zsh or fish complete verbs, options, providers, windows.

    zsh: gitledger completion zsh >> ~/.zshrc. fish: gitledger completion fish >
    ~/.config/fish/completions/gitledger.fish.
    """
    from gitledger.cli.completing import script

    text = script(shell)
    return Result("gitledger.completion/1", {"shell": shell, "script": text}, lines(text.rstrip()))


@click.command("man", epilog=example("man > ~/.local/share/man/man1/gitledger.1"))
@click.pass_context
def man_verb(context: click.Context) -> None:
    """Print the manual page; `gitledger man | man -l -` shows it.

    Saved as git-ledger.1 in a folder of manual pages, it is what `git help ledger` shows.
    """
    from gitledger.cli.manual import page

    click.echo(page(context.find_root()), nl=False)


@click.command("demo", epilog=example("demo --keep week"))
@click.option("--keep", metavar="DIR", default="", help="Play it in DIR, and leave it there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and no story.")
@answers_without_json
def demo_verb(world: World, *, keep: str, as_json: bool) -> Result:
    """A week of three providers, played in a repository that is thrown away.

    Every command is really run; the figures of the meters are made up.
    """
    from gitledger.commands.demo import demo

    context = click.get_current_context()
    context.meta[AS_JSON] = as_json = as_json or bool(context.find_root().params.get("as_json"))
    told = not as_json and not world.hushed
    return demo(world, keep=keep, say=lambda text: click.echo(text, nl=False) if told else None)
