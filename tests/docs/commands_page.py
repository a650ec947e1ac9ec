"""docs/reference/commands.md, made of what click knows: every command, its help at 80 columns.

`python tests/docs/commands_page.py` writes it; a test holds it equal.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gitledger.cli.main import GROUPS, VERBS, program

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"
HEAD = """\
# Commands

What each command prints for `--help`. This page is generated (`make commands-page`). What options
mean beyond their line, exit codes and the keys of JSON answers: [the command line](../cli.md).
"""


def page() -> str:
    """The page: a section for each group of verbs, one for each verb and each command below it."""
    settings = {**program.context_settings, "max_content_width": 80}  # -h among them
    top = click.Context(program, info_name="gitledger", terminal_width=80, **settings)
    parts = [HEAD]
    for group in GROUPS:
        parts.append(f"## {group}\n")
        for verb in (name for name, (_, where, _) in VERBS.items() if where == group):
            parts.extend(sections(top, verb, program.get_command(top, verb)))
    return "\n".join(parts)


def sections(above: click.Context, name: str, command: click.Command | None) -> Iterator[str]:
    """A command's heading and help, then those of the commands below it."""
    assert command is not None, name
    within = click.Context(
        command, info_name=name, parent=above, max_content_width=80, terminal_width=80
    )
    told = "\n".join(line.rstrip() for line in command.get_help(within).splitlines())
    yield f"### {within.command_path}\n\n```text\n{told}\n```\n"
    if isinstance(command, click.Group):
        for below in command.list_commands(within):
            yield from sections(within, below, command.get_command(within, below))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
