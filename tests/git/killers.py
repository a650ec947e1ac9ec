"""Writers that are killed: at every step of an append, or at random. Run as a program.

`python killers.py steps DIRECTORY STRIDE` kills an append before every STRIDE-th system call;
`python killers.py random DIRECTORY COUNT` kills a busy writer COUNT times. After every death the
rows are read and compared with what was acknowledged; the exit code says whether all was well.
"""

import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from writers import fsck, kept, opened, put

from gitledger.git import objects

CALLS = ("open", "write", "fsync", "rename", "link", "unlink", "utime", "close", "pwrite")


def die_before(number: int) -> None:
    """Kill this process instead of its `number`-th system call."""
    left = number

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def run(*words: object, **more: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*words, **more)

        return run

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))


def forked(job: Callable[[int], None]) -> tuple[int, int]:
    """Run a job in a child that gets a pipe for its acknowledgements; its id and the pipe."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        job(writing)
        os._exit(0)
    os.close(writing)
    return child, reading


def steps(path: Path, stride: int) -> int:
    """Die before each step of a single append and of a batch; how many deaths there were."""
    deaths, said = 0, []
    for ledger, size in (("notes", 1), ("notes", 3), ("facts", 1)):
        number, alive = 0, False
        column = "name" if ledger == "facts" else "text"
        while not alive:
            number += stride
            rows = [{column: f"{ledger} {size} {number} {n}"} for n in range(size)]

            def job(pipe: int, rows: list[dict[str, str]] = rows, number: int = number) -> None:
                repository = opened(path)
                tell = os.write
                die_before(number)
                put(repository, ledger, rows, rows_per_commit=2)  # noqa: B023 - runs at once
                tell(pipe, b"done")

            child, pipe = forked(job)
            _, status = os.waitpid(child, 0)
            alive = status == 0
            deaths += not alive
            if os.read(pipe, 9):
                said += [row[column] for row in rows]
            os.close(pipe)
            found = kept(opened(path)) + kept(opened(path), "facts")
            assert set(said) <= set(found), f"lost after step {number} of {ledger}"
            assert len(set(found)) == len(found), f"doubled after step {number} of {ledger}"
            if number % (10 * stride) == 0:
                fsck(path)
    fsck(path)
    return deaths


def at_random(path: Path, count: int) -> int:
    """Kill a writer of single rows, batches and packs at random; how many rows it got in."""
    chance = random.Random(7)
    objects.LOOKS = (0.0,)
    for death in range(count):
        size = (1, 1, 30, 120)[death % 4]

        def job(pipe: int, death: int = death, size: int = size) -> None:
            repository = opened(path)
            for number in range(1000):
                rows = [{"text": f"{death} {number} {n}"} for n in range(size)]
                put(repository, "notes", rows, rows_per_commit=40)
                os.write(pipe, b"".join(f"{row['text']}\n".encode() for row in rows))

        before = set(kept(opened(path)))
        child, pipe = forked(job)
        if death % 2 == 0:
            select.select([pipe], [], [], 5)  # a writer in the middle of its work
        time.sleep(chance.uniform(0.0, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(pipe) as acknowledged:
            said = {line.rstrip("\n") for line in acknowledged if line.endswith("\n")}
        found = kept(opened(path))
        assert before | said <= set(found), f"lost at death {death}"
        assert len(set(found)) == len(found), f"doubled at death {death}"
        fsck(path)
    return len(kept(opened(path)))


if __name__ == "__main__":
    place = Path(sys.argv[2])
    run = {"steps": steps, "random": at_random}[sys.argv[1]]
    print(run(place, int(sys.argv[3])))
