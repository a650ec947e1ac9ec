"""One process at a time records what hooks leave: who it is, and when it may go.

Its number stands in a file. A hook that finds the number of a living process starts no other: that
process looks once more after it took the file away, so what was left before is not overlooked, and
who leaves a fact afterwards finds no file. Many commits in a row share one process that way.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress

from gitledger.git.files import bytes_at, forget, replace_file
from gitledger.git.repository import Repository

FILE, ENDED = "drainer", "drained"
LINGER_SECONDS = 2.0  # a series of commits is one visit; each would start a program otherwise
SERIES_SECONDS = 4.0
PAUSE = 0.1


def drained_until_quiet(
    repository: Repository,
    look: Callable[[], object],
    is_more: Callable[[], bool],
    *,
    alone: bool = True,
) -> None:
    """Look, stay for what is left meanwhile, and look again until nothing more comes.

    `look` records what is there; `is_more` says whether something came since it last did. It
    stays only in a series: where another visit ended just before, and nobody waits (`alone`).
    """
    patience = LINGER_SECONDS if alone and _is_series(repository) else 0.0
    path = repository.state / FILE
    own = f"{os.getpid()}\n".encode()
    while repository.state.is_dir():
        with suppress(OSError):  # without it others start: more work, nothing lost
            replace_file(path, own)
        look()
        if _comes(is_more, patience):
            continue
        if bytes_at(path) == own:
            forget(str(path))
        if not is_more():
            with suppress(OSError):  # it only tells the next hook whether a series goes on
                replace_file(repository.state / ENDED, b"")
            return


def _is_series(repository: Repository) -> bool:
    """Whether the last visit ended a moment ago: commits come in a row."""
    try:
        ended = os.stat(repository.state / ENDED).st_mtime  # noqa: PTH116 - on every drain's path
    except OSError:
        return False
    return 0 <= time.time() - ended < SERIES_SECONDS


def _comes(is_more: Callable[[], bool], patience: float) -> bool:
    """Whether something more comes while we linger."""
    deadline = time.monotonic() + patience
    while not is_more():
        if time.monotonic() >= deadline:
            return False
        time.sleep(PAUSE)
    return True
