"""Natural keys: the same fact stands once, whatever became of the local index."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ground import git
from writers import BRANCH, begin, kept, opened, put

from gitledger.git.keyindex import FILE
from gitledger.git.repository import Repository
from gitledger.ledger.schema import key_digest


def fact(repository: Repository, name: str, **more: object) -> tuple[str, bool]:
    """Record a fact; its row and whether it stood already."""
    [done] = put(repository, "facts", [{"name": name}], **more)
    return done.row.id, done.already


def index_of(path: Path) -> Path:
    """Where the index stands."""
    return path / ".git/gitledger" / FILE


def test_the_same_fact_again_is_answered_with_its_row(repo_dir: Path) -> None:
    """Nothing is added, and the answer names the row that holds the fact."""
    repository = begin(repo_dir)
    row, already = fact(repository, "a")
    tip = git(repo_dir, "rev-parse", BRANCH)
    assert not already
    assert fact(opened(repo_dir), "a") == (row, True)
    assert git(repo_dir, "rev-parse", BRANCH) == tip


def test_a_voided_fact_may_be_recorded_again(repo_dir: Path) -> None:
    """After a void the key is free; the new row then holds it."""
    repository = begin(repo_dir)
    first, _ = fact(repository, "a")
    put(repository, "corrections", [{"target": first, "kind": "void", "reason": "wrong"}])
    second, already = fact(repository, "a")
    assert not already
    assert second != first
    assert fact(repository, "a") == (second, True)


def test_a_fact_twice_in_one_batch_stands_once(repo_dir: Path) -> None:
    """The second of two equal facts in a call is answered with the first."""
    repository = begin(repo_dir)
    done = put(repository, "facts", [{"name": "a"}, {"name": "b"}, {"name": "a"}])
    assert [item.already for item in done] == [False, False, True]
    assert done[2].row.id == done[0].row.id
    assert kept(repository, "facts") == ["a", "b"]


def _deleted(path: Path) -> None:
    index_of(path).unlink()


def _garbage(path: Path) -> None:
    index_of(path).write_bytes(b"garbage, not a database" * 100)


def _torn(path: Path) -> None:
    data = index_of(path).read_bytes()
    index_of(path).write_bytes(data[: len(data) // 2])


def _empty(path: Path) -> None:
    index_of(path).write_bytes(b"")


def _folder(path: Path) -> None:
    index_of(path).unlink()
    index_of(path).mkdir()


@pytest.mark.parametrize("harm", [_deleted, _garbage, _torn, _empty, _folder])
def test_a_harmed_index_changes_no_answer(harm: Callable[[Path], None], repo_dir: Path) -> None:
    """Deleted, garbage, torn, empty or a folder: the ledger is the truth, not the index."""
    repository = begin(repo_dir)
    rows = {name: fact(repository, name)[0] for name in "abc"}
    harm(repo_dir)
    for name, row in rows.items():
        assert fact(opened(repo_dir), name) == (row, True)
    assert not fact(opened(repo_dir), "d")[1]
    assert fact(opened(repo_dir), "d")[1]
    assert kept(repository, "facts") == ["a", "b", "c", "d"]


def test_an_index_that_is_behind_catches_up(repo_dir: Path, tmp_path: Path) -> None:
    """Rows that came from elsewhere are known as soon as the branch holds them."""
    repository = begin(repo_dir)
    fact(repository, "a")
    old = index_of(repo_dir).read_bytes()
    row, _ = fact(repository, "b")
    fact(repository, "c")
    index_of(repo_dir).write_bytes(old)
    assert fact(opened(repo_dir), "b") == (row, True)


def test_a_branch_set_back_frees_its_keys(repo_dir: Path) -> None:
    """Rows that left the branch no longer hold their keys."""
    repository = begin(repo_dir)
    kept_row, _ = fact(repository, "a")
    tip = git(repo_dir, "rev-parse", BRANCH).strip()
    fact(repository, "b")
    fact(repository, "c")
    git(repo_dir, "update-ref", f"refs/heads/{BRANCH}", tip)
    assert fact(repository, "b")[1] is False
    assert fact(repository, "a") == (kept_row, True)


def test_two_branches_do_not_share_keys(repo_dir: Path) -> None:
    """The index of one ledger branch says nothing of another."""
    repository = begin(repo_dir)
    begin(repo_dir, "other/ledger")
    fact(repository, "a")
    assert fact(repository, "a", branch="other/ledger")[1] is False
    assert fact(repository, "a", branch="other/ledger")[1] is True
    assert fact(repository, "a")[1] is True


def test_a_copied_index_is_no_truth(repo_dir: Path, tmp_path: Path) -> None:
    """An index of another repository under the same branch name is found out."""
    repository = begin(repo_dir)
    fact(repository, "a")
    fact(repository, "b")
    other = tmp_path / "other"
    git(tmp_path, "init", "-q", str(other))
    begin(other)
    assert fact(opened(other), "x")[1] is False
    index_of(other).write_bytes(index_of(repo_dir).read_bytes())
    assert fact(opened(other), "a")[1] is False
    assert fact(opened(other), "x")[1] is True


def test_key_parts_do_not_run_together() -> None:
    """Two keys whose parts join to the same text are two keys."""
    assert key_digest("facts", ("ab", "c")) != key_digest("facts", ("a", "bc"))
    assert key_digest("facts", ("a", "")) != key_digest("facts", ("", "a"))
    assert key_digest("facts", ("a",)) != key_digest("facts", ("a", ""))
