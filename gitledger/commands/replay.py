"""`replay`: what another way of routing windows would have earned. Nothing is ever routed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitledger.book.budgets import Flags
from gitledger.book.opening import open_book
from gitledger.book.replay import SCHEMA, record_replay, replay_log
from gitledger.book.world import World, read_text
from gitledger.commands.result import Result, Screen
from gitledger.errors import InvalidData, UsageError
from gitledger.ledger.yamltext import load
from gitledger.report.replay_json import trial_payload
from gitledger.report.replay_text import replay_markdown, replay_text
from gitledger.report.trial_text import trial_markdown, trial_text
from gitledger.routing.bootstrap import Effort
from gitledger.routing.instance import Instance
from gitledger.routing.instance_file import instance_from
from gitledger.routing.public import NAMED
from gitledger.routing.replay import Question
from gitledger.routing.trial import try_out

__all__ = ["AnswerForm", "Effort", "Question", "replay", "replay_instance"]
INSTANCE_BYTES = 1 << 20  # a file of the user's own: larger than a text on the branch may be


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """How the answer is given: as Markdown, and recorded for an agent or not."""

    markdown: bool = False
    issue: bool = False
    agent: str = ""


def replay(
    world: World, question: Question, flags: Flags, effort: Effort, told: AnswerForm
) -> Result:
    """Replay the ledger's windows: the strategy against each baseline; recorded when told so.

    Raises InvalidData, UsageError, TooFewWindows, and what opening the ledger raises.
    """
    book = open_book(world)
    payload = replay_log(book, question, flags, effort)
    notes: tuple[str, ...] = ()
    if told.issue:
        rows = record_replay(book, payload, told.agent)
        payload, notes = payload | {"rows": rows}, (f"recorded as {', '.join(rows)}",)
    made = _result(payload, replay_markdown if told.markdown else None, replay_text)
    return made._replace(notes=notes)


def replay_instance(
    world: World, name: str, *, rounds: int | None, runs: int, seed: int, markdown: bool
) -> Result:
    """Every policy on a public instance, or on one from a file; no repository is needed."""
    instance = named_instance(world, name)
    if rounds is not None:
        instance = instance.over(rounds)
    trial = try_out(instance, runs=runs, seed=seed, progress=world.progress)
    return _result(trial_payload(trial), trial_markdown if markdown else None, trial_text)


def named_instance(world: World, name: str) -> Instance:
    """A public instance by name, or the one that a YAML file describes."""
    if name in NAMED:
        return NAMED[name]
    if name != "-" and not (world.directory / name).exists():
        known = ", ".join(NAMED)
        raise UsageError(f"no instance and no file is named {name!r}", f"public: {known}")
    content, problems = load(
        read_text(world, name), name, most_bytes=INSTANCE_BYTES, most_nodes=INSTANCE_BYTES
    )
    if problems:
        raise InvalidData(f"{name} cannot be read", "see docs/explanation/replay.md", problems)
    return instance_from(content)


def _result(payload: Mapping[str, Any], markdown: Any, text: Any) -> Result:
    def drawn(screen: Screen) -> str:
        if markdown:
            return str(markdown(payload))
        return str(text(payload, width=screen.width, colour=screen.colour)).rstrip("\n")

    return Result(SCHEMA, payload, drawn)
