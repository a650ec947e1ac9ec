"""The commit range of a window as it stands today: recorded commits, followed through rewrites.

Commits are recorded once, under the ids they had. An amend, rebase or squash leaves them under
other ids, a reset or drop leaves them nowhere; this says which, and never guesses. Depends on rows.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gitledger.ledger.row import Row


@dataclass(frozen=True, slots=True)
class Worked:
    """The range `start..end` of a window on one branch, and what is not in it.

    `commits` are the window's own in the branch's order; `gone` recorded ones that neither stand
    on the branch nor became a commit that does; `elsewhere` those that stand on another branch.
    `start` and `end` are "" when there is no range, and then `why` says why; it also says what
    the range leaves out.
    """

    start: str = ""
    end: str = ""
    commits: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A branch to look for commits on: its commits with their parents, parents first.

    `elsewhere` are recorded commits that other branches hold.
    """

    branch: str
    parents: Mapping[str, Sequence[str]]
    elsewhere: Collection[str] = ()


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
            pending = [*reversed(renamed.get(found, ())), *pending]
    return ""


def worked_range(recorded: Sequence[Row], pairs: Iterable[Row], branch: Standing) -> Worked:
    """Where the commits of a window stand today. `recorded` are its `commits` rows."""
    if not recorded:
        return Worked(why="no hook recorded a commit while it was open")
    renamed = became(pairs)
    shas = list(dict.fromkeys(str(row.values["sha"]) for row in recorded))
    now = {sha: current(sha, renamed, branch.parents) for sha in shas}
    own = set(now.values()) - {""}
    moved = {sha for sha, found in now.items() if found}
    lost = [sha for sha in shas if sha not in moved]
    replaced = {new for old in moved for new in line_of(old, renamed)}
    elsewhere = tuple(s for s in lost if s in branch.elsewhere)
    gone = tuple(s for s in lost if s not in branch.elsewhere and s not in replaced)
    if not own:
        return Worked(gone=gone, elsewhere=elsewhere, why=_nowhere(branch, gone, elsewhere))
    ordered = tuple(sha for sha in branch.parents if sha in own)
    first = branch.parents[ordered[0]]
    if not first:
        why = f"{ordered[0][:12]} is the first commit of {branch.branch}: nothing stands before it"
        return Worked(end=ordered[-1], commits=ordered, gone=gone, elsewhere=elsewhere, why=why)
    return Worked(
        start=first[0],
        end=ordered[-1],
        commits=ordered,
        gone=gone,
        elsewhere=elsewhere,
        why=_left_out(branch, gone, elsewhere),
    )


def line_of(sha: str, renamed: Mapping[str, Sequence[str]]) -> set[str]:
    """Every commit that a commit became on the way to what it is now."""
    found, pending = set[str](), [sha]
    while pending:
        for new in renamed.get(pending.pop(), ()):
            if new not in found:
                found.add(new)
                pending.append(new)
    return found


def _nowhere(branch: Standing, gone: Sequence[str], elsewhere: Sequence[str]) -> str:
    if elsewhere and not gone:
        return f"its commits stand on another branch, not on {branch.branch}: switch to it"
    listed = ", ".join(sha[:12] for sha in gone[:5])
    return (
        f"none of its commits stands on {branch.branch} ({listed}): reset, dropped or squashed "
        "elsewhere"
    )


def _left_out(branch: Standing, gone: Sequence[str], elsewhere: Sequence[str]) -> str:
    said = []
    if gone:
        listed = ", ".join(sha[:12] for sha in gone[:5])
        said.append(f"{len(gone)} dropped, reset or squashed away from {branch.branch}: {listed}")
    if elsewhere:
        said.append(f"{len(elsewhere)} on another branch")
    return "; ".join(said)
