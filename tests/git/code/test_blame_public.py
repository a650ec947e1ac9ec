"""Lines alive and dead in public repositories are those of `git blame`, on twenty ranges of each.

`GITLEDGER_PUBLIC_REPOSITORIES` names clones, separated as in PATH. One rule tells them apart: of a
line that two parents of a merge brought, blame calls the second parent's birth gone; here it is the
same line, counted in `joined` and not among the dead.
"""

import os
from pathlib import Path

import pytest
from blames import Blamed, blamed, git_bytes
from survivals import followed, traced

from gitledger.git.code.ranges import contained_in, walk
from gitledger.git.plumbing import pin_plumbing

CLONES = tuple(filter(None, os.environ.get("GITLEDGER_PUBLIC_REPOSITORIES", "").split(os.pathsep)))
RANGES, SIZE, TAIL = 20, 12, 8  # commits along first parents
MOST = 120  # commits of a range with its tail: every version of every file is blamed


def ranges(path: Path) -> list[tuple[str, str, str]]:
    """Start, end and horizon of ranges spread over a history."""
    chain = git_bytes(path, "rev-list", "--first-parent", "--reverse", "HEAD").decode().split()
    found, step = [], (len(chain) - SIZE - TAIL - 1) // (2 * RANGES)
    for at in range(0, step * 2 * RANGES, step):
        ends = chain[at], chain[at + SIZE], chain[at + SIZE + TAIL]
        size = git_bytes(path, "rev-list", "--count", f"{ends[0]}..{ends[2]}")
        if int(size) <= MOST and len(found) < RANGES:
            found.append(ends)
    return found


def joined_later(path: Path, start: str, end: str, horizon: str) -> int:
    """How many lines merges after the range joined: there blame may name another commit."""
    seen = traced(path, start, horizon, horizon)
    inside = contained_in(seen.commits, end)
    later = [join for join in seen.joins if seen.commits[join.position].sha not in inside]
    return sum(join.younger.size for join in later)


@pytest.mark.slow
@pytest.mark.parametrize("clone", CLONES)
def test_ranges_agree_with_blame(clone: str) -> None:
    """Equal on every range; only lines that two parents brought may be told otherwise."""
    path, equal, told = Path(clone), 0, []
    for start, end, horizon in ranges(path):
        counts = followed(path, start, end, horizon)
        with pin_plumbing(path) as git:
            commits = walk(git, horizon, (start,))
        mine = set(contained_in(commits, end))
        there = blamed(path, start, end, commits, mine)
        ours = Blamed(counts.alive_at_end, counts.dead, counts.dead_of_alive, counts.dead_ever)
        apart = [abs(a - b) for a, b in zip(vars(ours).values(), vars(there).values(), strict=True)]
        equal += not any(apart)
        more = joined_later(path, start, end, horizon) if any(apart) else 0
        told.append((start[:9], end[:9], horizon[:9], ours, there, counts.joined, more))
        print(*told[-1])
        assert max(apart[0], apart[2]) <= more, told[-1]
        assert max(apart[1], apart[3]) <= counts.joined + more, told[-1]
    print(f"{clone}: {equal} of {len(told)} ranges equal, the others by joined lines alone")
    assert len(told) == RANGES
