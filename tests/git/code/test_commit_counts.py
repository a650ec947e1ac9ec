"""Counts of files whose names look like what git prints between them."""

from pathlib import Path

import pytest
from ground import git

from gitledger.git.code.numstat import commit_counts, end_points
from gitledger.git.code.ranges import read_range
from gitledger.git.plumbing import pin_plumbing

BODY = "one\ntwo\nthree\nfour\n"


def commit(path: Path, name: str, text: str) -> str:
    """A commit that writes one file; its id."""
    file = path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    git(path, "add", "-A")
    git(path, "commit", "-qm", "c")
    return git(path, "rev-parse", "HEAD").strip()


def test_files_named_by_the_commits_of_the_range(repo_dir: Path) -> None:
    """A file named by the id of a later or earlier commit is a file: each commit has one line."""
    first = git(repo_dir, "rev-parse", "HEAD").strip()
    ids = [commit(repo_dir, "f", "1\n")]
    ids.append(commit(repo_dir, ids[0], "1\n"))
    ids.append(commit(repo_dir, f"bench/{ids[1]}", "1\n"))
    ids.append(commit(repo_dir, f"{ids[2]}\t", "1\n"))
    with pin_plumbing(repo_dir) as bound:
        span = read_range(bound, first, ids[-1])
        counts = [*commit_counts(bound, span.commits)]
        net, _ = end_points(bound, first, ids[-1])
    assert [[one.insertions for one in files] for files in counts] == [[1]] * 4
    names = ["f", ids[0], f"bench/{ids[1]}", f"{ids[2]}\t"]
    assert [files[0].path for files in counts][::-1] == names
    assert sum(one.insertions for one in net) == 4


@pytest.mark.parametrize("name", ["diff --git a/x b/x", "\t", "1\t0\t", "\n", "a\tb\tc"])
def test_a_rename_to_a_name_that_looks_like_a_header(repo_dir: Path, name: str) -> None:
    """The records end where git ends them, and the patch-id is that of the whole patch."""
    start = commit(repo_dir, "old", BODY)
    (repo_dir / name).parent.mkdir(parents=True, exist_ok=True)
    (repo_dir / "old").rename(repo_dir / name)
    end = commit(repo_dir, "other", "1\n2\n")
    with pin_plumbing(repo_dir) as bound:
        net, patch_id = end_points(bound, start, end)
        [files] = commit_counts(bound, read_range(bound, start, end).commits)
    assert {one.path: (one.old_path, one.insertions, one.deletions) for one in net} == {
        name: ("old", 0, 0),
        "other": ("other", 2, 0),
    }
    assert sorted(net) == sorted(files)
    diff = git(repo_dir, "diff", "-M50", start, end)
    (repo_dir / ".git/patch").write_text(diff)
    wanted = git(repo_dir, "-c", "alias.p=!git patch-id --stable <.git/patch", "p").split()[0]
    assert wanted == patch_id
