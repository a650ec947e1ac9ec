"""What README says of itself: every command, every link, and the answer on its first screen."""

import json
import re
import sys
from pathlib import Path

import pytest
from sessions import Session

from gitledger.cli.main import VERBS

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def test_readme_names_every_command() -> None:
    """No command is left out of the README, and none is made up."""
    text = README.read_text(encoding="utf-8")
    tables = re.findall(r"^\| [A-Z]\w+ \| (.*) \|$", text, re.MULTILINE)
    listed = {verb for row in tables for verb in re.findall(r"`([a-z-]+)`", row)}
    assert listed == {verb for verb, (_, group, _) in VERBS.items() if group}


@pytest.mark.slow
def test_readme_answers_with_the_week_of_the_demo(tmp_path: Path) -> None:
    """The sentence and the picture below it are those of the week that `make demo` plays."""
    sys.path.append(str(ROOT / "tests" / "docs"))
    from pictures import done, week

    (tmp_path / "project").mkdir()
    session = Session(tmp_path / "project", tmp_path / "programs")
    week(session)
    answer = json.loads(done(session, "gitledger preview --json"))
    codex = next(each for each in answer["providers"] if each["provider"] == "codex")
    buys, lasts = codex["efficiency"]["value"], codex["lasting_per_pp"]["value"]
    text = README.read_text(encoding="utf-8")
    assert f"Codex: 1 % of a week buys {buys:.2f} features, {lasts:.2f} lasting." in text
