"""Natural keys: the same fact stands once, whatever became of the local index."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from ground import git
from writers import BRANCH, begin, kept, opened, put

from gitledger.git.branch.keyindex import FILE
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


def _pipe(path: Path) -> None:
    index_of(path).unlink()
    os.mkfifo(index_of(path))


def _link(path: Path) -> None:
    index_of(path).unlink()
    index_of(path).symlink_to("/dev/zero")


def _journal_pipe(path: Path) -> None:
    os.mkfifo(f"{index_of(path)}-journal2")
    Path(f"{index_of(path)}-journal2").replace(f"{index_of(path)}-journal")


def _keys_taken_out(path: Path) -> None:
    with closing(sqlite3.connect(index_of(path))) as index, index:
        index.execute("DELETE FROM keys")


def _keys_called_dead(path: Path) -> None:
    with closing(sqlite3.connect(index_of(path))) as index, index:
        index.execute("INSERT INTO dead SELECT branch, row, path FROM keys")


HARM = [_deleted, _garbage, _torn, _empty, _folder, _pipe, _link, _journal_pipe]


@pytest.mark.parametrize("harm", [*HARM, _keys_taken_out, _keys_called_dead])
def test_a_harmed_index_changes_no_answer(harm: Callable[[Path], None], repo_dir: Path) -> None:
    """Deleted, garbage, torn, empty or a folder: the ledger is the truth, not the index."""
    repository = begin(repo_dir)
    rows = {name: fact(repository, name)[0] for name in "abc"}
    fact(repository, "c")  # now the index has them all
    harm(repo_dir)
    for name, row in rows.items():
        assert fact(opened(repo_dir), name) == (row, True)
    assert not fact(opened(repo_dir), "d")[1]
    assert fact(opened(repo_dir), "d")[1]
    assert kept(repository, "facts") == ["a", "b", "c", "d"]


def as_if_by_us(path: Path, change: str, *values: object) -> None:
    """A change to the index that its count of writes does not give away."""
    with closing(sqlite3.connect(index_of(path))) as index, index:
        index.execute(change, values)
        index.execute("UPDATE state SET counter = counter + 1")


@pytest.mark.parametrize("own", [True, False])
def test_a_key_given_to_another_row(repo_dir: Path, *, own: bool) -> None:
    """A fact is recorded although the index gives its key to a row without it, or to none."""
    repository = begin(repo_dir)
    row, _ = fact(repository, "a")
    fact(repository, "a")  # now the index has it
    change = "INSERT INTO keys SELECT branch, ?, ?, ledger, path FROM keys"
    as_if_by_us(repo_dir, change, key_digest("facts", ("b",)), row if own else "1234567890abcdef")
    assert fact(opened(repo_dir), "b")[1] is False
    assert kept(repository, "facts") == ["a", "b"]


def test_a_correction_that_is_not_there(repo_dir: Path) -> None:
    """A row is live although the index calls it dead."""
    repository = begin(repo_dir)
    row, _ = fact(repository, "a")
    fact(repository, "a")
    as_if_by_us(repo_dir, "INSERT INTO dead SELECT branch, row, path FROM keys")
    assert fact(opened(repo_dir), "a") == (row, True)


def without_a_trace(path: Path, change: str, *values: object) -> None:
    """A change to the index's entries as damaged bytes make it: the count of writes stays."""
    before = index_of(path).read_bytes()[24:28]
    with closing(sqlite3.connect(index_of(path))) as index, index:
        index.execute(change, values)
    with index_of(path).open("r+b") as file:
        file.seek(24)
        file.write(before)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM keys",
        "UPDATE keys SET digest = zeroblob(16)",
        "UPDATE keys SET branch = 'x'",
        "UPDATE keys SET row = 1",
        "UPDATE covers SET sums = x'00'",
        "UPDATE covers SET sums = 7",
        "UPDATE covers SET branch = 'x'",
    ],
)
def test_entries_that_are_lost_are_missed(change: str, repo_dir: Path) -> None:
    """A fact is not recorded twice because damaged bytes took it out of the index."""
    repository = begin(repo_dir)
    rows = {name: fact(repository, name)[0] for name in "abc"}
    fact(repository, "c")
    without_a_trace(repo_dir, change)
    for name, row in rows.items():
        assert fact(opened(repo_dir), name) == (row, True)
    assert not fact(opened(repo_dir), "d")[1]


def test_a_correction_that_is_lost_is_missed(repo_dir: Path) -> None:
    """A voided row does not hold its key again because damaged bytes took out its correction."""
    repository = begin(repo_dir)
    first, _ = fact(repository, "a")
    put(repository, "corrections", [{"target": first, "kind": "void", "reason": "wrong"}])
    fact(repository, "b")
    without_a_trace(repo_dir, "DELETE FROM dead")
    assert fact(opened(repo_dir), "a")[1] is False


def test_damaged_bytes_anywhere_change_no_answer(repo_dir: Path) -> None:
    """Every eighth place of the index, spoilt: each known fact is answered with its row."""
    repository = begin(repo_dir)
    rows = {name: fact(repository, name)[0] for name in "abc"}
    fact(repository, "c")
    good = index_of(repo_dir).read_bytes()
    tip = git(repo_dir, "rev-parse", BRANCH)
    places = [at for at in range(100, len(good), 8) if any(good[at - 4 : at + 4])]
    for at in places:
        index_of(repo_dir).write_bytes(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :])
        assert [fact(repository, name) for name in rows] == [(r, True) for r in rows.values()]
    assert len(places) > 100
    assert git(repo_dir, "rev-parse", BRANCH) == tip


def test_an_index_that_takes_no_entry_is_not_asked(repo_dir: Path) -> None:
    """A damaged page can hide an old entry from DELETE and SELECT, and show it to INSERT."""
    repository = begin(repo_dir)
    rows = {name: fact(repository, name)[0] for name in "abc"}
    tip = git(repo_dir, "rev-parse", BRANCH)
    fact(repository, "d")
    git(repo_dir, "update-ref", f"refs/heads/{BRANCH}", tip.strip())  # a row left: all is made anew
    shown = "CREATE TRIGGER shown BEFORE INSERT ON keys BEGIN SELECT RAISE(IGNORE); END"
    as_if_by_us(repo_dir, shown)
    assert [fact(repository, name) for name in rows] == [(r, True) for r in rows.values()]
    assert git(repo_dir, "rev-parse", BRANCH) == tip


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
