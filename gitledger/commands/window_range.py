"""The commit range of a window: as stated, as its hooks saw it, or where rewriting took it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gitledger.git.landing import default_branches
from gitledger.git.plumbing import Plumbing
from gitledger.git.ranges import commit_id, walk
from gitledger.git.relink import Lost, Relinked, present, relink
from gitledger.ledger.row import Row
from gitledger.windows.window import Window
from gitledger.windows.worked import Standing, Worked, worked_range


@dataclass(frozen=True, slots=True)
class Found:
    """A window's range: full ids, or why there are none; and where it was worked on."""

    start: str = ""
    end: str = ""
    reason: str = ""
    decision: str = "missing-commit-range"
    worked_on: str = ""
    notes: str = ""


def window_range(git: Plumbing, window: Window, pairs: Sequence[Row]) -> Found:
    """The range stated when the window was finished, else the one its hooks saw.

    A range that is gone is looked for by recorded rewrites and by patch-ids, on the branch worked
    on, the default branch and HEAD; what led there is in `notes`. Not found: `reason`.
    """
    final = window.finalised.canonical if window.finalised else None
    worked_on = branch_of(window)
    if final and final.commit_start and final.commit_end:
        ends = (final.commit_start, final.commit_end)
        if all(commit_id(git, sha) for sha in ends):
            return Found(*ends, worked_on=worked_on)
        return relinked(git, window, ends, pairs)
    if not window.commits:
        return Found(reason="no commit range was stated and no hook recorded commits")
    return by_hooks(git, window, pairs)


def by_hooks(git: Plumbing, window: Window, pairs: Sequence[Row]) -> Found:
    """The range of the recorded commits, on the branch that holds most of them today."""
    shas = {str(row.values["sha"]) for row in window.commits} | {
        str(row.values["new"]) for row in pairs
    }
    there = present(git, tuple(shas))
    outside = tuple(dict.fromkeys(p for c in there for p in c.parents[:1] if p not in shas))
    best = Worked()
    for branch in branches_of(git, branch_of(window)):
        tip = commit_id(git, branch)
        reached = walk(git, tip, outside) if tip and there else ()
        parents = {commit.sha: commit.parents for commit in reached}
        found = worked_range(window.commits, pairs, Standing(branch, parents))
        if len(found.commits) > len(best.commits):
            best = found
    if best.start:
        return Found(best.start, best.end, worked_on=branch_of(window), notes=best.why)
    ends = (first_parent_of(window), str(window.commits[-1].values["sha"]))
    return relinked(git, window, ends, pairs)


def relinked(git: Plumbing, window: Window, ends: tuple[str, str], pairs: Sequence[Row]) -> Found:
    """A range whose commits are gone: found again by what rows froze, or the reason."""
    lost = lost_of(window, ends[1])
    renamed = {str(row.values["old"]): str(row.values["new"]) for row in pairs}
    found: Relinked | None = None
    for branch in branches_of(git, branch_of(window)):
        tip = commit_id(git, branch)
        found = found or (relink(git, lost, renamed, tip) if tip else None)
    if found:
        return Found(found.start, found.end, notes=f"relinked by {found.how} from {ends[1][:12]}")
    what = f"the commits {ends[0][:12]}..{ends[1][:12]} are gone and were not found again"
    return Found(*ends, reason=what, decision="range-vanished")


def lost_of(window: Window, end: str) -> Lost:
    """What rows know of a window's commits: ids, the range's patch-id, single patch-ids."""
    frozen = [row.values for row in window.churn if row.values.get("commits")]
    kept: Mapping[str, object] = frozen[-1] if frozen else {}
    listed = kept.get("commits", ())
    commits = [str(sha) for sha in listed] if isinstance(listed, Sequence) else []
    recorded = {
        str(row.values["sha"]): str(row.values["patch_id"])
        for row in window.commits
        if "patch_id" in row.values
    }
    commits = commits or [str(row.values["sha"]) for row in window.commits] or [end]
    return Lost(tuple(commits), str(kept.get("patch_id", "")), recorded)


def branch_of(window: Window) -> str:
    """The branch the hooks last saw the window's work on; "" is unknown."""
    names = [str(row.values["branch"]) for row in window.commits if "branch" in row.values]
    return f"refs/heads/{names[-1]}" if names else ""


def branches_of(git: Plumbing, worked_on: str) -> tuple[str, ...]:
    """Where a window's commits may be."""
    usual = (worked_on, *default_branches(git), "HEAD")
    return tuple(dict.fromkeys(branch for branch in usual if branch))


def first_parent_of(window: Window) -> str:
    """The parent of the first recorded commit; "" for a root."""
    parents = window.commits[0].values.get("parents", ())
    return str(next(iter(parents), "")) if isinstance(parents, Sequence) else ""
