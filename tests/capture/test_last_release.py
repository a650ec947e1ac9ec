"""The program of 0.1.0, as this project's history has it, on a ledger of today's."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

import pytest
from ground import git, gitledger, settle
from sessions import ROOT
from twoweeks import Unattended, play

LAST = "fa3e3f0c81a87053d45a0ac8e10e642ab9dc0444"  # the commit before the version became 0.2.0
pytestmark = pytest.mark.slow


class Both(NamedTuple):
    """A clone in which today's program works, one of 0.1.0's, and where that program is."""

    ours: Path
    theirs: Path
    program: Path

    def old(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """0.1.0, in its clone."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "gitledger", *words],
            cwd=self.theirs,
            env={**os.environ, "PYTHONPATH": str(self.program)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Both:
    """A week by itself, caught up and shared by `init --ci` and `sync`, then cloned."""
    words = ["git", "archive", "--format=tar", LAST, "gitledger", "ledgers"]
    kept = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    if kept.returncode:
        pytest.skip("the history of this copy does not reach back to 0.1.0")
    program, server, theirs = (tmp_path / name for name in ("program", "server.git", "theirs"))
    with tarfile.open(fileobj=io.BytesIO(kept.stdout)) as held:
        held.extractall(program, filter="data")
    settle(tmp_path, monkeypatch)
    week = play(Unattended(tmp_path, monkeypatch, by_hand=False))
    for verb in ("catch-up", "init --ci github"):
        assert gitledger(week.path, *verb.split()).code == 0
    git(tmp_path, "init", "-q", "--bare", str(server))
    week.git("remote", "add", "origin", str(server))
    week.git("push", "-q", "--no-verify", "--all", "origin")
    git(tmp_path, "clone", "-q", str(server), str(theirs))
    git(theirs, "branch", "-q", "gitledger/main", "origin/gitledger/main")
    return Both(week.path, theirs, program)


def test_it_verifies_and_reads_what_is_written_today(both: Both) -> None:
    """Intact, and the same numbers of windows and features."""
    assert both.old("--version").stdout.strip().endswith("0.1.0")
    proven = both.old("verify")
    assert (proven.returncode, "intact" in proven.stdout) == (0, True), proven.stdout
    told = both.old("preview")
    assert told.returncode == 0, told.stderr
    providers = gitledger(both.ours, "--json", "preview").json["providers"]
    assert len(providers) == 3
    for one in providers:
        shown = next(line for line in told.stdout.splitlines() if line.startswith(one["provider"]))
        of = one["usable"], one["windows"], one["features"]
        assert shown.split()[1:3] == [f"{of[0]}/{of[1]}", f"{of[2]:g}"], shown


def test_two_versions_share_a_ledger(both: Both) -> None:
    """Rows of both, recorded apart, meet by `sync`; each finds the whole intact."""
    assert both.old("capability", "add", "CAP-90", "--name", "old", "--agent", "b").returncode == 0
    assert gitledger(both.ours, "capability", "add", "CAP-91", "--name", "new").code == 0
    git(both.theirs, "push", "-q", "--no-verify", "origin", "gitledger/main")
    assert gitledger(both.ours, "sync").code == 0
    git(both.theirs, "fetch", "-q", "origin", "gitledger/main:gitledger/main")
    proven = both.old("verify")
    assert (proven.returncode, "intact" in proven.stdout) == (0, True), proven.stdout
    assert gitledger(both.ours, "verify").code == 0
    listed = both.old("capability", "list").stdout
    assert {"CAP-90", "CAP-91"} <= set(listed.split())
