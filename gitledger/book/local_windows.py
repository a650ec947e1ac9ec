"""Which windows began in this clone: what is done by itself is done where the work was done.

Their ids stand in our folder of the git directory, a line each; a clone of the ledger has none.
"""

import os

from gitledger.git.repository import Repository

FILE = "begun"


def remember_begun(repository: Repository, *windows: str) -> None:
    """Note that windows began here ("" is none); said again it changes nothing."""
    known = begun_here(repository)
    fresh = [window for window in dict.fromkeys(windows) if window and window not in known]
    if not fresh:
        return
    path = repository.state / FILE
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, flags, 0o666)
    except OSError:
        return  # `catch-up --all` acts on it all the same
    try:
        os.write(descriptor, "".join(f"{window}\n" for window in fresh).encode())
    finally:
        os.close(descriptor)


def begun_here(repository: Repository) -> frozenset[str]:
    """The windows that began in this clone."""
    try:
        # one damaged line hides one window
        text = (repository.state / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:  # no window began here
        return frozenset()
    return frozenset(text.splitlines())
