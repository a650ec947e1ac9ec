"""The week of the plan is played once: the numbers and the scenarios look at the same one."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ground import git, settle
from play import Stage, in_process, play

import gitledger

INSTALLED = "SCENARIOS_OF"  # a folder: the program under test is the one that is installed there


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The repository after the week; what is asked of it is asked once."""
    wanted = os.environ.get(INSTALLED)
    found = Path(gitledger.__file__)
    assert wanted is None or found.is_relative_to(wanted), f"{found} is not the installed program"
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("week")
        settle(tmp_path_factory.mktemp("home"), patch)
        stage_for_hooks(patch)
        (place / "project").mkdir()
        git(place / "project", "init", "-q", "-b", "trunk")
        stage = Stage(place / "project", in_process)
        play(stage)
    yield stage
    shutil.rmtree(place)


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook finds the program of this interpreter."""
    stage_for_hooks(monkeypatch)


def stage_for_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the program of this interpreter first on the path."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
