"""Lines of the agents' session files that were written since a day, for what is counted once a day.

Reads files below the folders it is told; keeps no line.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from gitledger.capture.local import Machine, session_files
from gitledger.errors import Problem
from gitledger.windows.trace import midnight_of


def folders_of(agent: str, machine: Machine) -> list[Path]:
    """Where an agent keeps its session files, as far as it is there."""
    if agent == "codex":
        root = Path(machine.environment.get("CODEX_HOME") or machine.home / ".codex")
        found = [root / "sessions", root / "archived_sessions"]
    else:
        named = machine.environment.get("CLAUDE_CONFIG_DIR", "")
        roots = [Path(part) for part in named.split(",") if part.strip()]
        usual = [machine.home / ".claude", machine.home / ".config" / "claude"]
        found = [root / "projects" for root in roots or usual]
    return [folder for folder in found if folder.is_dir()]


def changed_since(folders: Sequence[Path], first: date) -> Iterator[Path]:
    """Session files that were written to since the beginning of a day."""
    unsaid: list[Problem] = []
    midnight = midnight_of(str(first))
    for seconds, _, path in session_files(folders, unsaid):
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
