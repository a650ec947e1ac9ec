"""What the tests stand on: git and the program itself, run as a person would."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygit2
import pytest
from click.testing import CliRunner

from gitledger.cli.main import run

# `git -c ...`: a command that runs no hook, neither of the folder nor of the configuration
EVENTS = ("commit", "rewrite", "merge", "checkout")
DISABLED = [f"hook.gitledger-post-{event}.enabled=false" for event in EVENTS]
NO_HOOKS = tuple(word for off in ("core.hooksPath=/dev/null", *DISABLED) for word in ("-c", off))
IDENTITY = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"} | {
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}
SCOPES = (
    pygit2.enums.ConfigLevel.GLOBAL,
    pygit2.enums.ConfigLevel.XDG,
    pygit2.enums.ConfigLevel.SYSTEM,
    pygit2.enums.ConfigLevel.PROGRAMDATA,
)


def settle(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """From now on git and libgit2 see that empty home, a fixed identity and UTC; returns it."""
    for name in [n for n in os.environ if n.startswith(("GIT_", "GITLEDGER_", "XDG_"))]:
        monkeypatch.delenv(name)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    for name in ("AGENT_ID", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("TZ", "UTC")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = trunk\n"
        # a power cut is no part of a test, but of those that ask for it
        "[core]\n\tfsync = none\n[gitledger]\n\tfsync = false\n"
    )
    for scope in SCOPES:
        pygit2.settings.search_path[scope] = str(home)
    return home


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
