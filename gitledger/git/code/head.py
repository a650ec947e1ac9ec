"""HEAD's reflogs, one a worktree, read from where they were last read to.

git writes a line for every move of HEAD, hooks or not: what no hook saw stands here. Nothing is
taken from before the first look (`begin`), and a rebase under way is left for the next one.
"""

import os
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from gitledger.git.code.headposition import NONE, HeadMove, head_id
from gitledger.git.files import bytes_at, replace_file, write_refusals
from gitledger.git.reflog import logged_moves
from gitledger.git.repository import Repository
from gitledger.git.sharing import shared_writing

FILE = "reflog-read"
BEGUN = "reflog-begun"
HEAD = "head"
NEIGHBOURS = 32  # moves before one that its time is compared with
REBASING = ("rebase-merge", "rebase-apply")


class HeadLog(NamedTuple):
    """A worktree's moves since the last look.

    `worktree` is "" for the main one; `branch` the full name of what HEAD points to, "" when
    detached; `rebasing` whether a rebase is under way there; `size` where the log ends; `head`
    where HEAD stands now and `start` where it was last seen, "" where nobody knows.
    """

    worktree: str
    branch: str
    rebasing: bool
    moves: tuple[HeadMove, ...]
    size: int
    path: Path
    head: str = ""
    start: str = ""


def git_dirs(repository: Repository) -> tuple[tuple[str, Path], ...]:
    """Every worktree's name and git directory, the main one first."""
    others = sorted((repository.common / "worktrees").glob("*"))
    return (("", repository.common), *((path.name, path) for path in others))


def rebasing(git_dir: Path) -> bool:
    """Whether a rebase (or `am`) is under way in a worktree."""
    return any((git_dir / name).is_dir() for name in REBASING)


def head_branch(git_dir: Path) -> str:
    """The full name of the branch that HEAD points to, "" when it is detached."""
    # a name that is no UTF-8 is still a name
    text = bytes_at(git_dir / "HEAD").decode("utf-8", "replace").strip()
    return text.removeprefix("ref: ") if text.startswith("ref: ") else ""


def reflogs_moved(repository: Repository) -> bool:
    """Whether some reflog is longer or shorter than when it was last read. Cheap.

    Only where hooks were installed: without them nobody asked for commits to be recorded.
    """
    known = _cursors(repository) if (repository.state / "spool").is_dir() else {}
    if not known:
        return False
    stood = heads(repository)
    for name, git_dir in git_dirs(repository):
        # HEAD elsewhere while its log stood still: a program that writes no reflog moved it
        if stood.get(name, NONE) not in {NONE, head_id(git_dir, repository.common)}:
            return True
        try:
            size = os.stat(git_dir / "logs" / "HEAD").st_size  # noqa: PTH116 - the cheap form
        except OSError:
            continue
        if known.get(name, (0, ""))[0] != size:  # shorter as well: `reflog expire` rewrote it
            return True
    return False


def read_logs(repository: Repository, *, again: bool = False) -> tuple[HeadLog, ...]:
    """The moves of every worktree since the last look, or with `again` since `begin`."""
    known = _cursors(repository, BEGUN if again else FILE)
    stood = {} if again else heads(repository)
    found = []
    for name, git_dir in git_dirs(repository):
        head = head_id(git_dir, repository.common)  # before the log: a line may come in between
        log = _read(name, git_dir, known.get(name, (0, "")))
        found.append(log._replace(head=head, start=stood.get(name) or log.start))
    return tuple(found)


def _read(name: str, git_dir: Path, cursor: tuple[int, str]) -> HeadLog:
    path = git_dir / "logs" / "HEAD"
    text = _bytes(path)
    start, digest = cursor
    if start > len(text) or (start and _digest(text[:start]) != digest):
        start = 0  # the log was rewritten (gc, expire): everything is looked at again
    known = _moves(text[:start].splitlines(keepends=True)[-NEIGHBOURS:], 0)
    fresh = _moves(text[start:].splitlines(keepends=True), start)
    moved = in_order([move.when for move in (*known, *fresh)])[len(known) :]
    moves = [move._replace(moved=time) for move, time in zip(fresh, moved, strict=True)]
    size = len(text) if text.endswith(b"\n") else text.rfind(b"\n") + 1
    last, branch = known[-1].new if known else "", head_branch(git_dir)
    return HeadLog(name, branch, rebasing(git_dir), tuple(moves), size, path, start=last)


def _bytes(path: Path) -> bytes:
    """A log's bytes; none where there is none, or the worktree went away."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""


def _moves(lines: Iterable[bytes], at: int) -> list[HeadMove]:
    """The moves that lines tell, the first line beginning at `at`."""
    return [
        HeadMove(move.old, move.new, move.when, move.words.decode("utf-8", "replace"), move.at)
        for move in logged_moves(lines, at)
        if move.when is not None
    ]


def in_order(times: Sequence[int]) -> list[int]:
    """Times of a log in which some clocks were wrong, made to rise.

    The longest rising series of them is believed (the earlier of two as long); any other time
    becomes that of the last one believed before it, or of the first one after it. A time is
    compared with NEIGHBOURS before it.
    """
    lengths: list[int] = []
    befores: list[int] = []
    for place, time in enumerate(times):
        fits = [j for j in range(max(0, place - NEIGHBOURS), place) if times[j] <= time]
        before = max(fits, key=lambda j: (lengths[j], -j), default=-1)
        befores.append(before)
        lengths.append(lengths[before] + 1 if before >= 0 else 1)
    believed = set[int]()
    at = max(range(len(times)), key=lambda j: (lengths[j], -j), default=-1)
    while at >= 0:
        believed.add(at)
        at = befores[at]
    found, last = [], next((times[j] for j in sorted(believed)), 0)
    for place, time in enumerate(times):
        last = time if place in believed else last
        found.append(last)
    return found


def begin(repository: Repository) -> None:
    """Count what stands in the reflogs as known, unless they were looked at before."""
    if not _cursors(repository):
        logs = [(log, log.size) for log in read_logs(repository)]
        remember(repository, logs)
        remember(repository, logs, BEGUN)


def remember(repository: Repository, read: Iterable[tuple[HeadLog, int]], file: str = FILE) -> None:
    """Keep up to where each log was read. Raises WriteFailed."""
    known, stood = _cursors(repository, file), heads(repository, file)
    for log, end in read:
        before = _bytes(log.path)[:end] if end else b""
        known[log.worktree] = (end, _digest(before) if end else "-")
        # in the middle of a rebase its lines are not settled: HEAD's path begins before them
        stood[log.worktree] = (log.start if log.rebasing else log.head) or NONE
    known = {name: kept for name, kept in known.items() if _is_there(repository, name)}
    text = "".join(f"{end} {digest} {name}\n" for name, (end, digest) in known.items())
    text += "".join(f"{HEAD} {stood.get(name, NONE)} {name}\n" for name in known)
    path = repository.state / file
    with write_refusals(path), shared_writing(repository):
        path.parent.mkdir(parents=True, exist_ok=True)
        # never empty: a log that is no longer there was looked at as well
        replace_file(path, (text or "0 - \n").encode("utf-8", "surrogateescape"))


def _is_there(repository: Repository, worktree: str) -> bool:
    return not worktree or (repository.common / "worktrees" / worktree).is_dir()


def _digest(text: bytes) -> str:
    """A mark of the last line before a cursor: enough to see that a log was rewritten."""
    last = text.rstrip(b"\n").rpartition(b"\n")[2]
    return sha256(last).hexdigest()[:16]


def _cursors(repository: Repository, file: str = FILE) -> dict[str, tuple[int, str]]:
    parts = _kept(repository, file)
    return {name: (int(end), digest) for end, digest, name in parts if end.isdecimal()}


def heads(repository: Repository, file: str = FILE) -> dict[str, str]:
    """Where each worktree's HEAD was last seen; NONE where it stood nowhere."""
    return {name: sha for word, sha, name in _kept(repository, file) if word == HEAD}


def _kept(repository: Repository, file: str) -> list[list[str]]:
    """The lines of a kept file: an end or HEAD, a digest or an id, the worktree's name."""
    text = bytes_at(repository.state / file).decode("utf-8", "surrogateescape")
    return [line.split(" ", 2) for line in text.split("\n") if line.count(" ") >= 2]
