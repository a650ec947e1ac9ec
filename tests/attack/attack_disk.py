"""Disks that are full, read-only or failing.

A trial: a verb meets a system call that is refused, at any place of its work, once or from then
on; or files that may not grow beyond some bytes. Right: exit 0 or a sentence (3), the branch at its
old tip or the new one, rows acknowledged there, once; the next command, on a sound disk, works.
`--full`: 1,000 refusals and 300 limits.
"""

import errno
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from figures import Budget, Figure, attack
from trials import ended, forked, fresh, git, lost_or_doubled, place, run, values, verb

FULL = {"calls": 1000, "limits": 300}
CALLS = ("open", "write", "fsync", "rename", "replace", "link", "unlink", "mkdir", "pwrite")
REASONS = (errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES, errno.EDQUOT)
KINDS = (
    ("append", "capabilities", "capability={name}", "name=x"),
    ("hooks", "run"),
    ("hooks", "install"),
    ("doctor", "--fix"),
    ("verify",),
    ("preview",),
    ("export", "capabilities"),
)


def failing(path: Path, number: int, reason: int, *, onward: bool) -> None:
    """Refuse the `number`-th system call on files below a path, or every one from it on."""
    left = number
    below = os.fspath(path)

    def refused(call: Callable[..., object]) -> Callable[..., object]:
        def run_(where: object, *words: object, **more: object) -> object:
            nonlocal left
            mine = isinstance(where, int) or os.fsdecode(where).startswith(below)  # type: ignore[arg-type]
            flags = words[0] if call.__name__ == "open" and words else os.O_CREAT
            if mine and isinstance(flags, int) and flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
                left -= 1
                if left == 0 or (onward and left < 0):
                    raise OSError(reason, os.strerror(reason), where if mine else None)
            return call(where, *words, **more)

        return run_

    for name in CALLS:
        setattr(os, name, refused(getattr(os, name)))


def limited(size: int) -> None:
    """No file may grow beyond some bytes, as on a disk that has no more."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def disks(allowed: Budget) -> Iterator[Figure]:
    """Refused calls, then limits."""
    with place() as folder:
        path = fresh(folder, "ledger")
        verb(path, "init")
        state = State(path)
        yield calls(allowed, state)
        yield limits(allowed, state)


class State:
    """A ledger under attack; guards that whatever was acknowledged stays known."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.said = {"first"}
        verb(path, "append", "capabilities", "capability=first", "name=x")

    def tried(self, name: str, words: tuple[str, ...], spoil: Callable[[], None]) -> str:
        """One verb on a spoiled disk, one on a sound one; what was wrong, "" where nothing was."""
        given = [word.format(name=name) for word in words]

        def work() -> int:
            spoil()
            return run(["-C", str(self.path), *given])

        before = git(self.path, "rev-parse", "gitledger/main")
        code = ended(forked(work))
        if code == 0 and words[0] == "append":
            self.said.add(name)
        tip = git(self.path, "rev-parse", "gitledger/main")
        grew = git(self.path, "merge-base", before, tip) == before
        after = verb(self.path, "append", "capabilities", f"capability={name}-after", "name=x")
        self.said.add(f"{name}-after")
        wrong = lost_or_doubled(values(self.path, "capabilities", "capability"), self.said)
        right = code in {0, 1, 3} and after == 0 and grew and not wrong
        return "" if right else f"{given}: {code}, then {after} {wrong}"


def calls(allowed: Budget, state: State) -> Figure:
    """System calls that are refused."""
    figure = Figure("system calls refused: full, read-only, failing", floor=10)
    dice = allowed.dice("calls")
    while allowed.more(figure, FULL["calls"], 0.7):
        words, reason = dice.choice(KINDS), dice.choice(REASONS)
        number, onward = dice.randint(1, 30), dice.random() < 0.5

        def spoil(number: int = number, reason: int = reason, onward: bool = onward) -> None:
            failing(state.path, number, reason, onward=onward)

        wrong = state.tried(f"c{figure.tried}", words, spoil)
        told = f"call {number}{'+' * onward} {errno.errorcode[reason]} {wrong}"
        figure.count(not wrong, told)
    return figure


def limits(allowed: Budget, state: State) -> Figure:
    """Files that may not grow: libgit2, SQLite and the git program meet it too."""
    figure = Figure("sizes beyond which no file may grow", floor=5)
    dice = allowed.dice("limits")
    while allowed.more(figure, FULL["limits"]):
        size, words = int(2 ** dice.uniform(0, 16)), dice.choice(KINDS)
        wrong = state.tried(f"l{figure.tried}", words, lambda size=size: limited(size))  # type: ignore[misc]
        figure.count(not wrong, f"{size} bytes {wrong}")
    return figure


if __name__ == "__main__":
    sys.exit(attack(disks))
