"""The whole week of the plan, played: every number equals the one that is worked out here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ground import git

sys.path.insert(0, str(Path(__file__).parent))
from play import Say, Stage, by_faketime, in_process, numbers, play, same

SAYS = [
    pytest.param(in_process, id="in-process"),
    pytest.param(by_faketime, id="faketime", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("say", SAYS)
def test_every_number_of_the_week_is_the_one_worked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Say
) -> None:
    """Six windows of three providers, some gone wrong, with real commits and hooks.

    The second run lets every command be its own process at the moment of the story.
    """
    if say is by_faketime and not works():
        pytest.skip("no faketime that works on this machine")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    stage = Stage(folder, say)
    play(stage)
    found = list(numbers(stage))
    assert len(found) > 250
    assert [(what, got, right) for what, got, right in found if not same(got, right)] == []


def works() -> bool:
    """Whether a program can be shown another clock here."""
    if shutil.which("faketime") is None:
        return False
    words = ["faketime", "-f", "@2026-03-02 09:00:00", "date", "+%Y-%m"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.strip() == "2026-03"
