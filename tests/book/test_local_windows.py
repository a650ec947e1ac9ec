"""Which windows began in this clone: noted beside the rows, and never in their way."""

import errno
import os
from pathlib import Path

import pytest

from gitledger.book.local_windows import begun_here, remember_begun
from gitledger.git import files
from gitledger.git.repository import open_repository


def test_windows_that_began_here_are_noted_once(repo_dir: Path) -> None:
    """The same window said again changes nothing, and "" is none."""
    repository = open_repository(repo_dir, {})
    for window in ("W0-01", "", "W0-02", "W0-01"):
        remember_begun(repository, window)
    assert begun_here(repository) == {"W0-01", "W0-02"}
    assert (repository.state / "begun").read_text() == "W0-01\nW0-02\n"


def test_a_full_disk_leaves_the_note_out(repo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of the window stands already: a note that cannot be written refuses nothing."""

    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    repository = open_repository(repo_dir, {})
    monkeypatch.setattr(files.os, "write", full)
    remember_begun(repository, "W0-01")
    monkeypatch.undo()
    assert begun_here(repository) == frozenset()
