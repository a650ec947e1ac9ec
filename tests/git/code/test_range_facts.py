"""Facts of a range: net and gross, binary apart, exclusions listed, patch-id of the squash."""

from pathlib import Path

import pytest
from ground import git
from histories import History, numbered, text

from gitledger.git.code.counting import counting
from gitledger.git.code.facts import RangeFacts, read_facts
from gitledger.git.code.ranges import read_range
from gitledger.git.plumbing import pin_plumbing


def facts(
    path: Path, start: str, end: str, *paths: str, exclude: tuple[str, ...] = ()
) -> RangeFacts:
    """The facts of a range by branch names."""
    with pin_plumbing(path) as git_:
        ids = [git(path, "rev-parse", name).strip() for name in (start, end)]
        with counting(git_, ids[1], paths=paths, patterns=exclude) as counts:
            return read_facts(git_, read_range(git_, ids[0], ids[1]), counts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A range with rework, a binary file, a generated file, a vendored folder and a merge."""
    made = History()
    rules = text("*.gen linguist-generated", "vendor/** gitledger-exclude")
    made.commit("A", 0, {".gitattributes": rules, "f": numbered(10)})
    made.commit("B1", 1, {"f": numbered(20), "x.gen": numbered(50), "img": b"\0\1"})
    made.commit("S", 1, {"s": numbered(7)}, parents=["A"])
    made.commit("M", 2, {"s": numbered(7)}, parents=["B1", "S"])
    made.commit("B", 3, {"f": numbered(14), "vendor/lib/v.js": numbered(99)})
    made.build(tmp_path / "repo")
    return tmp_path / "repo"


def test_net_compares_the_end_points(path: Path) -> None:
    """Net is the numstat of A and B: rework in between is not in it."""
    found = facts(path, "A", "B")
    assert (found.files_changed, found.insertions, found.deletions) == (3, 11, 0)


def test_gross_adds_up_first_parents(path: Path) -> None:
    """Gross adds commits up, a merged branch once, as what its merge brought."""
    found = facts(path, "A", "B")
    assert (found.gross_insertions, found.gross_deletions) == (17, 6)


def test_binary_files_are_counted_apart(path: Path) -> None:
    """A binary file is a file without lines."""
    assert facts(path, "A", "B").binary_files == 1


def test_each_exclusion_is_listed(path: Path) -> None:
    """What attributes exclude is listed with the attribute and its lines."""
    listed = [(e.path, e.reason, e.insertions) for e in facts(path, "A", "B").excluded]
    assert listed == [
        ("vendor/lib/v.js", "gitledger-exclude", 99),
        ("x.gen", "linguist-generated", 50),
    ]


def test_configured_pattern_excludes(path: Path) -> None:
    """A pattern of the configuration excludes like an attribute, and says so."""
    found = facts(path, "A", "B", exclude=("f",))
    assert ("f", "configuration") in [(e.path, e.reason) for e in found.excluded]
    assert found.insertions == 7


def test_configured_folder_excludes_what_is_in_it(path: Path) -> None:
    """A folder with a slash stands for all in it."""
    found = facts(path, "A", "B", exclude=("vendor/",))
    assert ("vendor/lib/v.js", "configuration") in [(e.path, e.reason) for e in found.excluded]


def test_path_filter_counts_only_that_path(path: Path) -> None:
    """A path asked for counts alone, and nothing is called excluded for it."""
    found = facts(path, "A", "B", "s")
    assert (found.files_changed, found.insertions, found.excluded) == (1, 7, ())


def test_patch_id_is_the_squash_commits(path: Path) -> None:
    """The patch-id of a range is that of the commit which squashes it, elsewhere too."""
    git(path, "checkout", "-q", "-f", "--detach", "A")
    git(path, "merge", "-q", "--squash", "B")
    git(path, "commit", "-q", "-m", "squashed")
    assert facts(path, "A", "B").patch_id == facts(path, "A", "HEAD").patch_id
    assert len(facts(path, "A", "B").patch_id) == 40


def test_patch_id_of_no_change_is_unknown(path: Path) -> None:
    """End points that do not differ have no patch-id."""
    assert facts(path, "A", "A").patch_id == ""


def test_thousand_moved_files_are_no_lines(tmp_path: Path) -> None:
    """Renames are detected without a limit: moved files with an edit add only the edit."""
    made = History()
    names = range(1100)
    made.commit("A", 0, {f"old/{n}": numbered(12, n * 12) for n in names})
    gone = {f"old/{n}": None for n in names}
    moved = {f"new/{n}": numbered(12, n * 12) + b"one more\n" for n in names}
    made.commit("B", 1, gone | moved)
    made.build(tmp_path / "repo")
    found = facts(tmp_path / "repo", "A", "B")
    assert (found.files_changed, found.insertions, found.deletions) == (1100, 1100, 0)


@pytest.mark.parametrize(
    "rule", ["*.lock -diff", "*.lock binary", "[attr]quiet -diff\n*.lock quiet"]
)
def test_file_denied_lines_is_binary(rule: str, tmp_path: Path) -> None:
    """A file that committed attributes keep from being compared counts as git's numstat has it."""
    made = History()
    made.commit("A", 0, {".gitattributes": text(rule), "f": numbered(4)})
    made.commit("B", 1, {"f": numbered(5), "x.lock": numbered(50)})
    made.build(tmp_path / "repo")
    found = facts(tmp_path / "repo", "A", "B")
    assert (found.binary_files, found.insertions, found.gross_insertions) == (1, 1, 1)
    git(tmp_path / "repo", "checkout", "-q", "-f", "B")
    assert git(tmp_path / "repo", "diff", "--numstat", "A", "B") == "1\t0\tf\n-\t-\tx.lock\n"
