"""What became of a range's lines by `git blame` alone: every version of every file, blamed.

A line is named by the commit that bore it, its path there and its number there, as blame tells it.
"""

import subprocess
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gitledger.lines.change import Commit

DAYS = 14 * 86_400
Line = tuple[str, bytes, int]
Lines = frozenset[Line]
Version = dict[bytes, Lines]
NONE: Lines = frozenset()


@dataclass(frozen=True)
class Blamed:
    """Counts of a range by blame; `dead` within 14 days, `gone` at the horizon."""

    alive_at_end: int
    dead: int
    dead_of_alive: int
    gone: int


def git_bytes(path: Path, *words: str | bytes) -> bytes:
    """What git prints."""
    return subprocess.run(["git", *words], cwd=path, capture_output=True, check=True).stdout


def has_text(path: Path, blob: str) -> bool:
    """Whether git takes a blob for text."""
    return b"\0" not in git_bytes(path, "cat-file", "blob", blob)[:8000]


def lines_at(path: Path, start: str, sha: str, mine: Collection[str], name: bytes) -> Lines:
    """The lines of a range's commits that blame finds in one file of one commit."""
    words = ("blame", "-s", "--porcelain", f"{start}..{sha}", "--", name)
    found: set[Line] = set()
    names: dict[str, bytes] = {}
    waiting: tuple[str, int] | None = None
    for line in git_bytes(path, *words).split(b"\n"):
        if line.startswith(b"\t"):
            if waiting and waiting[0] in mine:
                found.add((waiting[0], names[waiting[0]], waiting[1]))
        elif line.startswith(b"filename ") and waiting:
            names[waiting[0]] = line[9:]
        elif len(head := line.split(b" ")) >= 3 and len(head[0]) == 40:
            waiting = head[0].decode(), int(head[1])
    return frozenset(found)


def touched(path: Path, commit: Commit, parent: str) -> dict[bytes, str]:
    """The files that differ from one parent, each with its blob in the commit (zeros: gone)."""
    told = git_bytes(path, "diff-tree", "-r", "-z", "--no-renames", parent, commit.sha).split(b"\0")
    pairs = zip(told[::2], told[1::2], strict=False)
    return {name: fields.split()[3].decode() for fields, name in pairs if b"160000" not in fields}


def versions(path: Path, start: str, commits: Sequence[Commit], mine: Collection[str]) -> list:
    """For each commit, parents first, the lines of the range in each of its files."""
    places = {commit.sha: n for n, commit in enumerate(commits)}
    found: list[Version] = []
    with ThreadPoolExecutor(2) as pool:
        for commit in commits:
            parents = [found[places[p]] if p in places else {} for p in commit.parents]
            tree: Version = dict(parents[0]) if parents else {}
            asked: dict[bytes, str] = {}
            for parent in commit.parents:
                asked |= touched(path, commit, parent)
            kept = {n: b for n, b in asked.items() if b.strip("0")}
            texts = pool.map(partial(has_text, path), kept.values())
            names = [name for name, text in zip(kept, texts, strict=True) if text]
            told = pool.map(partial(lines_at, path, start, commit.sha, mine), names)
            tree.update(dict.fromkeys(asked, NONE))
            tree.update(zip(names, told, strict=True))
            found.append({name: lines for name, lines in tree.items() if lines})
    return found


def blamed(path: Path, start: str, end: str, commits: Sequence[Commit], mine: set[str]) -> Blamed:
    """The counts of the range `start..end` over a history that goes on to a horizon."""
    places = {commit.sha: n for n, commit in enumerate(commits)}
    alive = [NONE.union(*tree.values()) for tree in versions(path, start, commits, mine)]
    contains: list[set[int]] = []
    for n, commit in enumerate(commits):
        contains.append({n}.union(*(contains[places[p]] for p in commit.parents if p in places)))
    times = {commit.sha: commit.committed_at for commit in commits}
    deaths: dict[Line, int] = {}
    for n, commit in enumerate(commits):
        before = NONE.union(*(alive[places[p]] for p in commit.parents if p in places))
        for line in before - alive[n]:
            later = (m for m in range(n + 1, len(commits)) if n in contains[m])
            if not any(line in alive[m] for m in later):
                deaths[line] = min(deaths.get(line, commit.committed_at), commit.committed_at)
    young = {line for line, when in deaths.items() if when - times[line[0]] <= DAYS}
    landed = alive[places[end]]
    return Blamed(len(landed), len(young), len(young & landed), len(deaths))
