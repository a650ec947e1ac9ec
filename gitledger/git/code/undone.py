"""Which runs of commits were taken back, and by which commit: told by inverse patch-ids.

May import errors and ledger only. A run `start..end` is undone by a commit that changes its end
points back (`git revert` of a squash, a hand-made undo), or by commits that change each of its
commits back. A later commit with the patch itself puts it, or its part, back again. An undo with
conflict edits has another patch: it shows in the lines that are gone (`gone_of_alive` and
`gone_by` of the survival), not here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from gitledger.git.code.branches import common_base, walk_tips
from gitledger.git.code.feed import pair_lines
from gitledger.git.code.partial import bring_changes
from gitledger.git.code.ranges import contained_in
from gitledger.git.code.relink import patch_ids, run_patches
from gitledger.git.plumbing import Plumbing
from gitledger.lines.change import EMPTY_TREE, Commit

Ends: TypeAlias = tuple[str, str]
PATHS = ("diff-tree", "--stdin", "--always", "-r", "--root", "--name-only", "--no-renames", "-z")
FARTHEST = 20_000  # commits


class Effect(NamedTuple):
    """What a commit with a patch-id does to parts of a run (its commits): takes or puts back."""

    patch: str
    parts: frozenset[str]
    takes: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A run, the commits in it that are no merges, and the later ones that touch the same files."""

    ends: Ends
    single: tuple[Commit, ...]
    likely: tuple[Commit, ...]


def undone(git: Plumbing, runs: Collection[Ends], tip: str) -> dict[Ends, str]:
    """For each run (start, end: full ids) that the history of `tip` took back, the commit that did.

    Runs that stand are absent. A run that `tip` does not hold may stand there squashed: then the
    undoing of the squash counts. Only commits that touch the very files of a run, or of one of its
    commits, are compared by patch. Costs one walk since the oldest run, the file names of its
    commits, and a diff of those that are compared, for all runs together; commits that come more
    than FARTHEST after the oldest run are not looked at. Raises what reading history raises.
    """
    asked = _asked(git, [ends for ends in dict.fromkeys(runs) if ends[0] != ends[1]], tip)
    likely = {c.sha: c for one in asked for c in one.likely}
    single = {c.sha: c for one in asked for c in one.single}
    bring_changes(git, [*likely.values(), *single.values()])
    found = patch_ids(git, list(likely.values()))
    own, back = (patch_ids(git, list(single.values()), inverse=way) for way in (False, True))
    told = {}
    for one, whole in zip(asked, _whole_patches(git, asked, own, back), strict=True):
        parts = frozenset(c.sha for c in one.single if c.sha in own)
        effects = [Effect(own[sha], frozenset({sha}), takes=False) for sha in parts]
        effects += [Effect(back[sha], frozenset({sha}), takes=True) for sha in parts]
        effects += [Effect(whole[0], parts, takes=False), Effect(whole[1], parts, takes=True)]
        later = [(c.sha, found[c.sha]) for c in one.likely if c.sha in found]
        if parts and (by := _last_taker(later, effects, parts)):
            told[one.ends] = by
    return told


def _asked(git: Plumbing, runs: Sequence[Ends], tip: str) -> list[_Asked]:
    """The runs that some later commit of `tip` may have taken back, by the files it touches."""
    starts = [start for start, _ in runs if start != EMPTY_TREE]
    base = common_base(git, starts) if len(starts) == len(runs) else ""
    commits = walk_tips(git, [*(end for _, end in runs), tip], base)[:FARTHEST] if runs else ()
    touched = _paths(git, [commit for commit in commits if len(commit.parents) < 2])
    held = contained_in(commits, tip)
    found = []
    for start, end in runs:
        within = contained_in(commits, end)
        inside = within - contained_in(commits, start)
        single = tuple(c for c in commits if c.sha in inside and c.sha in touched)
        later = [c for c in commits if c.sha in held and c.sha not in within]
        wanted = {touched[commit.sha] for commit in single}
        names = frozenset[bytes]().union(*wanted)
        likely = tuple(
            c
            for c in later
            if (paths := touched.get(c.sha))
            and (paths in wanted or (paths <= names and single[1:]))
        )
        if single and likely:
            found.append(_Asked((start, end), single, likely))
    return found


def _whole_patches(
    git: Plumbing, asked: Sequence[_Asked], own: Mapping[str, str], back: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The patch-id of each run's end points, and the inverse one: all asked for together."""
    alone = {one.ends for one in asked if [c.sha for c in one.single] == [one.ends[1]]}
    wide = [one.ends for one in asked if one.ends not in alone]
    there, again = (run_patches(git, wide, inverse=way) for way in (False, True))
    for one in asked:
        end = one.ends[1]
        if one.ends in alone:
            yield own.get(end, ""), back.get(end, "")
        else:
            yield there[one.ends], again[one.ends]


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


def _paths(git: Plumbing, commits: Sequence[Commit]) -> dict[str, frozenset[bytes]]:
    """The files that each commit touches against its first parent."""
    asked = pair_lines((sha, next(iter(parents), "")) for sha, _, parents in commits)
    told = git.run(*PATHS, stdin=asked).split(b"\0")
    places = [told.index(commit.sha.encode("ascii")) for commit in commits]
    return {
        commit.sha: frozenset(told[first + 1 : last]) - {b""}
        for commit, first, last in zip(commits, places, [*places[1:], len(told)], strict=True)
    }
