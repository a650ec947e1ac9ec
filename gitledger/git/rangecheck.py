"""The same examination over a range: what a push, a receive or a proposal would bring.

For hooks and `check`: commits reachable from the new tip and not from the old one, judged as
`verify` judges them, and that the new tip descends from the old one.
"""

from collections.abc import Collection

from gitledger.errors import Problem
from gitledger.git.examine import Examination, examine
from gitledger.git.objects import read
from gitledger.git.rawhistory import parse, walk
from gitledger.git.repository import Repository
from gitledger.git.texts import Policy, Texts


def examine_range(
    repository: Repository, old: bytes | None, new: bytes | None, policy: Policy
) -> Examination:
    """Examine what moving the branch from `old` to `new` brings (None: no such branch).

    `findings` holds a `branch-deleted` or `branch-rewound` where the move drops history; keys and
    references are those of the rows at `old` and of the new ones. Raises HistoryIncomplete and
    LedgerDamaged.
    """
    if new is None:
        hint = "keep the branch; a wrong row is taken back with `gitledger void`"
        gone = Problem("", "the ledger branch would be deleted", hint, "branch-deleted")
        done = Examination(repository, (), Texts(repository, policy))
        done.tell(old or b"", gone)
        return done
    if not old:
        return examine(repository, [new], policy)
    known, tree = _before(repository, old, new), parse(old, read(repository, old)).tree
    done = examine(repository, [new], policy, known=known, before=tree)
    if old != new and not descends(done, old):
        what = f"the branch would lose the commits up to this one: {new.hex()[:12]} does not follow"
        hint = "fetch, merge so that both sides keep their rows, push again; nothing is ever forced"
        done.tell(old, Problem("", what, hint, "branch-rewound"))
    for commit in done.commits:
        if not commit.parents:
            what = "a second root: a history without common beginning"
            root = Problem("", what, "move its rows over with export and import", "second-root")
            done.tell(commit.oid, root)
    return done


def _before(repository: Repository, old: bytes, new: bytes) -> Collection[bytes]:
    """Commits where the walk may stop: `old` alone when history is straight, else all before it."""
    at = new
    while at != old:
        parents = parse(at, read(repository, at)).parents
        if len(parents) != 1:
            return walk(repository, [old]).keys()
        at = parents[0]
    return (old,)


def descends(done: Examination, old: bytes) -> bool:
    """Whether what was examined follows a commit."""
    return any(old in commit.parents for commit in done.commits)
