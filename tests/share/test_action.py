"""The action and the workflows: what may run, with which rights, and the script that they start."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ground import git, gitledger
from ruamel.yaml import YAML
from share.proposals import BRANCH, capability, keep, text_at

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging/action/run.sh"
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}\Z")
PLACEHOLDER = "OWNER/REPOSITORY@COMMIT"  # where the docs cannot know the place
FILES = [
    ROOT / "action.yml",
    *sorted((ROOT / ".github/workflows").glob("*.yml")),
    ROOT / "ledgers/defaults/github.yml",
]


def texts() -> Iterator[tuple[str, str]]:
    """Every YAML of ours that a forge of GitHub's kind runs, the docs' among them."""
    for path in FILES:
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    docs = (ROOT / "docs/how-to/pull-requests.md").read_text(encoding="utf-8")
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", docs, re.DOTALL)):
        if "uses:" in block or "runs-on:" in block:
            yield f"docs/how-to/pull-requests.md {number}", block


def loaded(text: str) -> Any:
    """YAML as plain values."""
    return YAML(typ="safe", pure=True).load(text)


def nodes(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with the key that it stands under."""
    yield key, value
    if isinstance(value, dict):
        for name, item in value.items():
            yield from nodes(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from nodes(item, key)


@pytest.mark.parametrize(("name", "text"), [*texts()])
def test_nothing_of_an_event_meets_a_shell(name: str, text: str) -> None:
    """No expression inside `run`, no event that runs a stranger's code with our rights."""
    found = dict.fromkeys(("run", "uses"), 0)
    for key, value in nodes(loaded(text)):
        assert key != "pull_request_target", name
        if key == "run":
            found["run"] += 1
            assert "${{" not in value, name
        if key == "uses":
            found["uses"] += 1
            assert PINNED.match(value) or value in {"./", PLACEHOLDER}, (name, value)
    assert sum(found.values()) > 0
    assert "pull_request_target" not in text


@pytest.mark.parametrize(("name", "text"), [*texts()])
def test_checkouts_keep_no_token_and_have_the_history(name: str, text: str) -> None:
    """`persist-credentials: false` and the whole history, wherever something is checked out."""
    for _, step in nodes(loaded(text)):
        if isinstance(step, dict) and str(step.get("uses", "")).startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False, name
            assert step["with"]["fetch-depth"] == 0, name


@pytest.mark.parametrize(("name", "text"), [p for p in texts() if "jobs:" in p[1]])
def test_rights_are_stated_and_small(name: str, text: str) -> None:
    """Nothing by default; a job that comments may write pull requests and nothing else."""
    content = loaded(text)
    assert content["permissions"] in ({}, {"contents": "read"}), name
    for job in content["jobs"].values():
        rights = job.get("permissions", {})
        assert {key for key, right in rights.items() if right == "write"} <= {"pull-requests"}


def test_the_summary_is_written_whatever_the_gate_says() -> None:
    """The last step of the action, and of the ledger's workflow, runs always."""
    steps = loaded((ROOT / "action.yml").read_text())["runs"]["steps"]
    assert (steps[-1]["if"], "publish" in steps[-1]["run"]) == ("always()", True)
    jobs = loaded((ROOT / "ledgers/defaults/github.yml").read_text())["jobs"]
    assert jobs["review"]["steps"][-1]["if"] == "always()"


def test_every_input_is_handed_on() -> None:
    """An input that no step takes would be a switch without a wire."""
    text = (ROOT / "action.yml").read_text()
    for name in loaded(text)["inputs"]:
        assert f"inputs.{name} }}}}" in text
    taken = set(re.findall(r"GITLEDGER_[A-Z]+", SCRIPT.read_text()))
    assert set(re.findall(r"GITLEDGER_[A-Z]+", text)) <= taken


@pytest.mark.skipif(shutil.which("bash") is None, reason="the script is bash")
def test_the_script_reviews_and_publishes(ledger_dir: Path, tmp_path: Path) -> None:
    """As the action runs it: everything by variables, red by the gate, the summary beside it."""
    base = keep(ledger_dir)
    capability(ledger_dir, "c1")
    temp = tmp_path / "runner"
    program = temp / "gitledger/bin/gitledger"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m gitledger "$@"\n')
    program.chmod(0o755)
    summary = tmp_path / "summary.md"
    told = {"RUNNER_TEMP": str(temp), "GITLEDGER_BASE": base, "GITLEDGER_HEAD": BRANCH,
            "GITHUB_STEP_SUMMARY": str(summary), "PYTHONPATH": str(ROOT)}  # fmt: skip
    for step in ("review", "publish"):
        words = ["bash", str(SCRIPT), step]
        done = subprocess.run(
            words, cwd=ledger_dir, env=os.environ | told, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert "### Ledger: +1 row" in summary.read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("bash") is None, reason="the script is bash")
@pytest.mark.parametrize("version", ["0.2.0 --index-url=x", "$(touch x)", "../x"])
def test_a_version_is_a_version(tmp_path: Path, version: str) -> None:
    """Anything else is refused before pip sees it."""
    told = {"RUNNER_TEMP": str(tmp_path), "GITLEDGER_VERSION": version}
    words = ["bash", str(SCRIPT), "install"]
    done = subprocess.run(
        words, cwd=tmp_path, env=os.environ | told, capture_output=True, check=False
    )
    assert (done.returncode, [*tmp_path.iterdir()]) == (2, [])


def test_init_puts_the_workflow_on_the_ledger_once(ledger_dir: Path) -> None:
    """A pinned version, on the ledger branch alone; again nothing; another one's text is kept."""
    from gitledger import __version__

    first = gitledger(ledger_dir, "--json", "init", "--no-hooks", "--ci", "github")
    assert (first.code, first.json["ci"]["done"]) == (0, "added")
    text = text_at(ledger_dir, ".github/workflows/gitledger.yml")
    assert f"git-ledger=={__version__}" in text
    loaded(text)
    assert not (ledger_dir / ".github").exists()
    tip = git(ledger_dir, "rev-parse", BRANCH)
    again = gitledger(ledger_dir, "--json", "init", "--no-hooks", "--ci", "github")
    assert again.json["ci"]["done"] == "already"
    assert git(ledger_dir, "rev-parse", BRANCH) == tip
    assert gitledger(ledger_dir, "verify").code == 0
