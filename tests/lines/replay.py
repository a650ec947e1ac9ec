"""A slow reference for line survival: every commit replayed, every line of it looked at.

Lines are tokens in one fixed order, so that two versions of a file align in one way only and the
reference needs no diff: a line maps to a parent when that parent's file holds its token.
"""

import random
from dataclasses import dataclass

from gitledger.lines.change import NO_BLOB, Commit, CommitChanges, FileChange, Hunks

DAY = 86_400
PATHS = ("a", "b", "c")
POOL = 14
Tree = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Model:
    """A history as trees of tokens; `start`, `end` and `tip` are positions."""

    commits: tuple[Commit, ...]
    trees: tuple[Tree, ...]
    end: int

    @property
    def in_range(self) -> frozenset[str]:
        """The commits of the range: those the end contains, without the first commit."""
        return frozenset(self.commits[i].sha for i in containing(self.commits, self.end) if i > 0)


def containing(commits: tuple[Commit, ...], position: int) -> set[int]:
    """Positions of the commits that a commit contains, itself included."""
    places = {c.sha: i for i, c in enumerate(commits)}
    found, waiting = set(), [position]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += [places[p] for p in commits[at].parents]
    return found


def random_model(seed: int, size: int) -> Model:
    """A small history with branches, merges good and evil, and a clock that may go back."""
    dice = random.Random(seed)
    commits: list[Commit] = []
    trees: list[Tree] = []
    heads = [0]
    for number in range(size):
        if not number:
            parents: tuple[int, ...] = ()
        elif number == size - 1:
            parents = tuple(dict.fromkeys(heads))
        else:
            parents = tuple({dice.choice(heads) for _ in range(dice.choice((1, 1, 2, 3)))})
        tree = next_tree(dice, [trees[p] for p in parents])
        when = dice.randrange(0, 40 * DAY, DAY // 2) if dice.random() < 0.3 else number * DAY * 2
        commits.append(Commit(f"{number:040x}", when, tuple(f"{p:040x}" for p in parents)))
        trees.append(tree)
        heads = [h for h in heads if h not in parents or dice.random() < 0.4] + [number]
    inner = sorted(containing(tuple(commits), size - 1) - {0, size - 1}) or [size - 1]
    return Model(tuple(commits), tuple(trees), dice.choice(inner))


def next_tree(dice: random.Random, parents: list[Tree]) -> Tree:
    """What a commit makes of its parents: most lines stay, some go, come, or come back."""
    tree: Tree = {}
    for path in PATHS:
        versions = [set(t.get(path, ())) for t in parents]
        kept = set()
        for token in set().union(*versions):
            everywhere = all(token in v for v in versions)
            if dice.random() < (0.93 if everywhere else 0.55):
                kept.add(token)
        if dice.random() < 0.5:
            kept |= {dice.randrange(POOL) for _ in range(dice.choice((1, 2, 5)))}
        if dice.random() < 0.05:
            kept = set()
        if kept:
            tree[path] = tuple(sorted(kept))
    return tree


def hunks_between(old: tuple[int, ...], new: tuple[int, ...]) -> Hunks:
    """The one minimal diff of two sorted lists of tokens."""
    numbers: list[int] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
            continue
        a, b = i, j
        common = set(old) & set(new)
        while i < len(old) and old[i] not in common:
            i += 1
        while j < len(new) and new[j] not in common:
            j += 1
        numbers += (a, i - a, b, j - b)
    return tuple(numbers)


def changes_of(model: Model) -> list[CommitChanges]:
    """The model's commits with their changes against each parent, hunks included."""
    places = {c.sha: i for i, c in enumerate(model.commits)}
    entries = []
    for position, commit in enumerate(model.commits):
        olds = [model.trees[places[p]] for p in commit.parents] or [{}]
        new = model.trees[position]
        entries.append(CommitChanges(commit, tuple(tuple(changed(o, new)) for o in olds)))
    return entries


def changed(old: Tree, new: Tree):
    """The files that differ between two trees."""
    for path in PATHS:
        before, after = old.get(path, ()), new.get(path, ())
        if before != after:
            status = "M" if before and after else "A" if after else "D"
            old_blob = blob(path, before) if before else NO_BLOB
            new_blob = blob(path, after) if after else NO_BLOB
            yield FileChange(status, path, path, old_blob, new_blob, hunks_between(before, after))


def blob(path: str, tokens: tuple[int, ...]) -> str:
    """A name for a file's content."""
    return f"{path}:{tokens}"


def lines_of(name: str) -> list[bytes]:
    """The lines behind such a name."""
    listed = name.partition(":")[2].strip("()").replace(" ", "")
    return [f"token {token}\n".encode() for token in listed.split(",") if token]


Key = tuple[int, str, int]
"""A birth: the position of the commit that bore a line, its path and its token."""
Held = dict[tuple[str, int], frozenset[Key]]


@dataclass(frozen=True)
class Replayed:
    """Every version as births by path and token; births that a merge left to the start's lines."""

    held: list[Held]
    left: list[frozenset[Key]]

    def alive(self, position: int) -> frozenset[Key]:
        """The births that stand in a version."""
        return frozenset().union(*self.held[position].values())

    def kin(self, commits: set[int]) -> dict[Key, frozenset[Key]]:
        """For each birth, those that are one line with it once these commits are known."""
        found: dict[Key, frozenset[Key]] = {}
        for position in commits:
            for keys in self.held[position].values():
                one = frozenset().union(*(found.get(key, frozenset({key})) for key in keys))
                found |= dict.fromkeys(one, one)
        return found


@dataclass(frozen=True)
class Fate:
    """One birth: whether it is a line of its own, alive at the end, and when that line died."""

    line: bool
    alive: bool
    died: int | None


def replayed(model: Model) -> Replayed:
    """The whole history, version by version."""
    places = {c.sha: i for i, c in enumerate(model.commits)}
    held: list[Held] = []
    left: list[frozenset[Key]] = []
    for position, commit in enumerate(model.commits):
        parents = [places[p] for p in commit.parents]
        mine: Held = {}
        lost: set[Key] = set()
        for path, tokens in model.trees[position].items():
            order = sorted(parents, key=lambda p: model.trees[p].get(path) != tokens)
            for token in tokens:
                spot = (path, token)
                has = [p for p in order if token in model.trees[p].get(path, ())]
                keys = frozenset().union(*(held[p].get(spot, ()) for p in has))
                bears = commit.sha in model.in_range
                if bears and not has:
                    keys = frozenset({(position, path, token)})
                elif bears and not held[has[0]].get(spot):
                    lost |= keys
                    keys = frozenset()
                if keys:
                    mine[spot] = keys
        held.append(mine)
        left.append(frozenset(lost))
    return Replayed(held, left)


def replay(model: Model) -> dict[Key, Fate]:
    """The fate of each birth of the range."""
    seen = replayed(model)
    contained = [containing(model.commits, i) for i in range(len(model.commits))]
    at_end, in_all = seen.kin(contained[model.end]), seen.kin(contained[-1])
    lost = frozenset().union(*(seen.left[p] for p in contained[model.end]))
    there = seen.alive(model.end)
    fates = {}
    for key in sorted({key for held in seen.held for keys in held.values() for key in keys}):
        kin = at_end.get(key, frozenset({key}))
        first = key == min(kin, key=lambda k: (model.commits[k[0]].committed_at, k))
        alive = bool(kin & there)
        died = death(model, in_all.get(key, frozenset({key})), seen, contained)
        fates[key] = Fate(first and (alive or not kin & lost), alive, died)
    return fates


def death(
    model: Model, line: frozenset[Key], seen: Replayed, contained: list[set[int]]
) -> int | None:
    """The earliest commit that lacks the line while a parent has it and no later merge does."""
    places = {c.sha: i for i, c in enumerate(model.commits)}
    alive = [bool(line & seen.alive(position)) for position in range(len(model.commits))]
    times = []
    for position in contained[-1]:
        commit = model.commits[position]
        if alive[position] or line & seen.left[position]:
            continue
        if not any(alive[places[p]] for p in commit.parents):
            continue
        kept_later = any(
            alive[m] and position in contained[m] for m in contained[-1] if m != position
        )
        if not kept_later:
            times.append(commit.committed_at)
    return min(times, default=None)
