"""Where the recorded commits of a window stand today: followed through rewrites, by branch.

Commits are recorded once, under the ids they had. An amend, rebase or squash leaves them under
other ids, a reset or drop leaves them nowhere; this says which, and never guesses. Depends on rows.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gitledger.ledger.row import Row


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of a window's recorded commits.

    `commits` count, parents first, from `start` to `end`; `gone` are recorded ones that stand
    nowhere and became nothing that does; `elsewhere` those that stand on another branch than
    most, as a copy of one that counts. `why` says in words what does not count.
    """

    start: str = ""
    end: str = ""
    commits: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class CommitPlaces:
    """Recorded commits by the branch they stand on, as they are called there; the rest is lost.

    The first branch is the one that holds most of them; a commit is on one branch only.
    """

    on: Mapping[str, tuple[str, ...]]
    lost: tuple[str, ...]


def became(pairs: Iterable[Row]) -> Mapping[str, tuple[str, ...]]:
    """Old commit -> the commits it became, in order of recording, from `rewrites` rows."""
    found: dict[str, tuple[str, ...]] = {}
    for row in pairs:
        old, new = str(row.values["old"]), str(row.values["new"])
        if new not in found.get(old, ()):
            found[old] = (*found.get(old, ()), new)
    return found


def current(sha: str, renamed: Mapping[str, Sequence[str]], standing: Collection[str]) -> str:
    """What a recorded commit is called on the branch now, "" when it is nowhere on it.

    The commit itself comes first (a rebase that was undone leaves it standing), then its latest
    rewrite, followed to its end; circles are cut.
    """
    pending, seen = [sha], set[str]()
    while pending:
        found = pending.pop(0)
        if found in standing:
            return found
        if found not in seen:
            seen.add(found)
            # depth first, the oldest rewrite first
            pending = [*reversed(renamed.get(found, ())), *pending]
    return ""


def place_commits(
    shas: Sequence[str],
    renamed: Mapping[str, Sequence[str]],
    branches: Sequence[tuple[str, Collection[str]]],
) -> CommitPlaces:
    """Where commits stand; `branches` by name with the commits they hold, the likeliest first."""
    named = [{sha: current(sha, renamed, held) for sha in shas} for _, held in branches]
    most = max(range(len(branches)), key=lambda i: (_size(named[i]), -i), default=-1)
    order = [most, *(i for i in range(len(branches)) if i != most)] if branches else []
    on: dict[str, tuple[str, ...]] = {}
    left = list(shas)
    for i in order:
        here = [sha for sha in left if named[i][sha]]
        if here:
            on[branches[i][0]] = tuple(dict.fromkeys(named[i][sha] for sha in here))
        left = [sha for sha in left if not named[i][sha]]
    moved = [sha for sha in shas if sha not in left]
    replaced = {new for old in moved for new in line_of(old, renamed)}
    return CommitPlaces(on, tuple(sha for sha in left if sha not in replaced))


def _size(named: Mapping[str, str]) -> int:
    return len(set(named.values()) - {""})


def line_of(sha: str, renamed: Mapping[str, Sequence[str]]) -> set[str]:
    """Every commit that a commit became on the way to what it is now."""
    found, pending = set[str](), [sha]
    while pending:
        for new in renamed.get(pending.pop(), ()):
            if new not in found:
                found.add(new)
                pending.append(new)
    return found


def left_out(branch: str, gone: Sequence[str], elsewhere: Sequence[str]) -> str:
    """In words, which recorded commits do not count; "" where all do."""
    said = []
    if gone:
        listed = ", ".join(sha[:12] for sha in gone[:5])
        said.append(f"{len(gone)} dropped, reset or squashed away from {branch}: {listed}")
    if elsewhere:
        said.append(f"{len(elsewhere)} on another branch, a copy of what counts")
    return "; ".join(said)
