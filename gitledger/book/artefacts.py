"""Artefacts of evidence: how the place of one is recorded, and what stands there now.

A path below the working tree is recorded relative to it. The log of a run that gitledger made
stands in the git directory, so that `git status` stays as it was. Of any other file the name is
all that is kept: its folder is nobody else's business.
"""

from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from gitledger.book.book import Book
from gitledger.book.world import read_file
from gitledger.git.repository import Repository
from gitledger.ledger.redaction import redact

OUTSIDE = "(outside)/"
LOGS = "(git)/"
FOLDER = "artifacts"


def artefact(book: Book, path: Path, given: str) -> dict[str, Any]:
    """Place, hash and size of an artefact. Raises UnreadableInput."""
    data = read_file(path, given)
    return {
        "artifact": _recorded_as(book.repository, path.resolve()),
        "artifact_sha256": sha256(data).hexdigest(),
        "artifact_bytes": len(data),
        "redacted_sha256": sha256(clean(data)).hexdigest(),
    }


def clean(data: bytes) -> bytes:
    """An artefact as it may leave the machine: without secrets, addresses and home paths."""
    return redact(data.decode("utf-8", "replace")).encode()


def kept_log(repository: Repository, artifact: str) -> bytes | None:
    """The bytes of an artefact in this clone; None where it is gone or lies elsewhere."""
    if artifact.startswith(LOGS):
        root, name = log_folder(repository), artifact.removeprefix(LOGS)
    elif artifact.startswith(OUTSIDE) or not repository.handle.workdir:
        return None
    else:
        root, name = Path(repository.handle.workdir), artifact
    file = (root / name).resolve()  # a row may name ../: it comes from other people too
    try:
        return file.read_bytes() if file.is_relative_to(root.resolve()) else None
    except OSError:
        return None


def _recorded_as(repository: Repository, path: Path) -> str:
    roots = {LOGS: log_folder(repository)}
    if repository.handle.workdir:
        roots[""] = Path(repository.handle.workdir)
    for mark, root in roots.items():
        if path.is_relative_to(root.resolve()):
            return mark + path.relative_to(root.resolve()).as_posix()
    return OUTSIDE + path.name


def log_folder(repository: Repository) -> Path:
    """Where the logs of runs are kept unless a person names a folder."""
    return repository.state / FOLDER


def stands_as(repository: Repository, artifact: str) -> str | None:
    """The SHA-256 of an artefact as it stands now, "" where it is gone.

    None where nobody can look: it lies elsewhere, or a bare repository has no working tree. A row
    that names a file elsewhere gets no look at it: rows come from other people too.
    """
    if artifact.startswith(LOGS):
        return _sha256(log_folder(repository), artifact.removeprefix(LOGS))
    if artifact.startswith(OUTSIDE) or not repository.handle.workdir:
        return None
    return _sha256(Path(repository.handle.workdir), artifact)


def _sha256(root: Path, name: str) -> str:
    file = (root / name).resolve()
    if not file.is_relative_to(root.resolve()):
        return ""
    try:
        with file.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""
