"""The fetch refspecs of the ledger in the repository's configuration: written once, taken out.

With them a plain `git fetch` keeps the copies of the ledger branches up to date too. What was
there before stays: only what we wrote, noted in our folder, is removed.
"""

from collections.abc import Iterator
from pathlib import Path

from gitledger.git.files import replace_file, write_failed
from gitledger.git.objects import run_git
from gitledger.git.remote import refspecs
from gitledger.git.repository import Repository

NOTED = "refspecs"
CONFIG = ("config", "--local")


def write_refspecs(repository: Repository, remote: str, branch: str) -> tuple[str, ...]:
    """Add the refspecs that the configuration lacks; those that were added. Raises WriteFailed."""
    key = f"remote.{remote}.fetch"
    there = run_git(repository, (*CONFIG, "--get-all", key)).stdout.decode("utf-8", "replace")
    missing = [spec for spec in refspecs(remote, branch) if spec not in there.splitlines()]
    if not missing:
        return ()
    note = repository.state / NOTED
    known = [f"{name}\t{spec}" for name, spec in _noted(note)]
    lines = "".join(f"{line}\n" for line in (*known, *(f"{remote}\t{spec}" for spec in missing)))
    try:
        note.parent.mkdir(exist_ok=True)
        replace_file(note, lines.encode(), 0o666 & ~_mask(note.parent))
    except OSError as error:
        raise write_failed(error, note) from None
    for spec in missing:
        run_git(repository, (*CONFIG, "--add", key, spec))
    repository.settings.clear()
    repository.listed.clear()
    return tuple(missing)


def remove_refspecs(repository: Repository) -> tuple[str, ...]:
    """Take out what was written; the refspecs that went."""
    note = repository.state / NOTED
    gone = []
    for remote, spec in _noted(note):
        words = (*CONFIG, "--fixed-value", "--unset-all", f"remote.{remote}.fetch", spec)
        if run_git(repository, words).returncode == 0:
            gone.append(spec)
    note.unlink(missing_ok=True)
    repository.settings.clear()
    repository.listed.clear()
    return tuple(gone)


def _noted(note: Path) -> Iterator[tuple[str, str]]:
    try:
        text = note.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return
    for line in text.splitlines():
        remote, tab, spec = line.partition("\t")
        if tab:
            yield remote, spec


def _mask(folder: Path) -> int:
    """The bits that files in a folder do not get: what its own mode withholds."""
    return ~folder.stat().st_mode & 0o666
