"""Long lists of commits through `git diff-tree --stdin`, in several processes, read in order.

May import errors and ledger only. Each batch of (commit, parent) pairs ends with a marker line,
which diff-tree echoes. The list waits in a file and the output in a wide pipe, so that git works
on while Python parses. Batches go round the processes in turn and come back in the same order.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, TypeAlias

from gitledger.errors import GitFailed
from gitledger.git.plumbing import Plumbing, one_a_line

if TYPE_CHECKING:
    from gitledger.git.program import Running

Pairs: TypeAlias = list[tuple[str, str]]
Feed: TypeAlias = Iterator[tuple[Pairs, bytes]]
WIDE = 1 << 20  # bytes in a pipe: what an ordinary user of Linux may have


@contextmanager
def feeding(
    git: Plumbing, words: Sequence[str], batches: Iterable[Pairs], processes: int
) -> Iterator[Feed]:
    """Batches with what git printed for each; the processes end with the block."""
    work = list(batches)
    shares = [work[i::processes] for i in range(processes)]
    running = [_FeedReader(git, words, share) for share in shares if share]
    try:
        yield _in_turn(running, work)
    finally:
        for reader in running:
            reader.end()


def pair_lines(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Commits, each with what it is compared with ("": nothing), as `diff-tree` reads them."""
    return one_a_line(f"{sha} {parent}".rstrip() for sha, parent in pairs)


def told_of(told: bytes, at: int, sha: str) -> int:
    """Where begins what git told of a commit, whose id it tells at `at`. Raises GitFailed."""
    if not told.startswith(f"{sha}\0".encode("ascii"), at):
        raise GitFailed(f"git diff-tree lost its place at {sha}", "report this history")
    return at + len(sha) + 1


def _in_turn(running: Sequence["_FeedReader"], work: Sequence[Pairs]) -> Feed:
    for number, pairs in enumerate(work):
        yield pairs, running[number % len(running)].take()


def pipes(process: "Running") -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """The three pipes of a process that was started with all of them."""
    if process.stdin is None:
        raise GitFailed("git was started without its pipes", "report this as a bug")
    return process.stdin, *outputs(process)


def outputs(process: "Running") -> tuple[IO[bytes], IO[bytes]]:
    """The two pipes that a process prints to."""
    if process.stdout is None or process.stderr is None:
        raise GitFailed("git was started without its pipes", "report this as a bug")
    return process.stdout, process.stderr


class _FeedReader:
    """One git process; guards that what it prints is cut exactly at the batches it was given."""

    def __init__(self, git: Plumbing, words: Sequence[str], batches: Sequence[Pairs]) -> None:
        self._git, self._words = git, words
        name = os.urandom(16).hex()  # no commit's text can hold the mark that ends a batch
        self._marker = f"batch {name}\n".encode("ascii")
        self._buffer = bytearray()
        with (git.empty / name).open("w+b") as asked:
            for pairs in batches:
                asked.write(pair_lines(pairs) + self._marker)
            asked.seek(0)
            self._process = git.start(*words, stdin=asked)
        self._from, self._complaints = outputs(self._process)
        widen(self._from)

    def take(self) -> bytes:
        """What git printed for the next batch; a refusal when it stopped before the end of it."""
        buffer, searched = self._buffer, 0
        while (at := buffer.find(self._marker, searched)) < 0:
            searched = max(0, len(buffer) - len(self._marker))  # the mark may come in two pieces
            piece = os.read(self._from.fileno(), WIDE)
            if not piece:
                complaint = self._complaints.read().decode("utf-8", "replace")
                raise self._git.refusal(self._words, complaint)
            buffer += piece
        told = bytes(buffer[:at])
        del buffer[: at + len(self._marker)]
        return told

    def end(self) -> None:
        """Stop git, whether or not everything was taken."""
        self._process.kill()
        for pipe in (self._from, self._complaints):
            pipe.close()
        self._process.wait()


def widen(pipe: IO[bytes]) -> None:
    """Let git run on further than the 64 KB of an ordinary pipe, where the system can."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # EPERM beyond pipe-user-pages-soft, see pipe(7): slower then
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, WIDE)
