"""Putting a batch of objects where it lasts: against power cuts, and against a `git gc` beside us.

A `git gc --prune=now` that counted what is reachable before our ref moved takes our objects after
it moved. Loose files are what it takes; a pack that came after it began is safe from it.
"""

import os
import time
from collections.abc import Sequence

from gitledger.errors import WriteFailed
from gitledger.git.branch.loose import Swept, all_loose, write_loose
from gitledger.git.objects import Batch
from gitledger.git.repository import Repository

PACK_FROM = 300  # below it loose files are quicker, and packs must not pile up
GC_SECONDS = 12 * 3600.0  # git itself takes an older `gc.pid` for dead


def deposit(repository: Repository, batch: Batch, *, sync: bool) -> str:
    """Make every object of the batch durable; the name of the pack it went to, "" for loose files.

    Raises WriteFailed; the branch is untouched.
    """
    if not _many(batch) and not gc_running(repository):
        try:
            write_loose(repository, batch.objects, sync=sync)
        except Swept:  # a gc began this moment
            pass
        else:
            return ""
    return _write_pack(repository, list(batch.objects.values()), sync=sync)


def settle_batch(
    repository: Repository, batch: Batch, pack: str, span: tuple[bytes | None, bytes], *, sync: bool
) -> None:
    """After the ref moved over a span: make the pack small, or safe where a `git gc` runs."""
    if pack and _many(batch) and not gc_running(repository):
        from gitledger.git.branch.deltas import deltify  # noqa: PLC0415 - single rows need no pack

        deltify(repository, pack, span, sync=sync)
    else:
        survive_gc(repository, batch, sync=sync)


def survive_gc(repository: Repository, batch: Batch, *, sync: bool) -> None:
    """After the ref moved: put the batch beyond the reach of a `git gc` that runs or just ran.

    The objects go in reverse, because an equal pack would get the name that gc means to remove.
    """
    if not gc_running(repository) and (_many(batch) or all_loose(repository, batch.objects)):
        return
    try:
        _write_pack(repository, list(batch.objects.values())[::-1], sync=sync)
    except WriteFailed:  # the row is recorded: only when its objects are gone is this news
        if not all_loose(repository, batch.objects):
            raise


def _write_pack(
    repository: Repository, objects: Sequence[tuple[bytes, bytes]], *, sync: bool
) -> str:
    from gitledger.git.branch.pack import write_pack  # noqa: PLC0415 - single rows need no pack

    return write_pack(repository, objects, sync=sync)


def _many(batch: Batch) -> bool:
    return len(batch.objects) >= PACK_FROM


def gc_running(repository: Repository) -> bool:
    """Whether a `git gc` works on this repository now (one that died does not count)."""
    path = repository.common / "gc.pid"
    try:
        words = path.read_text(encoding="utf-8", errors="replace").split()
        age = time.time() - path.stat().st_mtime
    except OSError:
        return False
    if age > GC_SECONDS:
        return False
    if len(words) == 2 and words[0].isdigit() and words[1] == os.uname().nodename:
        return _alive(int(words[0]))
    return True


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
