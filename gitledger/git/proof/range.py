"""The same examination over a range: what a push, a receive or a proposal would bring.

For hooks and `check`: commits reachable from the new tip and not from the old one, judged as
`verify` judges them, and that the new tip descends from the old one.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress

from gitledger.errors import HistoryIncomplete, LedgerDamaged, Problem
from gitledger.git.commit import parse
from gitledger.git.objects import read, run_git
from gitledger.git.proof.examine import Examination, examine
from gitledger.git.proof.history import walk
from gitledger.git.proof.texts import TextPolicy, TextsInForce
from gitledger.git.repository import Repository

FEW = 64  # commits: read sooner than a git starts


def examine_range(
    repository: Repository, old: bytes | None, new: bytes | None, policy: TextPolicy
) -> Examination:
    """Examine what moving the branch from `old` to `new` brings (None: no such branch).

    `findings` holds a `branch-deleted` or `branch-rewound` where the move drops history; keys and
    references are those of the rows at `old` and of the new ones. Raises HistoryIncomplete and
    LedgerDamaged.
    """
    if new is None:
        hint = "keep the branch; void a wrong row with `gitledger void`"
        gone = Problem("", "the ledger branch would be deleted", hint, "branch-deleted")
        done = Examination(repository, (), TextsInForce(repository, policy))
        done.tell(old or b"", gone)
        return done
    if not old:
        return examine(repository, [new], policy)
    if old == new:
        return Examination(repository, (), TextsInForce(repository, policy))
    known, tree = _before(repository, old, new), parse(old, read(repository, old)).tree
    done = examine(repository, [new], policy, known=known, before=tree)
    if not descends(done, old):
        what = f"the branch would lose the commits up to this one: {new.hex()[:12]} does not follow"
        hint = "fetch, merge so that both sides keep their rows, push again; nothing is ever forced"
        done.tell(old, Problem("", what, hint, "branch-rewound"))
    for commit in done.commits:
        if not commit.parents:
            what = "a second root: a history without common beginning"
            root = Problem("", what, "move its rows over with export and import", "second-root")
            done.tell(commit.oid, root)
    return done


class _Beyond(Collection[bytes]):
    """All commits but some: where a walk that is to see just those stops."""

    def __init__(self, fresh: frozenset[bytes]) -> None:
        self._fresh = fresh

    def __contains__(self, oid: object) -> bool:
        return oid not in self._fresh

    # a `Collection` has these two as well; a walk asks for neither
    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _before(repository: Repository, old: bytes, new: bytes) -> Collection[bytes]:
    """Commits where the walk may stop: those that `old` has behind it.

    git lists what is new in the time that takes, not in that of the whole history: grafts,
    replacements, shallow borders and the commit-graph, which may say what is not so, are off. The
    walk itself reads raw commits; where dates are wrong git lists too many, which costs time only.
    """
    straight = _straight(repository, old, new)
    if straight is not None:
        return _Beyond(straight)
    words = ("-c", "core.commitGraph=false", "rev-list", new.hex(), f"^{old.hex()}", "--")
    listed = run_git(
        repository,
        words,
        GIT_NO_REPLACE_OBJECTS="1",
        GIT_GRAFT_FILE=os.devnull,
        GIT_SHALLOW_FILE="",
    )
    if listed.returncode:  # history is not whole here: the walk says where
        return walk(repository, [old]).keys()
    return _Beyond(frozenset(map(bytes.fromhex, listed.stdout.decode("ascii").split())))


def _straight(repository: Repository, old: bytes, new: bytes) -> frozenset[bytes] | None:
    """The commits above `old`, where `new` follows it in few steps without merges: no git needed.

    They are the raw ones that the walk reads anyway.
    """
    fresh = set[bytes]()
    with suppress(LedgerDamaged, HistoryIncomplete):  # the walk says where
        while new != old and len(fresh) < FEW:
            fresh.add(new)
            parents = parse(new, read(repository, new)).parents
            if len(parents) != 1:
                return None
            new = parents[0]
    return frozenset(fresh) if new == old else None


def descends(done: Examination, old: bytes) -> bool:
    """Whether what was examined follows a commit."""
    return any(old in commit.parents for commit in done.commits)
