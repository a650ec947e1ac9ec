"""Five repositories with ledgers, made once, and the folder of a lake for each test."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ground import Answer, gitledger, settle
from lakes import ledger, windows_of

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")


@pytest.fixture(scope="session")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of five repositories, of 4 to 16 windows each; nobody may change them."""
    home = tmp_path_factory.mktemp("five")
    with pytest.MonkeyPatch.context() as patch:
        settle(tmp_path_factory.mktemp("home"), patch)
        for number, name in enumerate(NAMES):
            windows = windows_of(number, 4 + 3 * number, 0.3, worse=0.6)
            ledger(home / name, dict(os.environ), windows, bare=number == 3)
    return home


@pytest.fixture
def own(five: Path, tmp_path: Path) -> Path:
    """A copy of the five that a test may change."""
    return Path(shutil.copytree(five, tmp_path / "own"))


@pytest.fixture
def collect(tmp_path: Path) -> Callable[..., Answer]:
    """`fleet collect` into the test's lake, in this process, one at a time."""

    def run(*words: str | Path, out: str = "lake", jobs: str = "1") -> Answer:
        cache = ("--cache", str(tmp_path / "cache"), "--jobs", jobs)
        places = [str(word) for word in words]
        return gitledger(tmp_path, "fleet", "collect", *places, "--out", out, *cache)

    return run
