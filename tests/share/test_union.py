"""The union of two trees against git's own merge, on random histories without deletions."""

import os
import random
from pathlib import Path

import pytest
from ground import git, gitledger

from gitledger.book.judge import POLICY
from gitledger.git.branch.store import store_batch
from gitledger.git.branch.tip import tip_at
from gitledger.git.objects import Batch
from gitledger.git.repository import open_repository
from gitledger.share.union import Choice, unite_tips

BRANCH = "gitledger/main"


def grown(path: Path, chance: random.Random, parents: list[str], number: int) -> str:
    """A commit on some commits: the union of their trees by git, new rows, perhaps a text."""
    index = {"GIT_INDEX_FILE": str(path / ".git/scratch")}
    tree = parents[0]
    for other in parents[1:]:
        tree = git(path, "merge-tree", "--write-tree", tree, other).split("\n")[0]
    git(path, "read-tree", tree, **index)
    for row in range(chance.randint(0, 4)):
        name = f"20261123T12{number:02}{row:02}.000000Z-{chance.getrandbits(64):016x}.json"
        where = f"ledgers/notes/00/{chance.randint(0, 2):02x}/{name}"
        (path / ".git/new").write_text(f"{number} {row}\n")
        blob = git(path, "hash-object", "-w", ".git/new").strip()
        git(path, "update-index", "--add", "--cacheinfo", f"100644,{blob},{where}", **index)
    if chance.random() < 0.4:
        place = chance.randrange(5)
        text = git(path, "show", f"{tree}:README.md").split("\n")
        text[place * 4] = f"line {place} of {number}"
        (path / ".git/new").write_text("\n".join(text))
        blob = git(path, "hash-object", "-w", ".git/new").strip()
        git(path, "update-index", "--cacheinfo", f"100644,{blob},README.md", **index)
    made = git(path, "write-tree", **index).strip()
    links = [word for parent in parents for word in ("-p", parent)]
    return git(path, "commit-tree", made, *links, "-m", f"{number}").strip()


def unequal(path: Path, root: str, seed: int) -> bool | None:
    """Whether the union of two tips of a random history is another tree than git's merge of them.

    None where git finds a conflict: then a person decides here as well.
    """
    chance = random.Random(seed)
    commits = [root]
    for number in range(chance.randint(3, 7)):
        parents = chance.sample(commits, k=min(len(commits), 2 if chance.random() < 0.3 else 1))
        try:
            commits.append(grown(path, chance, parents, number))
        except AssertionError:  # git's merge of the parents conflicts
            commits.append(grown(path, chance, parents[:1], number))
    ours, theirs = commits[-1], commits[-2]
    try:
        wanted = git(path, "merge-tree", "--write-tree", ours, theirs).strip()
    except AssertionError:
        return None
    repository = open_repository(path, dict(os.environ))
    batch = Batch()
    tips = [tip_at(repository, bytes.fromhex(name)) for name in (ours, theirs)]
    found = unite_tips(tips[0], tips[1], Choice(POLICY, "origin", BRANCH), batch)
    store_batch(repository, batch)
    return found.tree.hex() != wanted


def begun(repo_dir: Path) -> tuple[Path, str]:
    """A ledger whose README has twenty lines to change."""
    gitledger(repo_dir, "init", "--no-hooks")
    index = {"GIT_INDEX_FILE": str(repo_dir / ".git/scratch")}
    git(repo_dir, "read-tree", BRANCH, **index)
    (repo_dir / ".git/new").write_text("".join(f"line {n}\n" for n in range(20)))
    blob = git(repo_dir, "hash-object", "-w", ".git/new").strip()
    git(repo_dir, "update-index", "--cacheinfo", f"100644,{blob},README.md", **index)
    tree = git(repo_dir, "write-tree", **index).strip()
    return repo_dir, git(repo_dir, "commit-tree", tree, "-p", BRANCH, "-m", "root").strip()


def compared(repo_dir: Path, seeds: range) -> tuple[int, list[int]]:
    """How many histories git could merge, and the seeds of those that came out otherwise."""
    path, root = begun(repo_dir)
    seen = {seed: unequal(path, root, seed) for seed in seeds}
    merged = [seed for seed, answer in seen.items() if answer is not None]
    return len(merged), [seed for seed in merged if seen[seed]]


def test_union_is_what_git_merges(repo_dir: Path) -> None:
    """Twelve random histories, merges and crossed merges among them."""
    merged, wrong = compared(repo_dir, range(12))
    assert (merged > 6, wrong) == (True, [])


@pytest.mark.slow
def test_union_is_what_git_merges_in_five_hundred(repo_dir: Path) -> None:
    """The full count."""
    merged, wrong = compared(repo_dir, range(500))
    assert (merged > 250, wrong) == (True, [])
