"""A range is judged as `verify` judges the whole, and may not drop history."""

from pathlib import Path

import pytest
from tampering import REF, Ledger, make_ledger

from gitledger.book.judge import judge_move
from gitledger.errors import LedgerDamaged
from gitledger.git.proof.examine import Examination
from gitledger.git.repository import open_repository


@pytest.fixture
def ledger(repo_dir: Path) -> Ledger:
    """A ledger with three rows."""
    return make_ledger(repo_dir)


def examined(ledger: Ledger, old: str, new: str) -> Examination:
    """The examination of moving the branch from one commit to another."""
    repository = open_repository(ledger.path, ledger.world().environment)
    ends = [bytes.fromhex(ledger.git("rev-parse", end)) if end else None for end in (old, new)]
    return judge_move(repository, ends[0], ends[1])


def codes(done: Examination) -> list[str]:
    """The codes of its findings."""
    return [finding.problem.code for finding in done.findings]


def test_honest_append(ledger: Ledger) -> None:
    """New rows on the old tip are examined, and nothing else is."""
    done = examined(ledger, f"{REF}~2", REF)
    assert (codes(done), len(done.commits)) == ([], 2)


def test_few_commits_are_what_git_lists(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short straight range needs no git to list it, and a long one or a merge is the same."""
    short = examined(ledger, f"{REF}~3", REF)
    monkeypatch.setattr("gitledger.git.proof.range.FEW", 2)
    listed = examined(ledger, f"{REF}~3", REF)
    assert [c.oid for c in short.commits] == [c.oid for c in listed.commits]
    assert (len(short.commits), codes(short), codes(listed)) == (3, [], [])


def test_a_folder_that_is_not_what_its_name_says(ledger: Ledger) -> None:
    """Names that stood before are read from trees whose bytes have their ids."""
    folder = ledger.path_of("Z-").rpartition("/")[0]
    tree = ledger.git("rev-parse", f"{REF}~1:{folder}")
    other = ledger.git("rev-parse", f"{REF}~2:{folder}")
    objects = ledger.path / ".git/objects"
    place = objects / tree[:2] / tree[2:]
    place.chmod(0o644)
    place.write_bytes((objects / other[:2] / other[2:]).read_bytes())
    with pytest.raises(LedgerDamaged, match=tree):
        examined(ledger, f"{REF}~1", REF)


def test_new_branch(ledger: Ledger) -> None:
    """A branch that was not there is examined whole."""
    done = examined(ledger, "", REF)
    assert (codes(done), len(done.commits)) == ([], 5)


def test_edit_in_the_range(ledger: Ledger) -> None:
    """An edited row in the range is found; one before it is not looked at."""
    ledger.spoil({ledger.path_of("Z-"): b"{}\n"})
    ledger.spoil({"README.md": b"hello\n"})
    assert codes(examined(ledger, f"{REF}~2", REF)) == ["row-edited"]
    assert codes(examined(ledger, f"{REF}~1", REF)) == []


def test_rewinding(ledger: Ledger) -> None:
    """A move to an older commit is refused."""
    assert codes(examined(ledger, REF, f"{REF}~1")) == ["branch-rewound"]


def test_deleting(ledger: Ledger) -> None:
    """A deletion is refused."""
    assert codes(examined(ledger, REF, "")) == ["branch-deleted"]


def test_merge_over_the_old_tip(ledger: Ledger) -> None:
    """Behind a merge the walk stops at what the old tip has, not at the root."""
    old, base = ledger.tip, f"{REF}~2"
    side = ledger.git("commit-tree", "-p", base, "-m", "side", f"{base}^{{tree}}")
    ledger.spoil({}, parents=[old, side])
    done = examined(ledger, old, REF)
    assert (codes(done), len(done.commits)) == ([], 2)


def test_unrelated_history(ledger: Ledger) -> None:
    """A merged history without common beginning is found in the range."""
    root = ledger.git("commit-tree", "-m", "other", f"{REF}^{{tree}}")
    old = ledger.tip
    ledger.spoil({}, parents=[old, root])
    assert "second-root" in codes(examined(ledger, old, REF))
