"""The fetch refspecs of the ledger in the repository's configuration: written once, taken out.

With them a plain `git fetch` keeps the copies of the ledger branches up to date too. What was
there before stays: only what we wrote, noted in our folder, is removed.
"""

from collections.abc import Iterator
from pathlib import Path

import pygit2

from gitledger.git.files import bytes_at, replace_file, write_refusals
from gitledger.git.objects import run_git
from gitledger.git.remote import refspecs
from gitledger.git.repository import Repository

NOTED = "refspecs"
CONFIG = ("config", "--local")


def write_refspecs(repository: Repository, remote: str, branch: str) -> tuple[str, ...]:
    """Add the refspecs that the configuration lacks; those that were added. Raises WriteFailed."""
    key = f"remote.{remote}.fetch"
    there = _configured(repository, key)
    missing = [spec for spec in refspecs(remote, branch) if spec not in there]
    if not missing:
        return ()
    note = repository.state / NOTED
    known = [f"{name}\t{spec}" for name, spec in _noted(note)]
    lines = "".join(f"{line}\n" for line in (*known, *(f"{remote}\t{spec}" for spec in missing)))
    with write_refusals(note):
        note.parent.mkdir(exist_ok=True)
        # as the folder allows: whoever may use it finds out what to take out again
        replace_file(note, lines.encode(), note.parent.stat().st_mode & 0o666)
    for spec in missing:
        run_git(repository, (*CONFIG, "--add", key, spec))
    _forget(repository)
    return tuple(missing)


def _configured(repository: Repository, key: str) -> set[str]:
    """The values of a name in the repository's own file and those that it includes."""
    try:
        own = pygit2.Config(f"{repository.common}/config")
        return {str(value) for value in own.get_multivar(key)}
    except (OSError, KeyError, ValueError, pygit2.GitError):  # git says what is wrong with it
        there = run_git(repository, (*CONFIG, "--get-all", key)).stdout
        return {*there.decode("utf-8", "replace").splitlines()}


def remove_refspecs(repository: Repository) -> tuple[str, ...]:
    """Take out what was written; the refspecs that went."""
    note = repository.state / NOTED
    gone = []
    for remote, spec in _noted(note):
        words = (*CONFIG, "--fixed-value", "--unset-all", f"remote.{remote}.fetch", spec)
        if run_git(repository, words).returncode == 0:
            gone.append(spec)
    note.unlink(missing_ok=True)
    _forget(repository)
    return tuple(gone)


def _forget(repository: Repository) -> None:
    """What was asked of the configuration is asked again: git itself changed the file."""
    repository.settings.clear()
    repository.listed.clear()


def _noted(note: Path) -> Iterator[tuple[str, str]]:
    for line in bytes_at(note).decode("utf-8", "surrogateescape").splitlines():
        remote, tab, spec = line.partition("\t")
        if tab:
            yield remote, spec
