"""The manual page, made of the same words as `--help`: one section a group, every verb in it."""

import re
from collections.abc import Iterator

import click

from gitledger import __version__
from gitledger.cli.main import GROUPS, VERBS

EXIT = (
    ("0", "yes, or done"),
    ("1", "answered no: problems in what was given, findings, a gate that failed"),
    ("2", "the words of the command do not fit"),
    ("3", "cannot answer; what is missing and the next step follow"),
    ("4", "undecided: too little evidence"),
    ("70", "a bug in gitledger; a traceback is printed"),
)
ENVIRONMENT = (
    ("AGENT_ID", "the agent that rows are recorded for"),
    ("NO_COLOR", "no colour, whatever the terminal"),
    ("COLUMNS", "how wide tables may be"),
)


def page(context: click.Context) -> str:
    """The whole page as roff for `man`, from the program that a context stands at the root of."""
    command = context.command
    lines = [
        f'.TH GITLEDGER 1 "" "gitledger {__version__}" "gitledger manual"',
        *(".SH NAME", r"gitledger, git\-ledger \- " + escape_roff(_first(command))),
        *(".SH SYNOPSIS", r".B gitledger", escape_roff("[OPTIONS] COMMAND [ARGS]...")),
        *(".SH DESCRIPTION", *_prose(command.help or "")),
        *(".SH OPTIONS", *_options(command, context)),
    ]
    for group in GROUPS:
        lines.append(f".SH {group.upper()}")
        for verb, (_, where, _) in VERBS.items():
            if where == group and (found := command.get_command(context, verb)):  # type: ignore[attr-defined]
                lines += _entry(found, click.Context(found, info_name=verb, parent=context))
    lines += [".SH EXIT STATUS", *_terms(EXIT), ".SH ENVIRONMENT", *_terms(ENVIRONMENT)]
    return "\n".join(lines) + "\n"


def _entry(command: click.Command, context: click.Context) -> Iterator[str]:
    """A verb: how it is called, what it does, its options, an example; then what is below it."""
    words = context.command_path
    yield f".SS {escape_roff(words)}"
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (f".B {escape_roff(words)}", escape_roff(usage), ".PP")
    yield from _prose(command.help or "")
    yield from _options(command, context)
    yield from _verbatim((command.epilog or "").replace("\b\n", ""))
    if isinstance(command, click.Group):
        for name, below in sorted(command.commands.items()):
            yield from _entry(below, click.Context(below, info_name=name, parent=context))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    options = (p for p in command.get_params(context) if isinstance(p, click.Option))
    records = (option.get_help_record(context) for option in options)
    yield from _terms(tuple(record for record in records if record))


def _terms(pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for term, told in pairs:
        yield from (".TP", f".B {escape_roff(term)}", escape_roff(told))


def _prose(text: str) -> Iterator[str]:
    """Paragraphs; one that click leaves as it is (a backspace begins it) keeps its lines."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.startswith("\b"):
            yield from _verbatim(paragraph.removeprefix("\b").strip("\n"))
        else:
            yield from (escape_roff(" ".join(paragraph.split())), ".PP")


def _verbatim(text: str) -> Iterator[str]:
    if text:
        yield from (".PP", ".nf", *map(escape_roff, text.splitlines()), ".fi")


def escape_roff(text: str) -> str:
    r"""Text as roff shows it: `\`, `-` and a first `.` or `'` mean something to it."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{plain}" if plain.startswith((".", "'")) else plain


def _first(command: click.Command) -> str:
    return (command.help or "").strip().splitlines()[0].rstrip(".")
