"""`agent-hook claude|codex`: what the agents' own hooks call when a session starts, works or ends.

One line is kept and a recorder started, which the agent does not wait for. It never refuses: an
agent must not be held up, and exit code 2 would stop it. The program starts this without its
command line, so nothing heavy may be loaded here.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from gitledger.capture.agent_event import AGENTS, GUARD, hear, now, start_recorder, told_in
from gitledger.setup.program import program_words

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` itself takes a while to load
    from gitledger.book.world import World

OK, UNKNOWN_AGENT = 0, 1


def agent_hook(words: Sequence[str], given: bytes, environment: Mapping[str, str]) -> int:
    """Keep what an agent's hook says; the exit code.

    `words` are those of the command, `given` is its standard input: Codex's `notify` hands its
    JSON over as the last word.
    """
    agent = words[0] if words else ""
    if agent not in AGENTS:
        sys.stderr.write(f"gitledger: agent-hook knows {' and '.join(AGENTS)}, not {agent!r}\n")
        return UNKNOWN_AGENT
    if environment.get(GUARD):
        return OK  # a capture started the agent that calls
    told = told_in(os.fsencode(words[-1]) if words[1:] else given)
    common, _ = hear(agent, told, environment, folder=os.getcwd(), at=now())  # noqa: PTH109 - light
    if common:
        start_recorder(program_words(), common, environment)
    return OK


def run(words: Sequence[str]) -> int:
    """The same for a program that was just started: its streams and its environment."""
    try:
        given = b"" if words[1:] or sys.stdin is None or sys.stdin.isatty() else _piped()
        return agent_hook(words, given, os.environ)
    except Exception as error:  # noqa: BLE001 - whatever it is, the agent goes on
        sys.stderr.write(f"gitledger: the session was not noted: {error}\n")
        return OK


def _piped() -> bytes:
    return sys.stdin.buffer.read()


def after_end(world: "World") -> None:
    """Where a clone acts by itself, start what follows an end that a person typed."""
    from gitledger.book.automatic import (  # noqa: PLC0415 - an agent waits for no libgit2
        WINDOW_END,
        is_automatic_here,
    )
    from gitledger.git.repository import open_repository  # noqa: PLC0415 - as above

    repository = open_repository(world.directory, world.environment)
    if is_automatic_here(repository):
        common = str(repository.common)
        start_recorder(program_words(), common, world.environment, event=WINDOW_END)
