"""A row's object overwritten under its own id: nobody is shown other bytes than git promised."""

from pathlib import Path

import pytest
from ground import gitledger
from writers import BRANCH, begin, opened, put

from gitledger.errors import LedgerDamaged
from gitledger.git.branch.deposit import deflate, loose_path
from gitledger.git.branch.rows import places, read_rows
from gitledger.git.branch.tip import tip_of


def forge(path: Path) -> str:
    """Let the first note's blob hold another number; the row's path."""
    tip = tip_of(opened(path), BRANCH)
    place = next(iter(places(tip, "notes")))
    data = tip.read(place.oid).replace(b'"number": 101', b'"number": 999')
    file = Path(loose_path(str(path / ".git/objects"), place.oid))
    file.chmod(0o644)
    file.write_bytes(deflate(b"blob %d\0%s" % (len(data), data)))
    return place.path


@pytest.fixture
def forged(repo_dir: Path) -> tuple[Path, str]:
    """A ledger of two notes, one of them forged, and that one's path."""
    put(begin(repo_dir), "notes", [{"text": "a", "number": 101}, {"text": "b", "number": 102}])
    return repo_dir, forge(repo_dir)


def test_reading_refuses_a_forged_row(forged: tuple[Path, str]) -> None:
    """One and all reading of rows names the row's path."""
    path, place = forged
    with pytest.raises(LedgerDamaged, match=place):
        read_rows(tip_of(opened(path), BRANCH), "notes")


@pytest.mark.parametrize("words", [("log",), ("export", "notes"), ("log", "--ledger", "notes")])
def test_verbs_refuse_a_forged_row(forged: tuple[Path, str], words: tuple[str, ...]) -> None:
    """Exit 3 with the path and the next step, and not one forged number."""
    path, place = forged
    answer = gitledger(path, *words)
    assert (answer.code, "999" in answer.out) == (3, False)
    assert place in answer.err
    assert "gitledger verify" in answer.err
