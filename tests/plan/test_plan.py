"""The whole week of the plan, played: every number equals the one that is worked out here."""

import shutil
import subprocess
from pathlib import Path

import pytest
from ground import git
from play import Stage, by_faketime, numbers, play, same

pytestmark = pytest.mark.usefixtures("hooks")


def test_every_number_of_the_week_is_the_one_worked_out(week: Stage) -> None:
    """Six windows of three providers, some gone wrong, with real commits and hooks."""
    compare(week)


@pytest.mark.slow
def test_the_same_with_a_process_a_command_at_its_moment(tmp_path: Path) -> None:
    """Every command is its own process at the moment of the story."""
    if not works():
        pytest.skip("no faketime that works on this machine")
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    stage = Stage(folder, by_faketime)
    play(stage)
    compare(stage)


def compare(stage: Stage) -> None:
    """Every number beside its own."""
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
