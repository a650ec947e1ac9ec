"""`core.sharedRepository`: what is written into the git directory is for the group as well."""

import os
import stat
from pathlib import Path

import pytest
from ground import git, gitledger

from gitledger.git.sharing import shared_mask


@pytest.mark.parametrize(
    ("word", "mask", "expected"),
    [
        ("group", 0o077, 0o007),
        ("true", 0o022, 0o002),
        ("all", 0o077, 0o002),
        ("0640", 0o022, 0o027),
        ("umask", 0o077, 0o077),
        ("false", 0o027, 0o027),
    ],
)
def test_mask(word: str, mask: int, expected: int) -> None:
    """The values that git knows, and what may be written under each."""
    assert expected == shared_mask(word, mask)


def test_files_of_a_shared_repository(tmp_path: Path) -> None:
    """With `group`, a strict mask keeps nobody of the group from recording the next row."""
    repo_dir = tmp_path / "shared"
    git(tmp_path, "init", "-q", "--shared=group", str(repo_dir))
    kept = os.umask(0o077)
    try:
        assert gitledger(repo_dir, "init", "--no-hooks").code == 0
        done = gitledger(repo_dir, "append", "capabilities", "capability=a", "name=n")
        assert (done.code, os.umask(0o077)) == (0, 0o077)
        assert gitledger(repo_dir, "verify").code == 0
    finally:
        os.umask(kept)
    listed = git(repo_dir, "rev-list", "--objects", "gitledger/main").split("\n")
    names = [line[:40] for line in listed if line]
    places = [repo_dir / ".git/objects" / name[:2] / name[2:] for name in names]
    assert all(path.stat().st_mode & stat.S_IRGRP for path in places)
    state = repo_dir / ".git/gitledger"
    writable = [path.parent for path in places] + [state, *state.rglob("*")]
    writable.append(repo_dir / ".git/refs/heads/gitledger")
    writable.append(repo_dir / ".git/logs/refs/heads/gitledger/main")
    assert [path for path in writable if not path.stat().st_mode & stat.S_IWGRP] == []
