"""A bare repository of our own over the objects of another one, or over what was fetched from it.

What is collected from many repositories is read through these: of a stranger's repository nothing
but its objects, its shallow border and one ref is looked at. Its configuration, hooks, attributes,
replacements and grafts are not there, and nothing is written into it.
May use pygit2 and the git folder; imports errors.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from gitledger.errors import ExchangeFailed, GitFailed, NotInitialised, WriteFailed
from gitledger.git import program
from gitledger.git.files import read_plain, replace_file, write_refusals
from gitledger.git.refs import branch_ref, read_ref
from gitledger.git.remote import ALONE, FETCH, complaint
from gitledger.git.repository import (
    DEFAULT_BRANCH,
    STATE,
    Repository,
    open_repository,
    setting,
    shallow_boundary,
)

CONFIG = b"[core]\n\tbare = true\n\trepositoryformatversion = 0\n[gc]\n\tauto = 0\n"
HEAD = b"ref: refs/heads/none\n"
BORDER = "shallow"
LENT = "objects/info/alternates"
BATCH = "ssh -o BatchMode=yes -o ConnectTimeout=20"
ITS_OWN = ("GIT_SSH", "GIT_CONFIG", "GIT_EXEC_PATH", "GIT_TRACE", "GIT_SSL", "GIT_PROXY")


class Sighting(NamedTuple):
    """What stands in a repository: its folders of objects, its tip (20 bytes), its cut commits."""

    objects: Path
    tip: bytes
    border: bytes


def sight_ledger(
    directory: Path, environment: Mapping[str, str], branch: str, state: Path
) -> Sighting:
    """Where a repository's ledger stands now; `branch` "" is the one that it keeps.

    Nothing is written there: what is to be remembered goes into `state`. Raises NotARepository,
    RepositoryUnsupported and NotInitialised.
    """
    found = open_repository(directory, plain(environment), state=state)
    name = branch or setting(found, "gitledger.branch") or DEFAULT_BRANCH
    tip = read_ref(found, branch_ref(name))
    if tip is None:
        raise NotInitialised(f"it has no ledger: there is no branch {name}", "gitledger init there")
    return _seen(found, tip)


def _seen(repository: Repository, tip: bytes) -> Sighting:
    border = read_plain(repository.common / BORDER) if shallow_boundary(repository) else b""
    return Sighting(repository.common / "objects", tip, border)


def plain(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what names a repository: several are opened one after another."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("GIT_") or name.startswith(ITS_OWN)
    }


def lent(folder: Path, seen: Sequence[Sighting], environment: Mapping[str, str]) -> Repository:
    """A repository of our own in a folder, over the objects of others. Raises WriteFailed."""
    _made(folder)
    lines = b"".join(os.fsencode(one.objects) + b"\n" for one in seen)
    _put(folder / LENT, lines)
    border = b"".join(sorted({*b"".join(one.border for one in seen).splitlines(keepends=True)}))
    _put(folder / BORDER, border)
    return _opened(folder, environment)


def fetch_mirror(
    folder: Path, address: str, branch: str, environment: Mapping[str, str], *, seconds: float
) -> Sighting:
    """The ledger branch of an address, brought into a repository of our own in a folder.

    Raises ExchangeFailed with git's words; NotInitialised where there is no such branch.
    """
    _made(folder)
    told = plain(environment) | {"GIT_DIR": os.fspath(folder)}
    told.setdefault("GIT_SSH_COMMAND", told.get("GIT_SSH", BATCH))
    ref = branch_ref(branch)
    words = (*ALONE, *FETCH, "--quiet", "--force", "--", address, f"+{ref}:{ref}")
    done = program.bring(words, directory=folder, environment=told, seconds=seconds)
    if done is None:
        hint = "see that git ls-remote answers, or raise --timeout"
        raise ExchangeFailed(f"it did not answer within {seconds:g} s", hint)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        if "couldn't find remote ref" in said:
            what = f"it has no ledger: there is no branch {branch}"
            raise NotInitialised(what, "gitledger init there, then gitledger sync")
        hint = "see that git ls-remote answers for it without a question; then collect again"
        raise ExchangeFailed(f"it cannot be fetched: {complaint(said)}", hint)
    found = _opened(folder, environment)
    tip = read_ref(found, ref)
    if tip is None:
        raise GitFailed(f"git fetched no {branch}", "run it again")
    return _seen(found, tip)


def contains(repository: Repository, later: bytes, earlier: bytes) -> bool:
    """Whether the history of one tip (20 bytes) holds another's commit."""
    if later == earlier:
        return True
    handle = repository.handle
    if earlier.hex() not in handle:
        return False
    return bool(handle.descendant_of(later.hex(), earlier.hex()))


def _made(folder: Path) -> None:
    """An empty bare repository, unless it stands there already."""
    with write_refusals(folder, inside=True):
        for name in ("refs/heads", "objects/info", "objects/pack", STATE):
            (folder / name).mkdir(parents=True, exist_ok=True)
    _put(folder / "config", CONFIG)
    _put(folder / "HEAD", HEAD)


def _put(path: Path, text: bytes) -> None:
    try:
        if path.exists() and path.read_bytes() == text:
            return
        if text:
            replace_file(path, text)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise WriteFailed(f"{path}: {error.strerror}", "name another --cache") from None


def _opened(folder: Path, environment: Mapping[str, str]) -> Repository:
    return open_repository(folder, plain(environment) | {"GIT_DIR": os.fspath(folder)})
