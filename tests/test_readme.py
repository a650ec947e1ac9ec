"""README's sessions are typed into a real shell, and what comes out is what it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ground import git

from gitledger.cli.main import VERBS

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
# what no two runs share: ids, and the moment of the run
VARIES = (
    (re.compile(r"\b[0-9a-f]{12,40}\b"), "#"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "<now>"),
    (re.compile(r"\d{8}T\d{6}Z"), "<now>"),
    # a range matures 14 days after the commit of the session
    (re.compile(r"^  14 days .*$", re.MULTILINE), "  14 days <open or mature>"),
    (re.compile(r"(churn +measured: codex, net \+3).*"), r"\1"),
)
TABLE = "import csv\n\n\ndef read(text):\n    return list(csv.reader(text))\n"

SESSION = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "GIT_AUTHOR_DATE": "2026-11-23T11:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-23T11:00:00Z",
}


def sessions() -> list[str]:
    """The console blocks of the README."""
    return BLOCK.findall(README.read_text(encoding="utf-8"))


def steps(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with what it is shown to print."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        else:
            command, shown = found[-1]
            found[-1] = (command, shown + line + "\n")
    return found


def played(block: str, directory: Path) -> str:
    """The block with what its commands print now; `cat FILE` defines the file that it shows."""
    text = ""
    for command, shown in steps(block):
        if command.startswith("cat "):
            (directory / command[4:]).write_text(shown, encoding="utf-8")
        if command.startswith("git commit"):
            (directory / "table.py").write_text(TABLE, encoding="utf-8")
        done = subprocess.run(  # noqa: S602 - a session is what a person types into a shell
            command,
            shell=True,
            cwd=directory,
            env=os.environ | SESSION,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        text += f"$ {command}\n{done.stdout}"
    return text


def steady(text: str) -> str:
    """Text without what no two runs share."""
    for pattern, stands_for in VARIES:
        text = pattern.sub(stands_for, text)
    return text


def test_readme_sessions_are_real(repo_dir: Path, pytestconfig: pytest.Config) -> None:
    """Each command prints what the README says; `--update-golden` writes it anew."""
    (repo_dir / "table.py").write_text("def read(text):\n    return text\n", encoding="utf-8")
    git(repo_dir, "add", "table.py")
    git(repo_dir, "commit", "-q", "-m", "start")
    text = README.read_text(encoding="utf-8")
    for block in sessions():
        now = played(block, repo_dir)
        if pytestconfig.getoption("--update-golden"):
            text = text.replace(block, now)
        else:
            assert steady(now) == steady(block)
    README.write_text(text, encoding="utf-8")


def test_readme_names_every_command() -> None:
    """No command is left out of the README, and none is made up."""
    text = README.read_text(encoding="utf-8")
    tables = re.findall(r"^\| [A-Z]\w+ \| (.*) \|$", text, re.MULTILINE)
    listed = {verb for row in tables for verb in re.findall(r"`([a-z-]+)`", row)}
    assert listed == {verb for verb, (_, group, _) in VERBS.items() if group}


@pytest.mark.slow
def test_readme_shows_the_week_of_the_demo() -> None:
    """The first capture is what `make demo` prints."""
    words = [sys.executable, "-m", "gitledger.demo.tell"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    first = re.search(r"```\n(\$ gitledger preview\n.*?)```", README.read_text(), re.DOTALL)
    assert first is not None
    assert first[1].strip() in done.stdout


def test_readme_links_lead_somewhere() -> None:
    """Every file that the README points to is there."""
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []
