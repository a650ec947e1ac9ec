"""The words that a person tries first: -h, help, version; an example and defaults in every help."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from ground import gitledger

from gitledger import __version__
from gitledger.cli.main import VERBS, program

EXAMPLE = re.compile(r"^ {2}Example:\n {4}gitledger (.+)$", re.MULTILINE)
ROOT = click.Context(program, info_name="gitledger", **program.context_settings)
# a default that is none: the option then says nothing, or is a flag
NOTHING = (None, "", (), False)


def below(context: click.Context, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every verb, and every verb below it, as it is typed."""
    command = context.command
    if words:
        yield words
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from below(click.Context(found, info_name=name, parent=context), (*words, name))


def context_of(words: tuple[str, ...]) -> click.Context:
    """The click context that a verb runs in, without its arguments."""
    context = ROOT
    for word in words:
        assert isinstance(context.command, click.Group)
        found = context.command.get_command(context, word)
        assert found is not None
        context = click.Context(found, info_name=word, parent=context)
    return context


def meant(typed: list[str]) -> tuple[str, ...]:
    """The verb that typed words begin with, down to one that takes arguments."""
    words = next(
        n for n in range(1, 4) if not isinstance(context_of(tuple(typed[:n])).command, click.Group)
    )
    return tuple(typed[:words])


EVERY = [*below(ROOT, ())]
NAMES = [" ".join(words) for words in EVERY]


def test_the_walk_meets_every_verb() -> None:
    """What is checked below is all that can be typed, not a part."""
    assert set(VERBS) <= {words[0] for words in EVERY}
    assert ("evidence", "run") in EVERY


@pytest.mark.parametrize("words", EVERY, ids=NAMES)
def test_short_and_long_help_and_the_verb_help_agree(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    """`-h`, `--help` and `help VERB` answer the same, anywhere, and end with 0."""
    answers = [
        gitledger(tmp_path, *words, "-h"),
        gitledger(tmp_path, *words, "--help"),
        gitledger(tmp_path, "help", *words),
    ]
    assert {answer.code for answer in answers} == {0}
    assert len({answer.out for answer in answers}) == 1
    assert answers[0].out.startswith(f"Usage: gitledger {' '.join(words)}")


@pytest.mark.parametrize("words", EVERY, ids=NAMES)
def test_every_help_has_an_example_that_can_be_typed(
    words: tuple[str, ...],
) -> None:
    """One line, of this verb or one below it, whose words the program takes as they are."""
    found = EXAMPLE.findall(context_of(words).get_help())
    assert len(found) == 1
    typed = shlex.split(re.split(r" >>? ", found[0])[0])
    verb = meant(typed)
    assert words[0] == "alias" or verb[: len(words)] == words
    context = context_of(verb)
    context.command.make_context(verb[-1], typed[len(verb) :], parent=context.parent)


@pytest.mark.parametrize("words", EVERY, ids=NAMES)
def test_defaults_and_choices_are_told(words: tuple[str, ...]) -> None:
    """An option with a default shows it, every option says what it is for, choices are listed."""
    context = context_of(words)
    for option in context.command.get_params(context):
        if not isinstance(option, click.Option) or option.hidden:
            continue
        record = option.get_help_record(context)
        assert record is not None
        assert record[1], f"{words}: {option.opts[0]} says nothing"
        default = option.get_default(context, call=False)
        if not option.is_flag and isinstance(default, str | int | float) and default not in NOTHING:
            assert "[default: " in record[1], f"{words}: {option.opts[0]}"
        if isinstance(option.type, click.Choice):
            assert all(
                str(choice).lower() in " ".join(record).lower() for choice in option.type.choices
            )


def test_help_without_a_verb_is_the_list(tmp_path: Path) -> None:
    """`gitledger help` is `gitledger --help`."""
    assert gitledger(tmp_path, "help").out == gitledger(tmp_path, "--help").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("strat",), "Did you mean start"),
        (("evidence", "ad"), "No such command 'ad'"),
        (("start", "codex"), "start has no command 'codex' below it."),
    ],
)
def test_help_of_what_is_not_there(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """A word that is no verb is a usage error that says so."""
    answer = gitledger(tmp_path, "help", *words)
    assert (answer.code, told in answer.err) == (2, True)


def test_version_as_a_word_and_as_an_option(tmp_path: Path) -> None:
    """`version` and `--version` say the same; JSON tells what it runs on."""
    assert gitledger(tmp_path, "version").out == gitledger(tmp_path, "--version").out
    told = gitledger(tmp_path, "version", "--json").json
    assert (told["schema"], told["version"]) == ("gitledger.version/1", __version__)
    assert all(told[key] for key in ("python", "executable", "system"))
