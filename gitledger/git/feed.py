"""Long lists of commits through `git diff-tree --stdin`, in several processes, read in order.

May import errors and ledger only. Each batch of (commit, parent) pairs ends with a marker line,
which diff-tree echoes; a thread for each process keeps its pipe empty, so that git works on
while Python parses. Batches go round the processes in turn and come back in the same order.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from queue import Queue
from subprocess import Popen
from threading import Thread
from typing import IO, TypeAlias

from gitledger.errors import GitFailed
from gitledger.git.plumbing import Plumbing

Pairs: TypeAlias = list[tuple[str, str]]
Feed: TypeAlias = Iterator[tuple[Pairs, bytes]]
AHEAD = 3
CHUNK = 1 << 18


@contextmanager
def feeding(
    git: Plumbing, words: Sequence[str], batches: Iterable[Pairs], processes: int
) -> Iterator[Feed]:
    """Batches with what git printed for each; the processes end with the block."""
    work = list(batches)
    shares = [work[i::processes] for i in range(processes)]
    running = [_Reader(git, words, share) for share in shares if share]
    try:
        yield _in_turn(running, work)
    finally:
        for reader in running:
            reader.end()


def _in_turn(running: Sequence["_Reader"], work: Sequence[Pairs]) -> Feed:
    for number, pairs in enumerate(work):
        yield pairs, running[number % len(running)].take()


def pipes(process: Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """The three pipes of a process that was started with all of them."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise GitFailed("git was started without its pipes", "report this as a bug")
    return process.stdin, process.stdout, process.stderr


class _Reader:
    """One git process; guards that what it prints is cut exactly at the batches it was given."""

    def __init__(self, git: Plumbing, words: Sequence[str], batches: Sequence[Pairs]) -> None:
        self._git, self._words = git, words
        self._marker = f"batch {os.urandom(16).hex()}\n".encode("ascii")
        self._told: Queue[bytes | None] = Queue(maxsize=AHEAD)
        self._ended = False
        self._process = git.start(*words)
        self._into, self._from, self._complaints = pipes(self._process)
        self._threads = (
            Thread(target=self._write, args=(batches,), daemon=True),
            Thread(target=self._read, daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def take(self) -> bytes:
        """What git printed for the next batch; a refusal when it stopped before the end of it."""
        told = self._told.get()
        if told is None:
            complaint = self._complaints.read().decode("utf-8", "replace")
            raise self._git.refusal(self._words, complaint)
        return told

    def end(self) -> None:
        """Stop git and both threads, whether or not everything was taken."""
        self._ended = True
        self._process.kill()
        for thread in self._threads:
            while thread.is_alive():
                while not self._told.empty():
                    self._told.get()
                thread.join(0.01)
        for pipe in (self._from, self._complaints):
            pipe.close()
        self._process.wait()

    def _write(self, batches: Sequence[Pairs]) -> None:
        try:
            for pairs in batches:
                lines = "".join(f"{sha} {parent}".rstrip() + "\n" for sha, parent in pairs)
                self._into.write(lines.encode("ascii") + self._marker)
                self._into.flush()
            self._into.close()
        except (BrokenPipeError, ValueError):
            return  # git ended; the reading side says why

    def _read(self) -> None:
        buffer, searched = bytearray(), 0
        while piece := os.read(self._from.fileno(), CHUNK):
            buffer += piece
            while (at := buffer.find(self._marker, searched)) >= 0:
                self._told.put(bytes(buffer[:at]))
                del buffer[: at + len(self._marker)]
                searched = 0
            searched = max(0, len(buffer) - len(self._marker))
        self._told.put(None)
