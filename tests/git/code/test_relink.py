"""A range that was rewritten is found again by recorded rewrites or by patch-ids."""

from pathlib import Path

import pytest
from ground import git

from gitledger.git.code.ranges import read_range
from gitledger.git.code.relink import Lost, follow, patch_ids, relink, relink_each
from gitledger.git.plumbing import pin_plumbing


def commit(path: Path, name: str, body: str) -> str:
    """Commit one file; the new id."""
    (path / name).write_text(body)
    git(path, "add", name)
    git(path, "commit", "-q", "-m", name)
    return git(path, "rev-parse", "HEAD").strip()


@pytest.fixture
def branch(repo_dir: Path) -> list[str]:
    """Two commits on a topic branch, beside one more on trunk."""
    git(repo_dir, "checkout", "-q", "-b", "topic")
    shas = [commit(repo_dir, "one", "1\n2\n"), commit(repo_dir, "two", "3\n4\n")]
    git(repo_dir, "checkout", "-q", "trunk")
    commit(repo_dir, "else", "x\n")
    return shas


def found(path: Path, lost: Lost, rewrites: dict[str, str]) -> tuple[str, str, str] | None:
    """The lost range on trunk: its ends, and what led there."""
    with pin_plumbing(path) as git_:
        tip = git(path, "rev-parse", "trunk").strip()
        new = relink(git_, lost, rewrites, tip)
        return (new.start, new.end, new.how) if new else None


def test_squash_is_found_by_the_ranges_patch_id(repo_dir: Path, branch: list[str]) -> None:
    """One commit with the patch-id of the whole range is the range, squashed."""
    start = git(repo_dir, "rev-parse", "topic~2").strip()
    with pin_plumbing(repo_dir) as git_:
        from gitledger.git.code.numstat import end_points

        _, patch = end_points(git_, start, branch[-1])
    before = git(repo_dir, "rev-parse", "trunk").strip()
    git(repo_dir, "merge", "-q", "--squash", "topic")
    git(repo_dir, "commit", "-q", "-m", "squash")
    tip = git(repo_dir, "rev-parse", "trunk").strip()
    commit(repo_dir, "later", "y\n")
    assert (before, tip, "squash") == found(repo_dir, Lost(tuple(branch), patch), {})


def test_rebase_is_found_by_patch_ids(repo_dir: Path, branch: list[str]) -> None:
    """A rebase that nobody recorded is found commit by commit."""
    before = git(repo_dir, "rev-parse", "trunk").strip()
    git(repo_dir, "cherry-pick", *branch)
    tip = git(repo_dir, "rev-parse", "trunk").strip()
    assert (before, tip, "patch-ids") == found(repo_dir, Lost(tuple(branch)), {})


def test_an_old_date_hides_nothing(repo_dir: Path, branch: list[str]) -> None:
    """Work that was picked onto the branch with a date of long ago is found."""
    git(repo_dir, "cherry-pick", *branch, GIT_COMMITTER_DATE="2001-01-01T00:00:00Z")
    assert found(repo_dir, Lost(tuple(branch)), {}) is not None


def test_each_run_for_itself(repo_dir: Path, branch: list[str]) -> None:
    """One run is there, of another a part, of the third nothing; others' work is no candidate."""
    git(repo_dir, "checkout", "-q", "topic")
    third = commit(repo_dir, "three", "5\n")
    git(repo_dir, "checkout", "-q", "trunk")
    git(repo_dir, "cherry-pick", branch[0])
    picked = git(repo_dir, "rev-parse", "HEAD").strip()
    runs = [Lost((branch[0],)), Lost((branch[0], third)), Lost((branch[1],))]
    with pin_plumbing(repo_dir) as plumbing:
        tip = git(repo_dir, "rev-parse", "trunk").strip()
        one, two, none = relink_each(plumbing, runs, {}, tip)
        assert relink_each(plumbing, runs, {}, tip, not_among={picked}) == (None, None, None)
    assert one is not None
    assert two is not None
    assert (one.commits, one.missing) == ((picked,), ())
    assert (two.commits, two.missing) == ((picked,), (third,))
    assert none is None


def test_rebase_is_found_when_the_old_commits_are_gone(repo_dir: Path, branch: list[str]) -> None:
    """Patch-ids that rows recorded do where the objects are gone."""
    with pin_plumbing(repo_dir) as git_:
        start = git(repo_dir, "rev-parse", "topic~2").strip()
        known = patch_ids(git_, read_range(git_, start, branch[-1]).commits)
    git(repo_dir, "cherry-pick", *branch)
    git(repo_dir, "branch", "-q", "-D", "topic")
    git(repo_dir, "reflog", "expire", "--expire=now", "--all")
    git(repo_dir, "gc", "-q", "--prune=now")
    relinked = found(repo_dir, Lost(tuple(branch), "", known), {})
    assert relinked is not None
    assert relinked[2] == "patch-ids"


def test_recorded_rewrites_are_followed(repo_dir: Path, branch: list[str]) -> None:
    """A rewrite with other content is found only because it was recorded."""
    before = git(repo_dir, "rev-parse", "trunk").strip()
    new = commit(repo_dir, "both", "1\n2\n3\n4\nand more\n")
    rewrites = {branch[0]: branch[1], branch[1]: new}
    assert (before, new, "rewrites") == found(repo_dir, Lost(tuple(branch)), rewrites)


def test_conflict_edit_is_not_found(repo_dir: Path, branch: list[str]) -> None:
    """Other content and no record: not found, which is said and not guessed."""
    commit(repo_dir, "both", "something else\n")
    assert found(repo_dir, Lost(tuple(branch)), {}) is None


def test_circle_of_rewrites_ends() -> None:
    """Rewrites that name each other do not hang."""
    assert follow("a", {"a": "b", "b": "a"}) == "b"
