"""`catch-up` killed anywhere and run again, and several at once: the same rows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("stride", "rounds"), [(430, 1), pytest.param(17, 30, marks=pytest.mark.slow)]
)
def test_whatever_ends_a_run_the_next_leaves_the_same_rows(
    tmp_path: Path, stride: int, rounds: int
) -> None:
    """Killed before a system call, or started three times at one moment."""
    folders = os.pathsep.join(map(str, (HERE.parent, HERE.parent / "git", HERE.parents[1])))
    words = [sys.executable, str(HERE / "stopped.py"), str(tmp_path), str(stride), str(rounds)]
    done = subprocess.run(
        words, env=os.environ | {"PYTHONPATH": folders}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert int(done.stdout.split()[0]) >= 900 // stride
