"""git's configuration as git reads it, where libgit2 does not see all of it.

libgit2 knows nothing of GIT_CONFIG_GLOBAL, GIT_CONFIG_COUNT, `git -c` (GIT_CONFIG_PARAMETERS) and
`includeIf "hasconfig:..."`. Where one of them is there, git is asked. Imports errors and program.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence

from gitledger.errors import GitFailed, RepositoryUnsupported
from gitledger.git import program

BEYOND = "\0beyond libgit2"  # no setting's name
BY_ENVIRONMENT = (
    *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"),
)
INCLUDED = "includeif.hasconfig:"  # git 2.36 and newer
PERSON = re.compile(r"(.*?) ?<(.*)> -?\d+ [+-]\d{4}")
Place = str | os.PathLike[str]


def is_beyond_libgit2(names: Iterable[str | None], environment: Mapping[str, str]) -> bool:
    """Whether git may know values that libgit2 does not; `names` are those that it knows."""
    by_environment = any(environment.get(name) for name in BY_ENVIRONMENT)
    return by_environment or any(name and name.startswith(INCLUDED) for name in names)


def list_configuration(directory: Place, environment: Mapping[str, str]) -> dict[str, str]:
    """Every value as git lists it, the one in force. Raises RepositoryUnsupported, GitFailed."""
    words = ("config", "--list", "-z")
    done = program.run(words, directory=directory, environment=environment, pins=())
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        what = f"git's configuration cannot be read: {said}"
        raise RepositoryUnsupported(what, "run `git config --list` to see where")
    told = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    pairs = [entry.partition("\n") for entry in told if entry]
    return {name: value for name, _, value in pairs}


def as_listed(name: str) -> str:
    """A setting's name as git lists it: section and variable in small letters."""
    section, _, rest = name.partition(".")
    middle, dot, variable = rest.rpartition(".")
    return f"{section.lower()}.{middle}{dot}{variable.lower()}"


def committer(directory: Place, environment: Mapping[str, str]) -> dict[str, str]:
    """Name and email of the committer by git's own rules; nothing where git refuses to commit."""
    told = _answer(("var", "GIT_COMMITTER_IDENT"), directory, environment) or b""
    found = PERSON.match(told.decode("utf-8", "replace"))
    return {"name": found[1], "email": found[2]} if found else {}


def is_trusted(directory: Place, environment: Mapping[str, str]) -> bool:
    """Whether git itself opens a repository that libgit2 refuses for its owner.

    safe.directory may stand where libgit2 does not look. Without a git the refusal stands.
    """
    return _answer(("rev-parse", "--git-dir"), directory, environment) is not None


def _answer(words: Sequence[str], directory: Place, environment: Mapping[str, str]) -> bytes | None:
    """What git prints; None where it refuses, or there is no git to ask."""
    try:
        done = program.run(words, directory=directory, environment=environment, pins=())
    except GitFailed:
        return None
    return done.stdout if done.returncode == 0 else None
