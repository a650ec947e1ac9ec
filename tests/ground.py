"""What the tests stand on: git and the program itself, run as a person would."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from gitledger.cli.main import run

# `git -c ...`: a command that runs no hook, neither of the folder nor of the configuration
EVENTS = ("commit", "rewrite", "merge", "checkout")
DISABLED = [f"hook.gitledger-post-{event}.enabled=false" for event in EVENTS]
NO_HOOKS = tuple(word for off in ("core.hooksPath=/dev/null", *DISABLED) for word in ("-c", off))


def git(
    cwd: Path, *words: str, check: bool = True, stdin: str | None = None, **environment: str
) -> str:
    """Run the git program in `cwd` and return what it printed; fail loudly when it fails."""
    done = subprocess.run(
        ["git", *words],
        cwd=cwd,
        env=os.environ | environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"git {' '.join(words)}: {done.stderr}")
    return done.stdout


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the JSON object that it must be."""
        return json.loads(self.out)


def gitledger(directory: Path, *words: str, stdin: str | None = None) -> Answer:
    """Run the program in this process, as a person would in `directory`."""
    runner = CliRunner()
    with runner.isolation(input=stdin) as streams:
        if stdin is None:
            sys.stdin.isatty = lambda: True  # type: ignore[method-assign]
        code = run(["-C", str(directory), *words])
        out, err = streams[0].getvalue().decode(), streams[1].getvalue().decode()
    return Answer(code, out, err)
