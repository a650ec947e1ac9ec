"""The commits that a window is credited with: as stated, or as its hooks saw them, as they stand.

A window has its recorded commits and nothing between them that is somebody else's. A range that a
person stated counts whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gitledger.book.commits import Known, frozen_of, recorded_patches
from gitledger.book.relinking import Refound, Search, copies, refound
from gitledger.errors import with_noun
from gitledger.git.code.branches import Field, branch_field, walk_tips
from gitledger.git.code.landing import default_branches
from gitledger.git.code.ranges import commit_id, read_range, refuse_cut
from gitledger.git.code.relink import Lost, present, relink
from gitledger.git.code.runs import Credit, credit_of, whole
from gitledger.git.plumbing import Plumbing, ask
from gitledger.ledger.row import texts
from gitledger.lines.change import EMPTY_TREE, Commit
from gitledger.windows.commits import CommitPlaces, Worked, became, left_out, line_of, place_commits
from gitledger.windows.finalisation import Finalisation
from gitledger.windows.window import Window

HEADS = "refs/heads/"
NOWHERE = "none of its commits is on a branch"


@dataclass(frozen=True, slots=True)
class WindowCredit:
    """What a window is credited with, or why nothing is; and where it was worked on.

    `stands` is what became of each recorded commit. `unlanded` says why commits that are here, and
    count, are on no branch.
    """

    credit: Credit | None = None
    start: str = ""
    end: str = ""
    reason: str = ""
    decision: str = "missing-commit-range"
    worked_on: str = ""
    notes: str = ""
    unlanded: str = ""
    stands: Worked = field(default_factory=Worked)


def window_range(git: Plumbing, window: Window, known: Known) -> WindowCredit:
    """The range stated when the window was finished, else the commits that its hooks saw.

    What `complete` worked out itself is no statement: the recorded commits count, as they stand
    now. A stated range that is gone is looked for by recorded rewrites and by patch-ids.
    """
    final = window.final
    if not final or not final.commit_start or not final.commit_end:
        return recorded_range(git, window, known)
    if window.commits and not is_stated(git, window, final, known):
        return recorded_range(git, window, known)
    ends = {final.commit_start, final.commit_end} - {EMPTY_TREE}
    if all(commit_id(git, sha) for sha in ends):
        return stated_range(git, final.commit_start, final.commit_end, branch_of(window))
    return _relinked_whole(git, window, final, known)


def stated_range(git: Plumbing, start: str, end: str, worked_on: str = "") -> WindowCredit:
    """A range as a person stated it (full ids), credited whole. Raises what the range refuses."""
    credit = whole(read_range(git, start, end))
    return WindowCredit(credit, start, end, worked_on=worked_on)


def is_stated(git: Plumbing, window: Window, final: Finalisation, known: Known) -> bool:
    """Whether a person typed the range of a finalisation.

    Rows say so where they were typed; those of 0.1.0 do not: there a range is worked out when it
    begins at the parent of a recorded commit and ends at a recorded one.
    """
    if final.range_stated or final.range_found:
        return final.range_stated
    renamed = became(known.pairs)
    shas = [str(row.values["sha"]) for row in window.commits]
    line = {new for sha in shas for new in (sha, *line_of(sha, renamed))}
    lists = [texts(row.values.get("parents")) for row in window.commits]
    lists += [commit.parents for commit in present(git, sorted(line))]
    parents = {next(iter(each), EMPTY_TREE) for each in lists}
    return final.commit_end not in line or final.commit_start not in parents


def recorded_range(git: Plumbing, window: Window, known: Known) -> WindowCredit:
    """The recorded commits of a window, wherever they stand today, as runs.

    Raises HistoryIncomplete where a shallow clone is cut at one of them.
    """
    if not window.commits:
        return WindowCredit(reason="no commit range was stated and no hook recorded commits")
    survey = _surveyed(git, window, known)
    found = Refound()
    if survey.stand.lost:
        search = Search(
            field=survey.ground,
            renamed=known.renamed,
            patches=recorded_patches(window),
            frozen=frozen_of(window, known),
            own=survey.own,
            not_among=known.not_of(window.id),
        )
        found = refound(git, survey.stand.lost, survey.held, search)
    own = survey.own | found.new | found.kept
    if not own:
        return _nowhere(git, window, survey)
    tips = [*survey.ground.tips.values(), *sorted(found.kept)]
    commits = walk_tips(git, tips, survey.ground.base) if found.kept else survey.ground.commits
    return _credited(git, window, survey, commits=commits, own=own, found=found)


@dataclass(frozen=True, slots=True)
class _Survey:
    """The branches that may hold a window's commits, where these stand, and what is here of them.

    `own` count; `twice` are copies of such on another branch; `line` is every id they ever had.
    """

    ground: Field
    stand: CommitPlaces
    held: tuple[str, ...]
    own: frozenset[str]
    twice: tuple[str, ...]
    line: frozenset[str]


def _surveyed(git: Plumbing, window: Window, known: Known) -> _Survey:
    renamed = became(known.pairs)
    shas = list(dict.fromkeys(str(row.values["sha"]) for row in window.commits))
    line = dict.fromkeys(new for sha in shas for new in (sha, *sorted(line_of(sha, renamed))))
    here = present(git, tuple(line))
    names = branches_of(git, window)
    ground = branch_field(git, _grown_from(git, window, here), names, ledger=known.ledger)
    likely = [name for name in names if name in ground.tips]
    stand = place_commits(shas, renamed, [(name, ground.held(name)) for name in likely])
    if stand.lost or not stand.on:  # there may be hundreds of other branches
        stand = place_commits(shas, renamed, [(name, ground.held(name)) for name in ground.tips])
    main, *others = list(stand.on.values()) or [()]
    rest = [sha for on in others for sha in on if sha not in main]
    twice = copies(git, ground, main, rest)
    return _Survey(
        ground=ground,
        stand=stand,
        held=tuple(commit.sha for commit in here),
        own=frozenset({*main, *rest}) - twice,
        twice=tuple(sha for sha in rest if sha in twice),
        line=frozenset(line),
    )


def _grown_from(git: Plumbing, window: Window, here: Sequence[Commit]) -> list[str]:
    """What the work began from: parents of its commits that are no work of it, as far as known.

    Nothing where some of it is the first commit of a branch.
    """
    if any(not commit.parents for commit in here):
        return []
    inside = {commit.sha for commit in here}
    gone = [row for row in window.commits if str(row.values["sha"]) not in inside]
    inside |= {str(row.values["sha"]) for row in gone}
    parents = [parent for commit in here for parent in commit.parents]
    parents += [parent for row in gone for parent in texts(row.values.get("parents"))]
    outside = [parent for parent in dict.fromkeys(parents) if parent not in inside]
    return [commit.sha for commit in present(git, outside)]


def _credited(
    git: Plumbing,
    window: Window,
    survey: _Survey,
    *,
    commits: Sequence[Commit],
    own: frozenset[str],
    found: Refound,
) -> WindowCredit:
    """The own commits as what counts, with a word on what does not."""
    refuse_cut(git, tuple(commit for commit in commits if commit.sha in own))
    credit = credit_of(commits, own)
    others = tuple(commit for commit in credit.others if commit.sha not in survey.line)
    branch = next(iter(survey.stand.on), "") or next(iter(survey.ground.tips), "any branch")
    why = left_out(branch.removeprefix(HEADS), found.missing, survey.twice)
    stands = Worked(
        start=credit.start,
        end=credit.end,
        commits=tuple(commit.sha for commit in commits if commit.sha in own),
        gone=tuple(found.missing),
        elsewhere=survey.twice,
        why=why,
    )
    return WindowCredit(
        replace(credit, others=others),
        credit.start,
        credit.end,
        worked_on=branch_of(window),
        notes="; ".join(filter(None, (_relinked(found), why))),
        stands=stands,
    )


def _relinked(found: Refound) -> str:
    """In words, how many runs were found by their patches, where some had to be looked for."""
    if not found.hows:
        return ""
    ways = " and ".join(dict.fromkeys(how.replace("-", " ") for how in found.hows))
    return f"{found.whole} of {with_noun(found.runs, 'run')} found by {ways}"


def _nowhere(git: Plumbing, window: Window, survey: _Survey) -> WindowCredit:
    """No branch has any of it: the commits that are here count, unlanded; or all are gone."""
    lost = survey.stand.lost
    listed = ", ".join(sha[:12] for sha in lost[:5])
    here = [sha for sha in lost if sha in survey.held]
    stands = Worked(
        gone=lost, why=f"{NOWHERE} ({listed}): reset, dropped, or squashed with other work"
    )
    if here:
        commits = walk_tips(git, here, survey.ground.base)
        refuse_cut(git, tuple(commit for commit in commits if commit.sha in here))
        credit = credit_of(commits, here)
        found = WindowCredit(credit, credit.start, credit.end, worked_on=branch_of(window))
        return replace(found, unlanded=stands.why, stands=stands)
    start, end = recorded_ends(git, window)
    what = (
        f"{with_noun(len(lost), 'commit')} ({listed}) are gone, and no branch holds their patches"
    )
    return WindowCredit(None, start, end, what, "range-vanished", stands=stands)


def _relinked_whole(
    git: Plumbing, window: Window, final: Finalisation, known: Known
) -> WindowCredit:
    """A stated range that is gone: found again as a whole by what rows froze, or the reason."""
    ends = (final.commit_start, final.commit_end)
    patches = recorded_patches(window)
    kept = [run for run in frozen_of(window, known) if run.commits[-1] == ends[1]]
    lost = kept[0] if kept else Lost((ends[1],))
    lost = replace(lost, patch_ids=patches)
    since = (ends[0],) if commit_id(git, ends[0]) else ()
    for branch in branches_of(git, window):
        tip = commit_id(git, branch)
        new = relink(git, lost, known.renamed, tip, since=since) if tip else None
        if new:
            found = stated_range(git, new.start, new.end)
            return replace(found, notes=f"relinked by {new.how} from {ends[1][:12]}")
    what = f"the commits {ends[0][:12]}..{ends[1][:12]} are gone and were not found again"
    return WindowCredit(None, *ends, what, "range-vanished")


def branch_of(window: Window) -> str:
    """The branch the hooks last saw the window's work on; "" is unknown."""
    names = [str(row.values["branch"]) for row in window.commits if "branch" in row.values]
    return f"{HEADS}{names[-1]}" if names else ""


def branches_of(git: Plumbing, window: Window) -> tuple[str, ...]:
    """Where a window's commits may be: the branches it was worked on, the newest first; others."""
    # a window that changed branches ended on the last one
    names = (str(row.values.get("branch", "")) for row in reversed(window.commits))
    worked_on = (f"{HEADS}{name}" for name in names if name)
    return tuple(dict.fromkeys((*worked_on, *default_branches(git), "HEAD")))


def recorded_ends(git: Plumbing, window: Window) -> tuple[str, str]:
    """The first recorded commit's parent ("" for a root) and the last one, as they were recorded.

    Of those on the branch checked out, where some were worked on there.
    """
    here = ask(git.directory, "symbolic-ref", "--quiet", "--short", "HEAD")
    own = [row for row in window.commits if row.values.get("branch", here) == here]
    rows = own or window.commits
    return next(iter(texts(rows[0].values.get("parents"))), ""), str(rows[-1].values["sha"])


def are_gone(git: Plumbing, window: Window) -> bool:
    """Whether not one of the recorded commits is in the repository any more, reachable or not."""
    return not present(git, [str(row.values["sha"]) for row in window.commits])
