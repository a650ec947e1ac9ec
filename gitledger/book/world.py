"""What a command is told about the world: read once by the shell, passed down as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gitledger import __version__
from gitledger.errors import UnreadableInput

TOOL = f"gitledger {__version__}"
DEFAULT_AGENT = "main"


def agent_has(agent: str) -> str:
    """The beginning of a sentence on an agent: the usual one is whoever reads it."""
    return "you have" if agent == DEFAULT_AGENT else f'agent "{agent}" has'


@dataclass(frozen=True, slots=True)
class World:
    """Where, when and for whom a command runs.

    `branch` is what `--ledger` said, or empty. `read_stdin` gives the bytes of standard input,
    and is None when nobody feeds it (a terminal, /dev/null, closed). `read_paste` gives what a
    person types or pastes up to Ctrl-D, and is None without a person at a terminal. `say` prints
    one line to the person at once (stderr); `progress` shows how much of long work is done, on a
    terminal only.
    `hushed` says that nobody hears what is said: then no news counts as told.
    `tip` pins what is read to one commit of the ledger branch (hex): then nothing is recorded.
    """

    directory: Path
    now: datetime
    environment: Mapping[str, str]
    branch: str = ""
    tip: str = ""
    read_stdin: Callable[[], bytes] | None = None
    read_paste: Callable[[], bytes] | None = None
    say: Callable[[str], None] = lambda _line: None
    terminal: bool = False
    hushed: bool = False
    progress: Callable[[int, int], None] = lambda _done, _all: None

    @property
    def agent(self) -> str:
        """The agent that rows are recorded for, unless an option names another."""
        from gitledger.ledger.redaction import label  # noqa: PLC0415 - a status line needs none

        return label(self.environment.get("AGENT_ID") or DEFAULT_AGENT)


def read_text(world: World, source: str) -> str:
    """The text of a file, or of standard input for `-`.

    Raises UnreadableInput naming the place: missing, a folder, binary, not UTF-8.
    """
    if source == "-":
        data = world.read_stdin() if world.read_stdin else None
        if data is None:
            raise UnreadableInput(
                "nothing is piped into standard input", "pipe the text in, or name a file"
            )
        return decode_text(data, "standard input")
    return decode_text(read_file(world.directory / Path(source).expanduser(), source), source)


def read_file(path: Path, given: str) -> bytes:
    """A file's bytes. Raises UnreadableInput with the name that was given for it."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableInput(f"{given}: no such file", "check the path") from None
    except IsADirectoryError:
        raise UnreadableInput(f"{given} is a directory", "name a file in it") from None
    except OSError as error:
        raise UnreadableInput(f"{given}: {error.strerror}", "check the path") from None


def decode_text(data: bytes, name: str) -> str:
    """UTF-8 text of some bytes. Raises UnreadableInput with the line of the first wrong byte."""
    if b"\0" in data:
        raise UnreadableInput(f"{name} is binary, not text", "give a text file")
    try:
        return data.decode("utf-8-sig")  # spreadsheets on Windows write a byte order mark first
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableInput(
            f"{name} line {line}: not UTF-8", "convert it first: iconv -f LATIN1 -t UTF-8"
        ) from None


# git names the commit's author there, who may be another than the one who records it
OF_THE_COMMIT = ("GIT_AUTHOR_", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_REFLOG_ACTION", "GIT_EDITOR")


def own_environment(world: World) -> dict[str, str]:
    """The environment for recording, with the committer as git knows them."""
    return {k: v for k, v in world.environment.items() if not k.startswith(OF_THE_COMMIT)}
