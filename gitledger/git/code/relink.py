"""Finding work again after history was rewritten: by recorded rewrites, or by patch-id.

May import errors and ledger only. A rebase, squash or amend leaves the same work under other
ids. What a row froze (commit ids, the patch-id of each run) leads back to it, run by run.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gitledger.git.code.feed import pair_lines
from gitledger.git.code.numstat import end_points
from gitledger.git.code.partial import bring_changes
from gitledger.git.code.ranges import merge_base, parse_commit, walk
from gitledger.git.plumbing import Plumbing, one_a_line
from gitledger.lines.change import EMPTY_TREE, Commit

PATCHES = ("diff-tree", "--stdin", "-r", "-p", "--root", "-M50", "-l0", "--no-color")
INVERSE = ("-R", "--src-prefix=b/", "--dst-prefix=a/")  # -R swaps what patch-ids hash


@dataclass(frozen=True, slots=True)
class Relinked:
    """Work under its new ids, and what led to it: `rewrites`, `squash` or `patch-ids`.

    `commits` are the new ones, parents first, from the parent of the first (`start`) to the last
    (`end`); others' commits may stand between. `missing` are old ones that were not found. `runs`
    is how many runs it stands for.
    """

    start: str
    end: str
    how: str
    commits: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    runs: int = 1


@dataclass(frozen=True, slots=True)
class Lost:
    """What is known of a run that is not where it was.

    `commits` parents first; `patch_id` of the whole run; `patch_ids` of single commits, where
    they were recorded.
    """

    commits: tuple[str, ...]
    patch_id: str = ""
    patch_ids: Mapping[str, str] | None = None


def relink(
    git: Plumbing, lost: Lost, rewrites: Mapping[str, str], tip: str, *, since: Sequence[str] = ()
) -> Relinked | None:
    """The whole of a lost run on the history of `tip` (after `since`, when given), or None."""
    [found] = relink_each(git, [lost], rewrites, tip, since=since)
    return found if found and not found.missing else None


def relink_each(
    git: Plumbing,
    runs: Sequence[Lost],
    rewrites: Mapping[str, str],
    tip: str,
    *,
    since: Sequence[str] = (),
    not_among: Collection[str] = (),
) -> tuple[Relinked | None, ...]:
    """Each lost run on the history of `tip`, or None. No time bounds the search, `since` does.

    Recorded rewrites are believed first; then one commit with the patch-id of the whole run (a
    squash); then the same patch-ids commit by commit (a rewrite that nobody recorded), as many as
    are found. Commits in `not_among` are other work, whatever their patch.
    """
    there = walk(git, tip, tuple(since))
    by_sha = {commit.sha: commit for commit in there}
    renewed = [[follow(sha, rewrites) for sha in lost.commits] for lost in runs]
    sure = [bool(new) and all(sha in by_sha for sha in new) for new in renewed]
    ids: dict[str, str] = {}
    if not all(sure):
        likely = [c for c in there if len(c.parents) < 2 and c.sha not in not_among]
        ids = {patch: sha for sha, patch in patch_ids(git, likely).items()}
    return tuple(
        _relinked(by_sha, tuple(new), "rewrites") if is_sure else _by_patch(git, lost, by_sha, ids)
        for lost, new, is_sure in zip(runs, renewed, sure, strict=True)
    )


def relink_branch(
    git: Plumbing, own: Collection[str], work: str, tip: str, *, not_among: Collection[str] = ()
) -> Relinked | None:
    """A branch of own work that the history of `tip` holds squashed, whatever was merged into it.

    `work` is the branch's last commit. It is compared from the newest commit that both have, as a
    server compares a branch before it squashes it; all since then must be `own`.
    """
    base = merge_base(git, tip, work)
    if base is None or base == work:
        return None
    inside = {commit.sha for commit in walk(git, work, (base,))}
    patch = end_points(git, base, work)[1] if inside <= set(own) else ""
    if not patch:
        return None
    there = walk(git, tip, (base,))
    likely = [c for c in there if len(c.parents) < 2 and c.sha not in not_among]
    squash = next((sha for sha, found in patch_ids(git, likely).items() if found == patch), None)
    return _relinked({c.sha: c for c in there}, (squash,), "squash") if squash else None


def _by_patch(
    git: Plumbing, lost: Lost, by_sha: Mapping[str, Commit], ids: Mapping[str, str]
) -> Relinked | None:
    """A run by its patch-ids; `ids` are the commits of the history by theirs, the newest kept."""
    several = len(lost.commits) > 1
    if several and lost.patch_id in ids:
        return _relinked(by_sha, (ids[lost.patch_id],), "squash")
    known = dict(lost.patch_ids or {})
    if lost.patch_id and not several:
        known[lost.commits[0]] = lost.patch_id
    known |= patch_ids(git, present(git, [sha for sha in lost.commits if sha not in known]))
    found = {sha: ids[known[sha]] for sha in lost.commits if known.get(sha) in ids}
    missing = tuple(sha for sha in lost.commits if sha not in found)
    return _relinked(by_sha, tuple(found.values()), "patch-ids", missing) if found else None


def _relinked(
    by_sha: Mapping[str, Commit], mine: Collection[str], how: str, missing: tuple[str, ...] = ()
) -> Relinked:
    """The commits of a history that a run became."""
    ordered = [commit for commit in by_sha.values() if commit.sha in mine]
    start = next(iter(ordered[0].parents), EMPTY_TREE)
    return Relinked(start, ordered[-1].sha, how, tuple(c.sha for c in ordered), missing)


def follow(sha: str, rewrites: Mapping[str, str]) -> str:
    """What a commit is called now: rewrites followed to their end, circles cut."""
    seen = {sha}
    while sha in rewrites and rewrites[sha] not in seen:
        sha = rewrites[sha]
        seen.add(sha)
    return sha


def patch_ids(git: Plumbing, commits: Sequence[Commit], *, inverse: bool = False) -> dict[str, str]:
    """The patch-id of each commit against its first parent; commits without changes have none.

    With `inverse` of what would take each commit back.
    """
    bring_changes(git, commits)
    pairs = pair_lines((c.sha, next(iter(c.parents), "")) for c in commits)
    if not pairs:
        return {}
    patches = git.run(*PATCHES, *(INVERSE if inverse else ()), stdin=pairs)
    told = git.run("patch-id", "--stable", stdin=patches).decode("ascii")
    return {sha: found for found, sha in (line.split() for line in told.splitlines())}


def run_patches(
    git: Plumbing, runs: Iterable[tuple[str, str]], *, inverse: bool = False
) -> dict[tuple[str, str], str]:
    """The patch-id of the end points of each run (start, end), "" where they are alike.

    Two processes for all runs; runs with one end, which names a patch, take turns. A start that is
    a tree is asked for alone. With `inverse` of what would take each run back.
    """
    left, found = list(dict.fromkeys(runs)), dict[tuple[str, str], str]()
    for start, end in left:
        if start == EMPTY_TREE:
            ends = (end, start) if inverse else (start, end)
            found[start, end] = end_points(git, *ends)[1]
    while left := [run for run in left if run not in found]:
        turn = {end: start for start, end in left}
        asked = [Commit(end, 0, (start,)) for end, start in turn.items()]
        told = patch_ids(git, asked, inverse=inverse)
        found |= {(start, end): told.get(end, "") for end, start in turn.items()}
    return found


def present(git: Plumbing, shas: Sequence[str]) -> tuple[Commit, ...]:
    """Those of some commits whose objects are still there, reachable or not."""
    if not shas:
        return ()
    told = git.run("cat-file", "--batch-check", stdin=one_a_line(shas)).decode("ascii")
    kept = [line.split()[0] for line in told.splitlines() if line.split()[1] == "commit"]
    if not kept:
        return ()
    shown = git.run("rev-list", "--no-walk=unsorted", "--parents", "--timestamp", *kept)
    return tuple(parse_commit(line) for line in shown.decode("ascii").splitlines())
