"""How often a hook ran while the program was gone: one line a time, left by the hooks in shell."""

from gitledger.git.repository import Repository

FILE = "missed"


def missed(repository: Repository) -> int:
    """How many times since the count was last cleared."""
    try:
        return (repository.state / FILE).read_bytes().count(b"\n")
    except OSError:
        return 0


def forget_missed(repository: Repository) -> None:
    """Clear the count: what was missed has been recorded."""
    (repository.state / FILE).unlink(missing_ok=True)
