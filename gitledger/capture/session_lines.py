"""Lines of the agents' session files that were written since a day, for what is counted once a day.

Reads files below the folders it is told; keeps no line.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from gitledger.capture.local import Machine, claude_folders, codex_folders, session_files
from gitledger.windows.trace import midnight_of


def folders_of(agent: str, machine: Machine) -> list[Path]:
    """Where an agent keeps its session files, as far as it is there."""
    found = codex_folders(machine) if agent == "codex" else claude_folders(machine)
    return [folder for folder in found if folder.is_dir()]


def changed_since(folders: Sequence[Path], first: date) -> Iterator[Path]:
    """Session files that were written to since the beginning of a day."""
    midnight = midnight_of(str(first))
    # where it looked in vain is for a capture to tell, not for a count
    for seconds, _, path in session_files(folders, []):
        if seconds >= midnight:
            yield path


def lines_with(path: Path, words: Sequence[bytes]) -> Iterator[str]:
    """The lines that hold one of the words; none of a file that went away."""
    try:
        with path.open("rb") as file:
            for line in file:
                if any(word in line for word in words):
                    yield line.decode(errors="replace")
    except OSError:
        return
