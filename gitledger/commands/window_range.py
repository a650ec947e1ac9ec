"""The commit range of a window: as stated, as its hooks saw it, or where rewriting took it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gitledger.commands.book import Book
from gitledger.git.landing import default_branches
from gitledger.git.plumbing import Plumbing, ask
from gitledger.git.ranges import commit_id, refuse_cut
from gitledger.git.relink import Lost, Relinked, present, relink
from gitledger.ledger.change import Commit
from gitledger.ledger.row import Row
from gitledger.windows.window import Window
from gitledger.windows.worked import Standing, Worked, became, line_of, worked_range

DAY = 86_400
HEADS = "refs/heads/"
MOST_ASKED = 50  # commits that other branches are searched for


@dataclass(frozen=True, slots=True)
class Found:
    """A window's range: full ids, or why there are none; and where it was worked on.

    `stands` is what became of each recorded commit, where commits were recorded and asked for.
    """

    start: str = ""
    end: str = ""
    reason: str = ""
    decision: str = "missing-commit-range"
    worked_on: str = ""
    notes: str = ""
    stands: Worked = field(default_factory=Worked)


def window_range(git: Plumbing, window: Window, pairs: Sequence[Row]) -> Found:
    """The range stated when the window was finished, else the one its hooks saw.

    A range that is gone is looked for by recorded rewrites and by patch-ids, on the branches worked
    on, the default branch and HEAD; what led there is in `notes`. Not found: `reason`.
    """
    final = window.finalised.canonical if window.finalised else None
    if not final or not final.commit_start or not final.commit_end:
        return recorded_range(git, window, pairs)
    ends = (final.commit_start, final.commit_end)
    if all(commit_id(git, sha) for sha in ends):
        return Found(*ends, worked_on=branch_of(window))
    return relinked(git, window, ends, pairs)


def recorded_range(git: Plumbing, window: Window, pairs: Sequence[Row]) -> Found:
    """The range of the recorded commits, on the branch that holds most of them today.

    Raises HistoryIncomplete where a shallow clone is cut at the first of them.
    """
    if not window.commits:
        return Found(reason="no commit range was stated and no hook recorded commits")
    best = standing(git, window, pairs)
    if best.start:
        start, end = best.start, best.end
        return Found(start, end, worked_on=branch_of(window), notes=best.why, stands=best)
    if best.commits:
        refuse_cut(git, (Commit(best.commits[0], 0, ()),))
        return Found(end=best.end, reason=best.why, stands=best)
    return replace(relinked(git, window, recorded_ends(git, window), pairs), stands=best)


def standing(git: Plumbing, window: Window, pairs: Sequence[Row]) -> Worked:
    """Where the recorded commits are today: on the branch that holds most of them."""
    best, found = Standing("HEAD", {}), Worked()
    since = oldest(git, window.commits, pairs) - DAY  # clocks are crooked
    for branch in branches_of(git, window):
        if tip := commit_id(git, branch):
            there = Standing(branch.removeprefix(HEADS), branch_commits(git, tip, since))
            on_it = worked_range(window.commits, pairs, there)
            if len(on_it.commits) > len(found.commits) or not best.parents:
                best, found = there, on_it
    lacking = [str(row.values["sha"]) for row in window.commits]
    lacking = [sha for sha in dict.fromkeys(lacking) if sha not in best.parents][:MOST_ASKED]
    if not lacking:
        return found
    others = frozenset(sha for sha in lacking if on_a_branch(git, sha))
    return worked_range(window.commits, pairs, replace(best, elsewhere=others))


def branch_commits(git: Plumbing, tip: str, since: int) -> dict[str, tuple[str, ...]]:
    """The commits of a branch since a time (Unix seconds) with their parents, parents first.

    By time, not from where the recorded commits grew: other people's may stand between them. A
    commit at which a shallow clone was cut has no parents here.
    """
    words = ("--topo-order", "--reverse", "--parents", f"--max-age={since}")
    cut = git.empty / "cut"
    cut.write_text("".join(f"{sha}\n" for sha in sorted(git.shallow)))
    told = git.run("rev-list", *words, tip, GIT_SHALLOW_FILE=str(cut))
    lines = (line.split() for line in told.decode("ascii").splitlines())
    return {sha: tuple(parents) for sha, *parents in lines}


def oldest(git: Plumbing, recorded: Sequence[Row], pairs: Sequence[Row]) -> int:
    """The earliest time of some commits or of what they became, in Unix seconds."""
    renamed, shas = became(pairs), [str(row.values["sha"]) for row in recorded]
    ids = dict.fromkeys(new for sha in shas for new in (sha, *sorted(line_of(sha, renamed))))
    first = min(str(row.values["committed_at"]) for row in recorded)
    times = [commit.committed_at for commit in present(git, tuple(ids))]
    return min([int(datetime.fromisoformat(first).timestamp()), *times])


def on_a_branch(git: Plumbing, sha: str) -> bool:
    """Whether any branch here holds a commit."""
    words = ("for-each-ref", "--count=1", "--format=%(refname)", "--contains", sha, HEADS)
    return bool(ask(git.directory, *words))


def relinked(git: Plumbing, window: Window, ends: tuple[str, str], pairs: Sequence[Row]) -> Found:
    """A range whose commits are gone: found again by what rows froze, or the reason."""
    lost = lost_of(window, ends[1])
    renamed = {str(row.values["old"]): str(row.values["new"]) for row in pairs}
    found: Relinked | None = None
    since = oldest(git, window.commits, pairs) - DAY if window.commits else 0
    for branch in branches_of(git, window):
        tip = commit_id(git, branch)
        found = found or (relink(git, lost, renamed, tip, not_before=since) if tip else None)
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
    return f"{HEADS}{names[-1]}" if names else ""


def branches_of(git: Plumbing, window: Window) -> tuple[str, ...]:
    """Where a window's commits may be: the branches it was worked on, the newest first; others."""
    names = (str(row.values.get("branch", "")) for row in reversed(window.commits))
    worked_on = (f"{HEADS}{name}" for name in names if name)
    return tuple(dict.fromkeys((*worked_on, *default_branches(git), "HEAD")))


def recorded_ends(git: Plumbing, window: Window) -> tuple[str, str]:
    """The range as it was recorded, on the branch checked out where it was worked on.

    The start is "" where the first commit was a root.
    """
    here = ask(git.directory, "symbolic-ref", "--quiet", "--short", "HEAD")
    own = [row for row in window.commits if row.values.get("branch", here) == here]
    rows = own or window.commits
    parents = rows[0].values.get("parents", ())
    start = str(next(iter(parents), "")) if isinstance(parents, Sequence) else ""
    return start, str(rows[-1].values["sha"])


def are_gone(git: Plumbing, window: Window) -> bool:
    """Whether not one of the recorded commits is in the repository any more, reachable or not."""
    return not present(git, [str(row.values["sha"]) for row in window.commits])


def rewrite_rows(book: Book) -> Sequence[Row]:
    """What became of commits, as recorded; nothing where an older ledger branch lacks it."""
    return book.rows("rewrites") if "rewrites" in book.ledgers else ()
