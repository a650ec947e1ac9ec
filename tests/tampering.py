"""A ledger to tamper with, and the hands to do it: commits built by git's plumbing."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from frozen import played_once
from ground import git

from gitledger.book.world import World
from gitledger.commands.append import append
from gitledger.commands.init import init
from gitledger.commands.ledger import ledger_add
from gitledger.commands.verify import verify
from gitledger.errors import EXIT_YES

BRANCH = "gitledger/main"
REF = f"refs/heads/{BRANCH}"
TRIALS = """gitledger: 1
ledger: trials
title: A trial
key: [run]
columns:
  run:    {type: text, required: true}
  result: {type: text, required: true, enum: [pass, fail]}
  notes:  {type: text}
"""
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Ledger:
    """A repository with a ledger, and the ways a test looks at it and spoils it."""

    path: Path

    def world(self, minutes: int = 0) -> World:
        """The world of a command here, some minutes after noon."""
        return World(self.path, NOW + timedelta(minutes=minutes), dict(os.environ))

    def add(self, run: str, minutes: int = 0) -> str:
        """Record a trial; its row id."""
        done = append(self.world(minutes), "trials", [f"run={run}", "result=pass"])
        return str(done.payload["row"])

    def verify(self) -> Mapping[str, Any]:
        """What `verify` answers; its exit code agrees with `intact`."""
        result = verify(self.world(600))
        assert result.payload["intact"] is (result.exit_code == EXIT_YES)
        return json.loads(result.json())

    def codes(self) -> set[str]:
        """The codes of all findings."""
        return {finding["code"] for finding in self.verify()["findings"]}

    def finding(self, code: str) -> Mapping[str, str]:
        """The one finding of a code."""
        found = [f for f in self.verify()["findings"] if f["code"] == code]
        assert len(found) == 1, self.verify()["findings"]
        return found[0]

    def git(self, *words: str, **environment: str) -> str:
        """Run git here; its answer without the last line end."""
        return git(self.path, *words, **environment).rstrip("\n")

    @property
    def tip(self) -> str:
        """The branch's commit."""
        return self.git("rev-parse", REF)

    def path_of(self, row: str) -> str:
        """The path of a row at the tip."""
        names = self.git("ls-tree", "-r", "--name-only", REF).splitlines()
        return next(name for name in names if row in name)

    def content(self, path: str) -> bytes:
        """The bytes of a path at the tip."""
        return git(self.path, "cat-file", "blob", f"{REF}:{path}").encode()

    def blob(self, data: bytes) -> str:
        """Store bytes as a blob."""
        words = ["git", "hash-object", "-w", "--stdin"]
        return subprocess.run(
            words, cwd=self.path, input=data, check=True, capture_output=True
        ).stdout.decode()[:40]

    def spoil(
        self,
        files: Mapping[str, bytes | None],
        *,
        mode: str = "100644",
        message: str = "by hand",
        parents: Sequence[str] | None = None,
        base: str = REF,
    ) -> str:
        """Move the branch to a commit with files written or (None) removed; its id."""
        index = {"GIT_INDEX_FILE": str(self.path / ".git" / "spoiled-index")}
        (self.path / ".git" / "spoiled-index").unlink(missing_ok=True)
        if base:
            self.git("read-tree", base, **index)
        for name, data in files.items():
            if data is None:
                self.git("rm", "-q", "--cached", name, **index)
            else:
                entry = f"{mode},{self.blob(data)},{name}"
                self.git("update-index", "--add", "--cacheinfo", entry, **index)
        tree = self.git("write-tree", **index)
        above = [self.tip] if parents is None else parents
        links = [word for parent in above for word in ("-p", parent)]
        commit = self.git("commit-tree", *links, "-m", message, tree)
        self.git("update-ref", REF, commit)
        return commit


def make_ledger(path: Path) -> Ledger:
    """A ledger `trials` with the rows one, two and three."""
    (path.parent / "trials.yaml").write_text(TRIALS)
    _begin(path)
    return Ledger(path)


@played_once
def _begin(path: Path) -> None:
    ledger = Ledger(path)
    init(ledger.world())
    ledger_add(ledger.world(), str(path.parent / "trials.yaml"))
    for minute, run in enumerate(("one", "two", "three")):
        ledger.add(run, minute)
