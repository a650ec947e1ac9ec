"""A ref's log, kept as git keeps it: which tip came when, by whom. A help, never a truth."""

import os

from gitledger.git.files import NEW, write_all
from gitledger.git.reflock import RefMove
from gitledger.git.repository import Identity, Repository, flag, setting

ZERO = b"0" * 40


def log_move(repository: Repository, move: RefMove, who: Identity) -> None:
    """Add the move to the ref's log where git would; the log is a help, and no part of the row."""
    path = f"{repository.common}/logs/{move.ref}"
    wanted = setting(repository, "core.logAllRefUpdates")
    if wanted is None:
        create_it = flag(repository, "core.bare") is not True
    else:
        create_it = wanted == "always" or flag(repository, "core.logAllRefUpdates") is True
    person = f"{who.name} <{who.email}> {int(who.when.timestamp())} +0000"
    line = b"%s %s %s\t%s\n" % (
        move.old.hex().encode() if move.old else ZERO,
        move.new.hex().encode(),
        person.encode(),
        move.reason.encode(),
    )
    try:
        descriptor = _opened(path, create_it=create_it)
    except OSError:
        return
    size = os.fstat(descriptor).st_size
    try:
        write_all(descriptor, line)
    except OSError:
        os.ftruncate(descriptor, size)
    finally:
        os.close(descriptor)


def _opened(path: str, *, create_it: bool) -> int:
    how = (NEW & ~os.O_EXCL if create_it else os.O_WRONLY) | os.O_APPEND
    try:
        return os.open(path, how)
    except FileNotFoundError:
        if not create_it:
            raise
        os.makedirs(path.rpartition("/")[0], exist_ok=True)  # noqa: PTH103 - plain text, for speed
        return os.open(path, how)
