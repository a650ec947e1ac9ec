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
        return collected(tmp_path, *map(str, words), out=out, jobs=jobs)

    return run


def collected(place: Path, *words: str, out: str = "lake", jobs: str = "1") -> Answer:
    """`fleet collect` into a lake in a folder, with a cache beside it."""
    cache = ("--cache", str(place / "cache"), "--jobs", jobs)
    return gitledger(place, "fleet", "collect", *words, "--out", out, *cache)


@pytest.fixture(scope="session")
def lake_of_five(five: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five collected once; nobody may change it."""
    place = tmp_path_factory.mktemp("collected")
    with pytest.MonkeyPatch.context() as patch:
        settle(tmp_path_factory.mktemp("home"), patch)
        assert collected(place, str(five)).code == 0
    return place / "lake"
