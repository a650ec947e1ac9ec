"""Outlines: the same facts as the rows, whatever became of the local copies."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from writers import begin, opened, put

from gitledger.git.outlines import FOLDER, read_outlines
from gitledger.git.repository import Repository
from gitledger.git.rows import buckets, read_rows
from gitledger.git.store import Tip, tip_of
from gitledger.ledger.layout import BUCKET_ROWS
from gitledger.ledger.row import Row

BRANCH = "gitledger/main"


def tip(path: Path) -> Tip:
    """The branch as a new command finds it."""
    return tip_of(opened(path), BRANCH)


def copies(path: Path) -> list[Path]:
    """The copies of full buckets that were kept."""
    folder = path / ".git/gitledger" / FOLDER
    return sorted(folder.iterdir()) if folder.is_dir() else []


def notes(path: Path) -> tuple[Row, ...]:
    """What the outlines tell, as rows: this ledger's outlines leave nothing out."""
    return tuple(Row(*outline) for outline in read_outlines(tip(path), "notes"))


def filled(path: Path, count: int) -> Repository:
    """A ledger with so many notes."""
    repository = begin(path)
    put(repository, "notes", [{"text": f"n{i}", "number": i} for i in range(count)])
    return repository


@pytest.fixture
def one_full(repo_dir: Path) -> Path:
    """A ledger with a full bucket, which was read once, and a bucket that is begun."""
    filled(repo_dir, BUCKET_ROWS + 3)
    notes(repo_dir)
    return repo_dir


def test_only_full_buckets_are_kept(one_full: Path) -> None:
    """One copy stands for the full bucket, named by its tree; the begun one is read from git."""
    first, _ = buckets(tip(one_full), "notes")
    assert [file.name for file in copies(one_full)] == [first.tree.hex()]


def test_copies_tell_what_the_rows_do(one_full: Path) -> None:
    """Rows read from git and outlines read from a copy agree in every field and in order."""
    assert notes(one_full) == read_rows(tip(one_full), "notes")


def test_a_sound_copy_is_used(one_full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of a bucket with a copy are not read from git."""
    read: list[int] = []
    monkeypatch.setattr(
        "gitledger.git.outlines.places_in", lambda _tip, _bucket: read.append(1) or []
    )
    assert len(notes(one_full)) == BUCKET_ROWS
    assert read == [1]


def _deleted(file: Path) -> None:
    file.unlink()


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _torn(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def _flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _garbage(file: Path) -> None:
    file.write_bytes(b"garbage, no copy of a bucket" * 99)


@pytest.mark.parametrize("spoil", [_deleted, _empty, _torn, _flipped, _garbage])
def test_a_spoilt_copy_is_made_again(one_full: Path, spoil: Callable[[Path], None]) -> None:
    """It is ignored, the rows are read from git, and a sound copy stands afterwards."""
    [file] = copies(one_full)
    sound = file.read_bytes()
    spoil(file)
    assert notes(one_full) == read_rows(tip(one_full), "notes")
    assert file.read_bytes() == sound


def test_a_copy_under_another_name_is_none(one_full: Path) -> None:
    """A copy says which tree it is of: that of one bucket never stands for another's."""
    [old] = copies(one_full)
    put(opened(one_full), "notes", [{"text": f"m{i}"} for i in range(BUCKET_ROWS)])
    _, second, _ = buckets(tip(one_full), "notes")
    (old.parent / second.tree.hex()).write_bytes(old.read_bytes())
    assert notes(one_full) == read_rows(tip(one_full), "notes")


def test_a_copy_whose_tree_is_gone_goes(one_full: Path) -> None:
    """When copies are written, those of trees that git no longer has are removed, and scraps."""
    [kept] = copies(one_full)
    orphan, scrap = kept.with_name("ab" * 20), kept.with_name(f"{kept.name}.77")
    for file in (orphan, scrap):
        file.write_bytes(kept.read_bytes())
    kept.unlink()
    notes(one_full)
    assert copies(one_full) == [kept]


def test_where_nobody_may_write_rows_are_read_all_the_same(repo_dir: Path) -> None:
    """A place that takes no files costs time and nothing else."""
    filled(repo_dir, BUCKET_ROWS)
    (repo_dir / ".git/gitledger" / FOLDER).write_text("no folder")
    assert len(notes(repo_dir)) == BUCKET_ROWS


def test_what_is_recorded_later_is_read(one_full: Path) -> None:
    """An append fills the last bucket; its outline is there at once."""
    put(opened(one_full), "notes", [{"text": "later"}])
    assert notes(one_full)[-1].values == {"text": "later"}


def test_rows_of_many_writers_stand_in_order_of_recording(
    repo_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Buckets may overlap in time, as after a merge: the order is that of the rows."""
    filled(repo_dir, BUCKET_ROWS + 5)
    turned: Sequence[object] = [*buckets(tip(repo_dir), "notes")][::-1]
    monkeypatch.setattr("gitledger.git.outlines.buckets", lambda _tip, _ledger: iter(turned))
    assert notes(repo_dir) == read_rows(tip(repo_dir), "notes")
