"""Facts that git hooks left behind: one small file each, recorded later, never lost.

A hook may not cost a person time, so it writes a one-line file into `gitledger/spool/` and is
gone. A drain records what stands there and removes each file only after its row is on the branch;
a crash in between repeats the recording, which natural keys make a no-op. One file a fact, because
lines appended to one file can slip in while that file is being put away. What the words of a line
mean is told in `hooks/README.md`.
"""

import fcntl
import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from gitledger.errors import LedgerDamaged
from gitledger.git.code.headposition import is_id
from gitledger.git.files import forget, replace_file, write_refusals
from gitledger.git.repository import Repository
from gitledger.ledger.characters import HIDDEN
from gitledger.ledger.redaction import label
from gitledger.ledger.row import MAX_AGENT

FOLDER = "spool"
REFUSED = "refused"
WHY = "why: "
LONGEST = 1 << 16  # characters of a fact; none of ours has a thousand
BRANCHES = "refs/heads/"
HALF_WRITTEN_SECONDS = 60.0  # a hook writes its line at once; older is of one that was killed


class SpoolFact(NamedTuple):
    """One fact waiting: its file, the tab-separated words of its line, when it was left (Unix).

    `why` says why it was put aside, on a line of its own; "" while it waits.
    """

    path: Path
    words: tuple[str, ...]
    left_at: int = 0
    why: str = ""


def drop(repository: Repository, words: Iterable[str]) -> Path:
    """Leave a fact behind, as the shell hooks do. Raises WriteFailed."""
    folder = repository.state / FOLDER
    line = "\t".join(" ".join(word.split()) for word in words) + "\n"
    path = folder / f"{time.time_ns():020d}-{os.getpid()}"
    with write_refusals(path):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(line, encoding="utf-8")
    return path


@contextmanager
def draining(repository: Repository, patience: float = 0.0) -> Iterator[bool]:
    """Be the only drain; yields False when another one is at work, which then does it all.

    With patience (seconds) that other one is waited for, so that its rows stand afterwards.
    """
    path = repository.state / "drain"
    with write_refusals(path):
        path.parent.mkdir(parents=True, exist_ok=True)  # a clone in which no hook ever ran
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        alone = _lock(descriptor)
        deadline = time.monotonic() + patience
        held = alone
        while not held and time.monotonic() < deadline:
            time.sleep(0.01)
            held = _lock(descriptor)
        yield alone  # not `held`: after a wait the other has recorded what there was
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def waiting(repository: Repository) -> tuple[SpoolFact, ...]:
    """Every fact that waits, oldest first. A file still being written is left for next time.

    Raises LedgerDamaged where the spool cannot be read.
    """
    folder = repository.state / FOLDER
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - the cheap form, on every command's path
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _unreadable(folder, error) from None
    return _facts(folder / name for name in names if name != REFUSED)


def _facts(paths: Iterable[Path]) -> tuple[SpoolFact, ...]:
    return tuple(fact for path in paths if (fact := _read(path)) is not None)


def _read(path: Path) -> SpoolFact | None:
    try:
        seen = path.lstat()
        if not stat.S_ISREG(seen.st_mode):
            return None  # a pipe would hold us up for ever
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            text, left_at = file.read(LONGEST), seen.st_mtime
    except (FileNotFoundError, IsADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error) from None
    if not text.endswith("\n") and time.time() - left_at < HALF_WRITTEN_SECONDS:
        return None
    line, _, why = text.strip("\n").partition("\n")
    return SpoolFact(path, tuple(line.split("\t")), int(left_at), why.removeprefix(WHY))


def _unreadable(path: Path, error: OSError) -> LedgerDamaged:
    if isinstance(error, NotADirectoryError):
        what = f"{path} is a file where hooks of gitledger need a folder"
        return LedgerDamaged(what, "gitledger doctor --fix keeps it and makes the folder")
    hint = "the hooks of gitledger queue commits there: fix it, or move it away"
    return LedgerDamaged(f"{path} cannot be read: {error.strerror}", hint)


def unblock(repository: Repository) -> bool:
    """Make the folder where a file stands; whether one stood there. Raises WriteFailed.

    The file goes into the folder as a fact: a drain reads it, or puts it aside.
    """
    folder = repository.state / FOLDER
    if not folder.is_file():
        return False
    beside = folder.with_name(f"{FOLDER}.{os.getpid()}")
    with write_refusals(folder):
        beside.mkdir()
        folder.rename(beside / f"{time.time_ns():020d}-{os.getpid()}")
        beside.rename(folder)
    return True


def settle(facts: Iterable[SpoolFact]) -> None:
    """Forget facts that are on the branch now."""
    for fact in facts:
        forget(str(fact.path))  # one that cannot be removed is met again, as a known fact


def refuse(repository: Repository, facts: Iterable[tuple[Sequence[str], str, Path | None]]) -> None:
    """Put facts that cannot be recorded aside, each with the reason, for `doctor` to show.

    A fact is its words, the reason, and its file in the spool, where it has one; a file that is no
    fact of ours has no reason and stays as it is. One that lies there already is not put there
    twice. Raises WriteFailed.
    """
    folder = repository.state / FOLDER / REFUSED
    there = {fact.words[:2] for fact in refused_facts(repository)}
    with write_refusals(folder):
        for words, why, path in facts:
            if path is None and tuple(words[:2]) in there:
                continue
            folder.mkdir(parents=True, exist_ok=True)
            if path and not why:
                path.replace(folder / path.name)
                continue
            line = "\t".join(words).encode("utf-8", "surrogateescape")
            # the same fact put aside twice is one file
            name = path.name if path else sha256(line).hexdigest()[:40]
            replace_file(folder / name, line + f"\n{WHY}{' '.join(why.split())}\n".encode())
            if path:
                path.unlink(missing_ok=True)


def refused_facts(repository: Repository) -> tuple[SpoolFact, ...]:
    """Facts that were put aside."""
    folder = repository.state / FOLDER / REFUSED
    return _facts(sorted(folder.glob("*")))


class LeftCommit(NamedTuple):
    """HEAD stood at this commit after a hook: `how` is commit, pick (in a rebase) or merge.

    `ref` is "" when HEAD was detached; `agent` is "" when `AGENT_ID` was not set.
    """

    sha: str
    how: str
    ref: str
    worktree: str
    agent: str
    file: SpoolFact


class LeftRewrite(NamedTuple):
    """A pair that git gave to post-rewrite; `how` is amend or rebase."""

    old: str
    new: str
    how: str
    agent: str
    file: SpoolFact


@dataclass(slots=True)
class Left:
    """All facts of the spool by kind; `unreadable` are no facts that we know."""

    commits: list[LeftCommit] = field(default_factory=list)
    rewrites: list[LeftRewrite] = field(default_factory=list)
    unreadable: list[SpoolFact] = field(default_factory=list)


def left_facts(files: Iterable[SpoolFact]) -> Left:
    """The facts of spooled files, in their order."""
    left = Left()
    for file in files:
        kind, *words = file.words
        if kind in {"commit", "moved"} and len(words) >= 5 and is_id(words[0]):
            left.commits.append(_commit(words, file))
        elif kind == "rewrite" and len(words) >= 5 and all(map(is_id, words[:2])):
            old, new, how, _, *agent = words
            left.rewrites.append(LeftRewrite(old, new, how, _one_line(agent), file))
        else:
            left.unreadable.append(file)
    return left


def _commit(words: Sequence[str], file: SpoolFact) -> LeftCommit:
    sha, how, ref, worktree, *agent = words
    branch = _plain(ref) if ref.startswith(BRANCHES) else ""
    return LeftCommit(sha, how, branch, worktree, _one_line(agent), file)


def _one_line(words: Iterable[str]) -> str:
    return label(" ".join(HIDDEN.sub("", _plain(" ".join(words))).split())[:MAX_AGENT])


def _plain(name: str) -> str:
    """A name that may not have been UTF-8, as text that a row can hold."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
