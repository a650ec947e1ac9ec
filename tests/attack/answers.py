"""A verb in a fork whose output is kept, fed from bytes, held to a time and to memory."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from trials import ANSWERS, ROOT, ended, forked, git

from gitledger.cli.main import run

SECONDS = 20
MEMORY = 3 << 30
USAGE = 2
KEPT = ROOT / "answer"
GIVEN = ROOT / "given"


class Said(NamedTuple):
    """Exit code (negative: the signal that ended it), output of both kinds as bytes."""

    code: int
    out: bytes
    err: bytes

    @property
    def sentence(self) -> bool:
        """Whether it is an answer or a sentence: no traceback, no signal, no time-out."""
        return self.code in ANSWERS | {USAGE} and b"Traceback" not in self.err


def asked(path: Path, *words: str, given: bytes = b"") -> Said:
    """Ask the program in a folder, as a person would in a pipe."""
    GIVEN.write_bytes(given)

    def job() -> int:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(SECONDS)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(GIVEN, os.O_RDONLY), 0)
        os.dup2(os.open(f"{KEPT}.out", flags), 1)
        os.dup2(os.open(f"{KEPT}.err", flags), 2)
        code = run(["-C", os.fspath(path), *words])
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return code

    code = ended(forked(job))
    return Said(code, Path(f"{KEPT}.out").read_bytes(), Path(f"{KEPT}.err").read_bytes())


def contents(path: Path, branch: str = "gitledger/main") -> bytes:
    """The bytes of every object of the ledger branch's history, one after the other."""
    listed = git(path, "rev-list", "--objects", branch)
    ids = "\n".join(line.split()[0] for line in listed.splitlines())
    words = ["git", "-C", os.fspath(path), "cat-file", "--batch"]
    return subprocess.run(words, input=ids.encode(), capture_output=True, check=True).stdout
