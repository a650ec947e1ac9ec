"""What went wrong in hooks, where nobody was watching: kept in the git directory for `doctor`.

The file `missed` counts how often a hook ran while the program was gone, a line a time, written by
the hooks in shell; `hook-failure` holds the last refusal of a drain.
"""

from gitledger.git.files import forget, replace_file
from gitledger.git.repository import Repository

MISSED = "missed"
FAILURE = "hook-failure"


def missed_runs(repository: Repository) -> int:
    """How many times since the count was last cleared."""
    try:
        return (repository.state / MISSED).read_bytes().count(b"\n")
    except OSError:
        return 0


def forget_missed(repository: Repository) -> None:
    """Clear the count: what was missed has been recorded."""
    forget(str(repository.state / MISSED))


def keep_failure(repository: Repository, what: str) -> None:
    """Remember why a drain recorded nothing; a disk that refuses this too is not argued with."""
    try:
        replace_file(repository.state / FAILURE, f"{what}\n".encode())
    except OSError:
        return


def forget_failure(repository: Repository) -> None:
    """The last drain went well."""
    forget(str(repository.state / FAILURE))


def failure(repository: Repository) -> str:
    """Why the last drain recorded nothing, "" when it did."""
    try:
        return (repository.state / FAILURE).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
