"""The scenarios from the built wheel, in a clean clone, as somebody who installs it has it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ground import git

HOUSE = Path(__file__).resolve().parents[2]
MOST = 60.0  # seconds of the processor, for all scenarios


@pytest.mark.slow
def test_the_scenarios_pass_from_the_wheel(tmp_path: Path) -> None:
    """Wheel built of a clone, installed with what the scenarios need, run in less than a minute.

    Whoever has an index at hand: without one the test is left out.
    """
    clone, place = tmp_path / "clone", tmp_path / "venv"
    git(tmp_path, "clone", "-q", str(HOUSE), "clone")
    python = place / "bin" / "python"
    told(tmp_path, sys.executable, "-m", "venv", str(place))
    pip = (str(python), "-m", "pip", "--disable-pip-version-check", "-q")
    if told(clone, *pip, "install", "pip>=25.1", check=False):
        pytest.skip("no package index here")
    told(clone, *pip, "wheel", "--no-deps", "-w", str(tmp_path), ".")
    (wheel,) = tmp_path.glob("git_ledger-*.whl")
    told(clone, *pip, "install", str(wheel), "--group", "scenarios")
    begun = spent()
    # `pytest`, not `python -m pytest`: the clone's own package stays off the path
    words = (str(place / "bin" / "pytest"), "-q", "-p", "no:cacheprovider", "tests/plan")
    told(clone, *words, SCENARIOS_OF=str(place))
    assert spent() - begun < MOST


def told(folder: Path, *words: str, check: bool = True, **more: str) -> int:
    """Run a program; its exit code, which must be 0 unless it may fail."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHONPATH"))}
    done = subprocess.run(
        words, cwd=folder, env=kept | more, capture_output=True, text=True, check=False
    )
    assert not check or done.returncode == 0, (words, done.stdout, done.stderr)
    return done.returncode


def spent() -> float:
    """Seconds of the processor that programs started here took so far."""
    times = os.times()
    return times.children_user + times.children_system
