"""Moves of HEAD -> facts: which commits were made here, and which became others.

What hooks cannot see is read from git's own words in the reflog: merges, `am`, rebases by any
backend, other programs' commits, commits made while no hook ran. Pure but for `look`, which
answers what a commit is; nothing is written. May import errors and the git folder.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from gitledger.git.code.head import HeadLog
from gitledger.git.code.headposition import HeadMove
from gitledger.git.commit import CommitHead

Look = Callable[[str], CommitHead | None]

# git's words in the reflog; plain comparisons, since compiling patterns costs a hook milliseconds
MADE = ("commit:", "commit (", "cherry-pick:", "revert:", "am:")
AMENDED = "commit (amend)"
ONLY_MOVED = "cherry-pick: fast-forward"
JOINED = ": Merge made by"
LEFT = "checkout: moving from "
MOVES_ONLY = ("checkout", "reset", "merge", "pull", "clone", "branch", "rebase", "cherry-pick")
STEP = r"(?:rebase(?!:)|pull(?!:))\b[^(]*\((?P<step>\w+)\)"
HEX = set("0123456789abcdef")
ZERO = "0" * 40
SAME_MOMENT = 2  # seconds between a commit's own time and its line in the reflog
LONGEST_LOOK = 2000  # commits of an old branch that are compared with a rebased one


class MadeCommit(NamedTuple):
    """A commit that was made here: on which branch, how, and when HEAD moved to it (Unix).

    `how` is commit, amend, rebase or squash; `agent` is None where nobody said who worked;
    `told` are other times at which it may have been, the likelier first.
    """

    sha: str
    branch: str
    how: str
    when: int
    seen_by: str = "reflog"
    agent: str | None = None
    told: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A commit that became another one: amend, rebase or squash."""

    old: str
    new: str
    how: str
    branch: str = ""


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What moves of HEAD tell, in the order of the moves; `end` is up to where they are settled."""

    seen: tuple[MadeCommit, ...]
    rewrites: tuple[Rewrite, ...]
    end: int


def facts_of(log: HeadLog, look: Look) -> HeadFacts:
    """The facts of one worktree's moves. A rebase that is under way is left for later."""
    moves, end = settled_moves(log)
    branches = branches_of(moves, log.branch)
    seen: list[MadeCommit] = []
    rewrites: list[Rewrite] = []
    place = 0
    while place < len(moves):
        move, branch = moves[place], branches[place]
        if _step(move) == "start":
            size = _rebase_size(moves[place:])
            _rebased(moves[place : place + size], branch, look, (seen, rewrites))
            place += size
            continue
        _single(move, branch, look, (seen, rewrites))
        place += 1
    rewrites += _squashed_by_reset(moves, branches, look)
    return HeadFacts(tuple(seen), tuple(rewrites), end)


def settled_moves(log: HeadLog) -> tuple[tuple[HeadMove, ...], int]:
    """The moves that nothing later can change the meaning of, and where they end in the log."""
    if log.rebasing:
        starts = [i for i, move in enumerate(log.moves) if _step(move) == "start"]
        ends = [i for i, move in enumerate(log.moves) if _step(move) in {"finish", "abort"}]
        if starts and starts[-1] > max(ends, default=-1):
            return log.moves[: starts[-1]], log.moves[starts[-1]].at
    return log.moves, log.size


def branches_of(moves: Sequence[HeadMove], current: str) -> tuple[str, ...]:
    """The branch that each move happened on, told backwards from where HEAD is now."""
    found, branch = [], current
    for move in reversed(moves):
        found.append(branch)
        if move.words.startswith(LEFT):
            left = move.words.removeprefix(LEFT).split(" ", 1)[0]
            # git writes the id where HEAD was detached
            branch = "" if len(left) == 40 and set(left) <= HEX else f"refs/heads/{left}"
    return tuple(reversed(found))


Found = tuple[list[MadeCommit], list[Rewrite]]


def _single(move: HeadMove, branch: str, look: Look, found: Found) -> None:
    """One move outside a rebase: a commit, an amend, a merge, or only a move."""
    seen, rewrites = found
    if move.words.startswith(AMENDED):
        rewrites.append(Rewrite(move.old, move.new, "amend", branch))
    elif not (_is_made(move) or _is_joined(move) or _is_new(move, look)):
        return
    how = "amend" if move.words.startswith(AMENDED) else "commit"
    seen.append(MadeCommit(move.new, branch, how, move.moved, told=(move.when,)))


def _is_made(move: HeadMove) -> bool:
    """Whether git says that a commit was made, other than by amending."""
    words = move.words
    return words.startswith(MADE) and not words.startswith(AMENDED) and words != ONLY_MOVED


def _is_joined(move: HeadMove) -> bool:
    """Whether git says that a merge commit was made."""
    return move.words.startswith(("merge", "pull")) and JOINED in move.words


def _is_new(move: HeadMove, look: Look) -> bool:
    """Whether a move in unknown words made a commit: a child of the old HEAD, of this moment."""
    if move.words.lower().startswith(MOVES_ONLY):
        return False
    head = look(move.new)
    if head is None or move.old not in head.parents:
        return False
    return abs(head.committed_at - move.when) <= SAME_MOMENT


def _step(move: HeadMove) -> str:
    if not move.words.startswith(("rebase", "pull")):
        return ""
    found = re.match(STEP, move.words)
    return found["step"] if found else ""


def _rebase_size(moves: Sequence[HeadMove]) -> int:
    """How many moves a rebase has; one without an end (`--quit`) goes on to the next start."""
    for place, move in enumerate(moves[1:], 1):
        if _step(move) in {"finish", "abort"}:
            return place + 1
        if _step(move) == "start":
            return place
    return len(moves)


def _rebased(moves: Sequence[HeadMove], branch: str, look: Look, found: Found) -> None:
    """What a finished rebase left on its branch, each new commit with the one it came from."""
    if _step(moves[-1]) == "abort":
        return
    start, last = moves[0], moves[-1]
    fresh = {move.new: move for move in moves[1:]}
    chain = _chain(last.new, {start.new}, look)
    stands = [head for head in reversed(chain) if head.sha in fresh]
    olds = _chain(start.old, {start.new, *(head.sha for head in chain)}, look)
    seen, rewrites = found
    for head in stands:
        move = fresh[head.sha]
        own = _step(move) == "" and _is_made(move)
        seen.append(
            MadeCommit(
                head.sha, branch, "commit" if own else "rebase", move.moved, told=(move.when,)
            )
        )
    rewrites += [Rewrite(old, new, "rebase", branch) for old, new in _matched(olds, stands)]


def _matched(olds: Sequence[CommitHead], news: Sequence[CommitHead]) -> Iterator[tuple[str, str]]:
    """Old and new commits that are the same work: author, time and subject, else without subject.

    Only where exactly one old and one new commit fit each other: a guess is no fact.
    """
    left, right = list(olds), list(news)
    for key in (lambda h: (h.authored, h.subject), lambda h: (h.authored, b"")):
        before, after = Counter(map(key, left)), Counter(map(key, right))
        sure = {k for k, count in after.items() if count == 1 and before[k] == 1}
        by_key = {key(head): head for head in right if key(head) in sure}
        pairs = [(head, by_key[key(head)]) for head in left if key(head) in sure]
        yield from ((old.sha, new.sha) for old, new in pairs)
        left = [head for head in left if key(head) not in sure]
        right = [head for head in right if key(head) not in sure]


def _chain(tip: str, stop: set[str], look: Look) -> list[CommitHead]:
    """Commits from a tip along all parents, newest first, down to `stop` or LONGEST_LOOK."""
    found: list[CommitHead] = []
    pending, seen = [tip], set(stop)
    while pending and len(found) < LONGEST_LOOK:
        sha = pending.pop(0)
        head = None if sha in seen or sha == ZERO else look(sha)
        seen.add(sha)
        if head is not None:
            found.append(head)
            pending += head.parents
    return found


def _squashed_by_reset(
    moves: Sequence[HeadMove], branches: Sequence[str], look: Look
) -> list[Rewrite]:
    """`reset --soft BACK` and one commit with the same files: the commits between became it."""
    found = []
    for place, (back, made) in enumerate(pairwise(moves)):
        if not back.words.startswith("reset: ") or not _is_made(made):
            continue
        before, after = look(back.old), look(made.new)
        if before is None or after is None or before.tree != after.tree:
            continue
        if back.old == back.new or after.parents[:1] != (back.new,):
            continue
        between = _first_parents(back.old, back.new, look)
        found += [Rewrite(sha, made.new, "squash", branches[place]) for sha in between]
    return found


def _first_parents(tip: str, stop: str, look: Look) -> list[str]:
    """The first-parent chain from a tip down to `stop`, oldest first; empty if it misses it."""
    found: list[str] = []
    sha = tip
    while sha != stop and len(found) < LONGEST_LOOK:
        head = look(sha)
        if head is None or not head.parents:
            return []
        found.append(sha)
        sha = head.parents[0]
    return found[::-1] if sha == stop else []
