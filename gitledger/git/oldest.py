"""Which git there is, and the oldest that this program works with. May import errors and files."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gitledger.errors import GitFailed
from gitledger.git import program
from gitledger.git.files import bytes_at, replace_file
from gitledger.git.program import OLDEST, OLDEST_NAME

GIT_SEEN = "git-seen"
_asked: dict[str, tuple[int, ...]] = {}  # versions by the mark of the program's file


def version(environment: Mapping[str, str]) -> tuple[int, ...]:
    """The git program's version, () where it does not tell. Raises GitFailed without a git.

    Asked once in a process for the file that git is: `init` needs it four times.
    """
    mark = mark_of_program(environment)
    if not mark or mark not in _asked:
        told = program.run(("version",), directory=os.sep, environment=environment, pins=())
        _asked[mark] = parsed_version(told.stdout.decode("utf-8", "replace"))
    return _asked[mark]


def parsed_version(told: str) -> tuple[int, ...]:
    """The numbers of `git version 2.39.5 (...)`; () when it says nothing of the kind."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", told)
    return tuple(int(part or 0) for part in found.groups()) if found else ()


def too_old(found: tuple[int, ...]) -> bool:
    """Whether a version is one that this program does not work with; one not told is not."""
    return bool(found) and found[:2] < OLDEST


def refusal_of(found: tuple[int, ...]) -> GitFailed:
    """The one sentence that refuses an old git."""
    shown = ".".join(map(str, found))
    return GitFailed(
        f"git {shown} is too old: gitledger needs git {OLDEST_NAME} or newer",
        f"install git {OLDEST_NAME} or newer, and see that PATH finds it first",
    )


def mark_of_program(environment: Mapping[str, str]) -> str:
    """Which file git is, as PATH finds it, when it was made and its size; "" when there is none.

    Cheap: while the mark stays, so does the version.
    """
    for folder in environment.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder or ".", "git")  # noqa: PTH118 - on the path of every command
        try:
            facts = os.stat(path)  # noqa: PTH116 - as above
        except OSError:
            continue
        if os.access(path, os.X_OK):
            return f"{path} {facts.st_mtime_ns} {facts.st_size} {facts.st_ino}"
    return ""


def refuse_old_git(state: Path, environment: Mapping[str, str]) -> None:
    """Raise GitFailed where PATH finds a git that is too old; none at all is refused when needed.

    The answer is kept in our folder for the file that git is: asking costs more than an append.
    """
    mark = mark_of_program(environment).encode("utf-8", "surrogateescape")
    known = state / GIT_SEEN
    if not mark or bytes_at(known) == mark:
        return
    found = version(environment)
    if too_old(found):
        raise refusal_of(found)
    with suppress(OSError):  # no folder of ours yet, or one that cannot be written
        replace_file(known, mark, state.stat().st_mode & 0o666)  # for whoever may use the folder
