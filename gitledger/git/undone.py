"""Which runs of commits were taken back, and by which commit: told by inverse patch-ids.

May import errors and ledger only. A run `start..end` is undone by a commit that changes its end
points back (`git revert` of a squash, a hand-made undo), or by commits that change each of its
commits back. A later commit with the patch itself puts it, or its part, back again. An undo with
conflict edits has another patch: it shows in the lines that are gone (`gone_of_alive` and
`gone_by` of the survival), not here.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from gitledger.git.numstat import end_points
from gitledger.git.plumbing import Plumbing
from gitledger.git.promised import bring_changes
from gitledger.git.ranges import walk
from gitledger.git.relink import patch_ids
from gitledger.ledger.change import EMPTY_TREE, Commit, FileCount

Ends: TypeAlias = tuple[str, str]
PATHS = ("diff-tree", "--stdin", "--always", "-r", "--root", "--name-only", "--no-renames", "-z")


class Effect(NamedTuple):
    """What a commit with a patch-id does to parts of a run (its commits): takes or puts back."""

    patch: str
    parts: frozenset[str]
    takes: bool


def undone(git: Plumbing, runs: Collection[Ends], tip: str) -> dict[Ends, str]:
    """For each run (start, end: full ids) that the history of `tip` took back, the commit that did.

    Runs that stand are absent. A run that `tip` does not hold may stand there squashed: then the
    undoing of the squash counts. Only commits that touch the very files of a run, or of one of its
    commits, are compared by patch. Costs one walk since the oldest run, the file names of its
    commits, and a diff of those that are compared. Raises what reading history raises.
    """
    found = {}
    for start, end in dict.fromkeys(runs):
        if start != end and (by := _undone(git, start, end, tip)):
            found[start, end] = by
    return found


def _undone(git: Plumbing, start: str, end: str, tip: str) -> str:
    """The commit that took the last standing part of a run back; "" where some part stands."""
    inside = walk(git, end, (start,) if start != EMPTY_TREE else ())
    single = [commit for commit in inside if len(commit.parents) < 2]
    later = walk(git, tip, (end,))
    if not single or not later:
        return ""
    files, patch = end_points(git, start, end)
    touched = _paths(git, [commit for commit in (*single, *later) if len(commit.parents) < 2])
    wanted = {touched[commit.sha] for commit in single} | {_named(files)}
    likely = [commit for commit in later if touched.get(commit.sha) in wanted]
    if not likely or not patch:
        return ""
    bring_changes(git, [*inside, *likely])
    own, back = patch_ids(git, single), patch_ids(git, single, inverse=True)
    effects = [Effect(found, frozenset({sha}), takes=False) for sha, found in own.items()]
    effects += [Effect(found, frozenset({sha}), takes=True) for sha, found in back.items()]
    effects += [Effect(patch, frozenset(own), takes=False)]
    effects += [Effect(end_points(git, end, start)[1], frozenset(own), takes=True)]
    by_commit = patch_ids(git, likely)
    return _last_taker([(c.sha, by_commit.get(c.sha, "")) for c in likely], effects, frozenset(own))


def _last_taker(
    later: Iterable[tuple[str, str]], effects: Sequence[Effect], parts: frozenset[str]
) -> str:
    """What (commit, patch-id) pairs, parents first, leave of a run's parts: "" where one stands."""
    standing, last = set(parts), ""
    for sha, patch in later:
        for effect in effects:
            if effect.patch == patch and effect.takes:
                last = sha
                standing -= effect.parts
            elif effect.patch == patch:
                standing |= effect.parts
    return "" if standing else last


def _named(files: Iterable[FileCount]) -> frozenset[bytes]:
    """The paths of the files that two end points differ in, on both sides."""
    names = {name for file in files for name in (file.path, file.old_path)}
    return frozenset(name.encode("utf-8", "surrogateescape") for name in names)


def _paths(git: Plumbing, commits: Sequence[Commit]) -> dict[str, frozenset[bytes]]:
    """The files that each commit touches against its first parent."""
    asked = "".join(f"{sha} {next(iter(up), '')}".rstrip() + "\n" for sha, _, up in commits)
    told = git.run(*PATHS, stdin=asked.encode("ascii")).split(b"\0")
    places = [told.index(commit.sha.encode("ascii")) for commit in commits]
    return {
        commit.sha: frozenset(told[first + 1 : last]) - {b""}
        for commit, first, last in zip(commits, places, [*places[1:], len(told)], strict=True)
    }
