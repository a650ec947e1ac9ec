"""Recorded commits that stand on no branch, looked for run by run: by their patches."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gitledger.git.code.branches import Field, walk_tips
from gitledger.git.code.numstat import end_points
from gitledger.git.code.ranges import Range
from gitledger.git.code.relink import Lost, Relinked, patch_ids, relink_branch, relink_each
from gitledger.git.code.runs import groups_of, runs_of
from gitledger.git.plumbing import Plumbing

SEARCHED = 4  # likeliest branches that lost commits are looked for on: each costs its diffs


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look for lost commits, and by what.

    `patches` of single commits as recorded; `frozen` runs as rows froze them; `own` commits stand
    already; commits in `not_among` are others' work.
    """

    field: Field
    renamed: Mapping[str, str]
    patches: Mapping[str, str]
    frozen: Sequence[Lost]
    own: Collection[str]
    not_among: Collection[str]


@dataclass(slots=True)
class Refound:
    """What became of lost commits: those under `new` ids, originals `kept` that a squash holds.

    `missing` were not found; `runs` is how many runs there were, `whole` how many were found whole.
    """

    new: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)
    runs: int = 0
    whole: int = 0
    hows: list[str] = field(default_factory=list)

    def add(self, run: Lost, found: Relinked | None, search: Search, held: Collection[str]) -> None:
        """Count one run; `held` are commits whose objects are here."""
        self.runs += found.runs if found else 1
        if found is None:
            self.missing += run.commits
            return
        self.whole += found.runs if not found.missing else 0
        self.missing += found.missing
        self.hows.append(found.how)
        if found.how == "squash" and set(run.commits) <= set(held):
            if not set(found.commits) & set(search.own):
                self.kept |= set(run.commits)
            return
        self.new |= set(found.commits)


def refound(git: Plumbing, lost: Sequence[str], held: Collection[str], search: Search) -> Refound:
    """Lost commits looked for on the likeliest branches; `held` are those whose objects are here.

    A squash that is own work already counts as it is; of any other the original commits count,
    where they are still here, and the squash else.
    """
    found = Refound()
    here = [sha for sha in lost if sha in held]
    at_once = _squashed_branches(git, here, search, found)
    runs = [*_held_runs(git, [sha for sha in here if sha not in at_once], search)]
    runs += _gone_runs([sha for sha in lost if sha not in held], search)
    told: dict[int, Relinked] = {}
    for branch in list(search.field.tips)[:SEARCHED]:
        open_runs = [n for n in range(len(runs)) if n not in told or told[n].missing]
        if not open_runs:
            break
        tip, asked = search.field.tips[branch], [runs[n] for n in open_runs]
        since = (search.field.base,) if search.field.base else ()
        others = search.not_among
        answers = relink_each(git, asked, search.renamed, tip, since=since, not_among=others)
        for n, answer in zip(open_runs, answers, strict=True):
            if answer and (n not in told or len(answer.missing) < len(told[n].missing)):
                told[n] = answer
    for n, run in enumerate(runs):
        found.add(run, told.get(n), search, held)
    return found


def _squashed_branches(
    git: Plumbing, lost: Sequence[str], search: Search, found: Refound
) -> frozenset[str]:
    """The lost commits of branches that hold several runs and were squashed as a whole."""
    done = set[str]()
    history = walk_tips(git, lost, search.field.base) if lost else ()
    for group in groups_of(history, lost):
        mine = [commit.sha for commit in group.commits]
        parts = runs_of(history, mine)
        if len(parts.runs) < 2 and not parts.joins:
            continue
        for tip in list(search.field.tips.values())[:SEARCHED]:
            others = search.not_among
            squash = relink_branch(git, mine, group.tip.sha, tip, not_among=others)
            if squash is not None:
                count = len(parts.runs)
                found.add(Lost(tuple(mine)), replace(squash, runs=count), search, mine)
                done |= set(mine)
                break
    return frozenset(done)


def _held_runs(git: Plumbing, lost: Sequence[str], search: Search) -> Iterable[Lost]:
    """The runs of lost commits that are still here, with the patch-id of each."""
    if not lost:
        return
    parts = runs_of(walk_tips(git, lost, search.field.base), lost)
    for run, patch in zip(parts.runs, patches_of(git, parts.runs), strict=True):
        yield Lost(tuple(c.sha for c in run.commits), patch, search.patches)
    for join in parts.joins:
        yield Lost((join.sha,))


def _gone_runs(lost: Sequence[str], search: Search) -> Iterable[Lost]:
    """The runs of lost commits that are gone, as rows froze them, else each commit for itself."""
    left = set(lost)
    for run in search.frozen:
        if left.intersection(run.commits):
            commits = tuple(sha for sha in run.commits if sha in left)
            yield Lost(commits, run.patch_id, search.patches)
            left -= set(commits)
    for sha in lost:
        if sha in left:
            yield Lost((sha,), "", search.patches)


def patches_of(git: Plumbing, runs: Sequence[Range]) -> list[str]:
    """The patch-id of each run's end points; those of single commits are asked for together."""
    single = [run.commits[0] for run in runs if _is_single(run)]
    known = patch_ids(git, single)
    return [
        known.get(run.end, "") if _is_single(run) else end_points(git, run.base, run.end)[1]
        for run in runs
    ]


def _is_single(run: Range) -> bool:
    return len(run.commits) == 1 and len(run.commits[0].parents) < 2


def copies(git: Plumbing, field: Field, main: Sequence[str], rest: Sequence[str]) -> frozenset[str]:
    """Those of the `rest` that are on `main` as well: picked from one to the other, or squashed."""
    if not rest:
        return frozenset()
    here = {commit.sha: commit for commit in field.commits}
    patches = set(patch_ids(git, [here[sha] for sha in main]).values())
    patches |= {*patches_of(git, runs_of(field.commits, main).runs)} - {""}
    found = set[str]()
    runs = runs_of(field.commits, rest).runs
    for run, patch in zip(runs, patches_of(git, runs), strict=True):
        mine = {commit.sha for commit in run.commits}
        if patch in patches:
            found |= mine
            continue
        each = patch_ids(git, run.commits)
        found |= {sha for sha, patch in each.items() if patch in patches}
    return frozenset(found)
