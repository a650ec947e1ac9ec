"""What went wrong in hooks, where nobody was watching: kept in the git directory for `doctor`.

The file `missed` counts how often a hook ran while the program was gone, a line a time, written by
the hooks in shell; `hook-failure` holds the last refusal of a drain.
"""

from contextlib import suppress

from gitledger.git.files import bytes_at, forget, replace_file
from gitledger.git.repository import Repository

MISSED = "missed"
FAILURE = "hook-failure"


def missed_runs(repository: Repository) -> int:
    """How many times since the count was last cleared."""
    return bytes_at(repository.state / MISSED).count(b"\n")


def forget_missed(repository: Repository) -> None:
    """Clear the count: what was missed has been recorded."""
    forget(str(repository.state / MISSED))


def keep_failure(repository: Repository, what: str) -> None:
    """Remember why a drain recorded nothing; a disk that refuses this too is not argued with."""
    with suppress(OSError):
        replace_file(repository.state / FAILURE, f"{what}\n".encode())


def forget_failure(repository: Repository) -> None:
    """The last drain went well."""
    forget(str(repository.state / FAILURE))


def failure(repository: Repository) -> str:
    """Why the last drain recorded nothing, "" when it did."""
    return bytes_at(repository.state / FAILURE).decode("utf-8", "replace").strip()
