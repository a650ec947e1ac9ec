"""`demo`: the week that the documentation tells, played in a repository that is thrown away."""

import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path

from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.demo.tell import PROJECT, tell
from gitledger.errors import EXIT_NO, EXIT_YES, UsageError
from gitledger.report.files_text import demo_line

SCHEMA = "gitledger.demo/1"


def demo(world: World, *, keep: str, say: Callable[[str], None]) -> Result:
    """Play the week, each piece of text to `say` as it comes; in `keep`, which then stays.

    Exit code 1 when a step was refused. Raises UsageError for a folder that is not empty,
    GitFailed.
    """
    if not keep:
        with tempfile.TemporaryDirectory(prefix="gitledger-demo-") as folder:
            return _told(world, Path(folder), "", say)
    home = (world.directory / keep).absolute()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise UsageError(f"{keep} is there already", "--keep takes a folder that is new or empty")
    home.mkdir(parents=True, exist_ok=True)
    return _told(world, home, str(home / PROJECT), say)


def _told(world: World, home: Path, kept: str, say: Callable[[str], None]) -> Result:
    refused = tell(home, world.environment, say)
    payload = {"repository": kept or None, "refused": [shlex.join(s.words) for s in refused]}
    text = demo_line(payload)
    return Result(SCHEMA, payload, lines(text), exit_code=EXIT_NO if refused else EXIT_YES)
