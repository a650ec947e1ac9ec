"""Pages of documentation, typed into a real shell: what comes out is what the page shows.

A page's blocks are played in order, in one repository, at a clock that stands still:

- ```console: each line after `$ ` is typed, what follows it is what it prints. `$ cat FILE` writes
  the file that it shows. No command may end as one that was mistyped (2) or as a bug (70).
- ```sh: typed as one script, which must end with 0.

Comments, which no reader sees, say the rest, before the block they are about:
`<!-- not run: REASON -->`, `<!-- clock: 2026-11-23T11:30Z -->`, and `<!-- beforehand`, lines of
shell, `-->` for what a reader has done already.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PART = re.compile(
    r"<!-- not run: (?P<reason>[^\n]+?) -->"
    r"|<!-- clock: (?P<clock>\S+) -->"
    r"|<!-- beforehand\n(?P<beforehand>.*?)-->"
    r"|^(?P<indent> *)```(?P<kind>console|sh)\n(?P<body>.*?)^(?P=indent)```",
    re.DOTALL | re.MULTILINE,
)
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TICK = timedelta(seconds=20)  # between two commands
FOLDER = "~/table"  # what a page calls the folder that it is played in
MISTYPED = {2, 70, 126, 127}
# ids hang on the version of the program, and on which process recorded a commit
IDS = re.compile(
    r"\b[0-9a-f]{6,64}\b|(?<=gitledger )\d\S+|(?<=genai-prices )\d\S+|\d[\d,]*(?= bytes\b)"
)
# `gitledger` at a clock that stands where the session says, in hooks as well
PROGRAM = """\
#!{python}
import datetime, os, sys


class Still(type(datetime.datetime)):
    def __instancecheck__(cls, value):
        return isinstance(value, REAL)


REAL = datetime.datetime


class Clock(REAL, metaclass=Still):
    @classmethod
    def now(cls, tz=None):
        return cls.fromisoformat(os.environ["SESSION_CLOCK"]).astimezone(tz)


datetime.datetime = Clock
sys.path.insert(0, {root!r})
from gitledger.__main__ import main

main()
"""


@dataclass(frozen=True, slots=True)
class Block:
    """Commands of a page: where their text stands, and what goes before them."""

    kind: str
    body: str
    span: tuple[int, int]
    reason: str = ""  # why it is not run
    clock: str = ""
    beforehand: tuple[str, ...] = ()


def blocks(text: str) -> Iterator[Block]:
    """The command blocks of a page, in order, each with the comments before it."""
    reason, clock, beforehand = "", "", ()
    for part in PART.finditer(text):
        if part["kind"] is None:
            reason = part["reason"] or reason
            clock = part["clock"] or clock
            beforehand += (part["beforehand"],) if part["beforehand"] else ()
            continue
        yield Block(part["kind"], part["body"], part.span("body"), reason, clock, beforehand)
        reason, clock, beforehand = "", "", ()


def steps(body: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it is shown to print."""
    found: list[tuple[str, str]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        else:
            command, shown = found[-1]
            found[-1] = (command, shown + line + "\n")
    return found


def steady(text: str) -> str:
    """Text without what no two versions of the program share."""
    return IDS.sub("#", text)


class Session:
    """One shell in one folder, with `gitledger` in its path and a clock that stands still."""

    def __init__(self, directory: Path, programs: Path) -> None:
        programs.mkdir(exist_ok=True)
        for name in ("gitledger", "git-ledger"):
            path = programs / name
            path.write_text(PROGRAM.format(python=sys.executable, root=str(ROOT)))
            path.chmod(0o755)
        self.directory = directory
        self.path = f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.now = START

    def typed(self, command: str) -> tuple[int, str]:
        """The exit code of a command, and all that it prints."""
        self.now += TICK
        stamp = self.now.isoformat()
        own = {"PATH": self.path, "SESSION_CLOCK": stamp, "COLUMNS": "80", "NO_COLOR": "1"}
        dates = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
        done = subprocess.run(
            ["bash", "-ec", command],
            cwd=self.directory,
            env=os.environ | own | dates,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def played(self, block: Block) -> str:
        """The block with what its commands print now. Fails where one of them cannot be right."""
        if block.clock:
            self.now = datetime.fromisoformat(block.clock)
        for script in block.beforehand:
            code, said = self.typed(script)
            assert code == 0, f"beforehand:\n{script}\n{said}"
        if block.kind == "sh":
            code, said = self.typed(block.body)
            assert code == 0, f"exit {code}:\n{block.body}\n{said}"
            return block.body
        return "".join(self.shown(*step) for step in steps(block.body))

    def shown(self, command: str, shown: str) -> str:
        """One command and its output; `cat FILE` writes the file first."""
        if command.startswith("cat "):
            (self.directory / command[4:]).write_text(shown, encoding="utf-8")
        code, said = self.typed(command)
        assert code not in MISTYPED, f"exit {code}: {command}\n{said}"
        if said and not said.endswith("\n"):
            said += "\n"
        said = said.replace(str(self.directory), FOLDER).replace(os.environ["HOME"], "~")
        return f"$ {command}\n{said}"


def replayed(page: Path, session: Session) -> tuple[str, str]:
    """A page's text, and the same with what its commands print now."""
    text = page.read_text(encoding="utf-8")
    now, done = "", 0
    for block in blocks(text):
        if block.reason:
            continue
        begin, end = block.span
        now += text[done:begin] + session.played(block)
        done = end
    return text, now + text[done:]
