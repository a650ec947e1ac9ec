"""Ranges that cannot be measured are refused with the reason; odd ones that can are answered."""

import subprocess
from pathlib import Path

import pytest
from ground import git
from histories import DAY, START, History, forked, numbered, partial
from survivals import facts_of, followed

from gitledger.book.churn import ChurnScope, measure_range
from gitledger.errors import HistoryIncomplete, NotARepository, UnknownRevision
from gitledger.git.code.landing import find_landing
from gitledger.git.code.ranges import known_commit, known_start, read_range, split_range, walk
from gitledger.git.plumbing import pin_plumbing
from gitledger.lines.change import EMPTY_TREE, commit_times


def test_reversed_range_names_the_right_one(tmp_path: Path) -> None:
    """B..A where A came first is refused, with the range that was meant."""
    ids = forked(tmp_path / "r")
    with (
        pin_plumbing(tmp_path / "r") as git_,
        pytest.raises(UnknownRevision, match="reversed") as told,
    ):
        read_range(git_, ids["B"], ids["A"])
    assert f"{ids['A'][:12]}..{ids['B'][:12]}" in told.value.hint


def test_unrelated_range_is_refused(tmp_path: Path) -> None:
    """Two histories without a common commit make no range."""
    ids = forked(tmp_path / "r")
    with (
        pin_plumbing(tmp_path / "r") as git_,
        pytest.raises(UnknownRevision, match="share no history"),
    ):
        read_range(git_, ids["A"], ids["U"])


def test_empty_range_has_no_commits(tmp_path: Path) -> None:
    """A..A is answered: no commits, no lines."""
    ids = forked(tmp_path / "r")
    facts = facts_of(tmp_path / "r", ids["B"], ids["B"])
    assert (
        facts.files_changed,
        facts.insertions,
        facts.gross_insertions,
        facts.span.commits,
    ) == (0, 0, 0, ())


def test_diverged_range_counts_from_the_merge_base(tmp_path: Path) -> None:
    """A start that the end did not grow from is replaced by the fork point, and that is stated."""
    ids = forked(tmp_path / "r")
    facts = facts_of(tmp_path / "r", ids["M"], ids["B"])
    assert (ids["A"], 4, 0) == (facts.span.base, facts.insertions, facts.deletions)


@pytest.mark.parametrize("word", ["deadbeef", "größer", "bytes\udcff", "two\nlines"])
def test_unknown_revision_is_refused(repo_dir: Path, word: str) -> None:
    """A word that names no commit is refused, in whatever letters it is written."""
    with pin_plumbing(repo_dir) as git_, pytest.raises(UnknownRevision, match="names no commit"):
        known_commit(git_, word)


@pytest.mark.parametrize(("word", "kind"), [("HEAD^{tree}", "tree"), ("HEAD:f", "blob")])
def test_an_id_of_something_else_is_told(tmp_path: Path, word: str, kind: str) -> None:
    """A bare hash that is a tree or a file is refused with what it is."""
    ids = forked(tmp_path / "r")
    sha = git(tmp_path / "r", "rev-parse", word.replace("HEAD", ids["A"])).strip()
    with pin_plumbing(tmp_path / "r") as git_, pytest.raises(UnknownRevision, match=f"is a {kind}"):
        known_start(git_, sha)


def test_the_empty_tree_is_before_the_first_commit(tmp_path: Path) -> None:
    """A range from it holds all commits, the first one included."""
    ids = forked(tmp_path / "r")
    with pin_plumbing(tmp_path / "r") as git_:
        start = known_start(git_, EMPTY_TREE)
    facts = facts_of(tmp_path / "r", start, ids["B"])
    assert [commit.sha for commit in facts.span.commits] == [ids["A"], ids["B"]]
    assert (facts.insertions, facts.gross_insertions, facts.tree_start) == (14, 14, EMPTY_TREE)


def test_old_dates_hide_no_common_history(tmp_path: Path) -> None:
    """A start behind a dozen commits with old dates still takes out all that it holds."""
    history = History()
    history.commit("A", 90, {"f": numbered(3)})
    for number in range(12):
        history.commit(f"S{number}", number, {f"s{number}": numbered(2)})
    history.commit("B", 91, {"g": numbered(4)}, parents=["A"])
    ids = history.build(tmp_path / "r")
    with pin_plumbing(tmp_path / "r") as git_:
        found = read_range(git_, ids["S11"], ids["B"])
    assert [commit.sha for commit in found.commits] == [ids["B"]]


def test_a_date_to_come_hides_no_landing(tmp_path: Path) -> None:
    """What a commit that is dated years ahead merged has landed, and what it took is dead."""
    history = History()
    history.commit("A", 0, {"f": numbered(3)})
    history.commit("B", 1, {"g": numbered(4)})
    history.commit("main", 4_000, {"g": numbered(3)})
    ids = history.build(tmp_path / "r")
    now = START + 2 * DAY
    with pin_plumbing(tmp_path / "r") as git_:
        landing = find_landing(git_, (ids["A"],), ids["B"], until=(now, now), branches=["main"])
        commits = walk(git_, ids["main"], (ids["A"],))
    assert landing is not None
    assert landing.horizon.sha == ids["main"]
    assert commit_times(commits, now) == [START + DAY, START + DAY]


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    """A range whose objects are partly gone is refused with the share that can be read."""
    ids = forked(tmp_path / "r")
    path = tmp_path / "r"
    blob = git(path, "rev-parse", f"{ids['B']}:g").strip()
    (path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pin_plumbing(path) as git_, pytest.raises(HistoryIncomplete) as told:
        measure_range(git_, EMPTY_TREE, ids["B"], ChurnScope(now=START + DAY))
    assert f"1 of 2 commits can be read whole, not {ids['B'][:12]} (g)" in told.value.what


def test_option_like_revision_is_refused(repo_dir: Path) -> None:
    """A revision that looks like an option is no option."""
    with pin_plumbing(repo_dir) as git_, pytest.raises(UnknownRevision):
        known_commit(git_, "--all")


@pytest.mark.parametrize("text", ["A...B", "A", ""])
def test_text_that_is_no_range(text: str) -> None:
    """One revision or three dots are no range."""
    with pytest.raises(UnknownRevision):
        split_range(text)


def test_shallow_boundary_in_range_is_refused(tmp_path: Path) -> None:
    """A clone cut inside the range would count its whole tree as new; it says how to mend it."""
    history = History()
    history.commit("A", 0, {"f": numbered(10)})
    for number in range(5):
        history.commit(f"B{number}", number + 1, {"f": numbered(11 + number)})
    ids = history.build(tmp_path / "whole")
    source = f"file://{tmp_path / 'whole'}"
    subprocess.run(
        ["git", "clone", "-q", "--depth=2", "-b", "B4", source, tmp_path / "cut"], check=True
    )
    git(tmp_path / "cut", "fetch", "-q", "--depth=1", source, ids["A"])
    with pytest.raises(HistoryIncomplete, match="shallow") as told:
        facts_of(tmp_path / "cut", ids["A"], ids["B4"])
    assert "git fetch --unshallow" in told.value.hint


def test_shallow_clone_answers_what_it_holds(tmp_path: Path) -> None:
    """A range that lies above the cut is measured as in the whole clone."""
    history = History()
    history.commit("A", 0, {"f": numbered(10)})
    for number in range(5):
        history.commit(f"B{number}", number + 1, {"f": numbered(11 + number)})
    ids = history.build(tmp_path / "whole")
    source = f"file://{tmp_path / 'whole'}"
    subprocess.run(
        ["git", "clone", "-q", "--depth=3", "-b", "B4", source, tmp_path / "cut"], check=True
    )
    assert followed(tmp_path / "cut", ids["B3"], ids["B4"], ids["B4"]).born == 1


@pytest.mark.parametrize("wanted", ["blob:none", "tree:0"])
def test_partial_clone_fetches_what_the_range_needs(wanted: str, tmp_path: Path) -> None:
    """A clone without its files gets those of the range, and answers as the whole one."""
    ids = partial(tmp_path, wanted)
    whole, part = (facts_of(tmp_path / name, ids["A"], ids["M"]) for name in ("whole", "part"))
    assert (whole, 10, 2) == (part, part.insertions + 10, part.deletions)


def test_partial_clone_names_the_fetch(tmp_path: Path) -> None:
    """A clone without its files is refused when its remote is gone, with the fetch it needs."""
    ids = partial(tmp_path, "blob:none")
    (tmp_path / "whole").rename(tmp_path / "gone")
    with pytest.raises(HistoryIncomplete, match="partial clone") as told:
        facts_of(tmp_path / "part", ids["A"], ids["B"])
    assert "git fetch --refetch --no-filter origin" in told.value.hint


def test_no_repository(tmp_path: Path) -> None:
    """Outside a repository there is nothing to read."""
    with pytest.raises(NotARepository), pin_plumbing(tmp_path):
        pass


def test_submodule_changes_are_no_lines(tmp_path: Path) -> None:
    """A moved submodule is neither a file nor a line."""
    history = History()
    history.commit("A", 0, {"f": numbered(3), "sub": "1" * 40}, modes={"sub": "160000"})
    history.commit("B", 1, {"f": numbered(5), "sub": "2" * 40}, modes={"sub": "160000"})
    ids = history.build(tmp_path / "r")
    facts = facts_of(tmp_path / "r", ids["A"], ids["B"])
    lived = followed(tmp_path / "r", ids["A"], ids["B"], ids["B"])
    assert (facts.files_changed, facts.insertions, facts.deletions, lived.born) == (1, 2, 0, 2)
