"""Which windows began in this clone: what is done by itself is done where the work was done.

Their ids stand in our folder of the git directory, a line each; a clone of the ledger has none.
"""

from contextlib import suppress

from gitledger.git.files import append
from gitledger.git.repository import Repository

FILE = "begun"


def remember_begun(repository: Repository, *windows: str) -> None:
    """Note that windows began here ("" is none); said again it changes nothing."""
    known = begun_here(repository)
    fresh = [window for window in dict.fromkeys(windows) if window and window not in known]
    if not fresh:
        return
    with suppress(OSError):  # `catch-up --all` acts on it all the same
        repository.state.mkdir(parents=True, exist_ok=True)
        append(repository.state / FILE, "".join(f"{window}\n" for window in fresh).encode())


def begun_here(repository: Repository) -> frozenset[str]:
    """The windows that began in this clone."""
    try:
        # one damaged line hides one window
        text = (repository.state / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:  # no window began here
        return frozenset()
    return frozenset(text.splitlines())
