"""Lines alive at the horizon are those that `git blame` finds there."""

import sys
from collections import Counter
from pathlib import Path

import pytest
from ground import git
from survivals import followed

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from generated import Generated


def blamed(path: Path, start: str, end: str, tip: str) -> Counter[str]:
    """For each commit of the range, its lines that blame finds in the files of `tip`."""
    mine = set(git(path, "rev-list", f"{start}..{end}").split())
    found: Counter[str] = Counter()
    for name in git(path, "ls-tree", "-r", "--name-only", tip).split():
        told = git(path, "blame", "-s", "--porcelain", f"{start}..{tip}", "--", name)
        heads = (line.split(" ") for line in told.splitlines() if not line.startswith("\t"))
        found.update(words[0] for words in heads if words[0] in mine and len(words) >= 3)
    return found


@pytest.mark.parametrize("kind", ["linear", "merge_heavy"])
def test_survivors_are_those_of_blame(kind: str, tmp_path: Path) -> None:
    """Commit by commit, with renames and merges, at most one line of a range differs."""
    made = Generated(seed=7, files=40)
    getattr(made, kind)(80)
    made.write(tmp_path / "repo")
    chain = git(tmp_path / "repo", "rev-list", "--first-parent", "--reverse", "main").split()
    start, end, tip = chain[0], chain[len(chain) // 2], chain[-1]
    counts = followed(tmp_path / "repo", start, end, tip)
    alive = Counter({c.sha: c.born - c.dead_ever for c in counts.by_commit})
    there = blamed(tmp_path / "repo", start, end, tip)
    assert counts.dead_ever > 50
    assert sum(abs(alive[sha] - there[sha]) for sha in {*alive, *there}) <= 1
