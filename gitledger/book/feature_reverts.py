"""Which commits of a window were taken back, by the words of a later commit or by its patch.

`git revert` names what it takes back, also where its patch had to be changed; a hand-made undo is
told by its inverse patch alone. A commit whose taker was taken back in its turn stands again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gitledger.book.book import Book
from gitledger.book.feature_work import RecordedCommits, recorded_of
from gitledger.errors import GitledgerError
from gitledger.git.code.branches import branch_field
from gitledger.git.code.messages import messages, takers
from gitledger.git.code.ranges import walk
from gitledger.git.code.relink import present
from gitledger.git.code.undone import undone
from gitledger.git.plumbing import Plumbing, one_a_line, pin_plumbing
from gitledger.lines.change import EMPTY_TREE, Commit
from gitledger.windows.claims import claims_of
from gitledger.windows.window import Window

SHORTEST = 7  # digits of an id cut short that are believed


@dataclass(frozen=True, slots=True)
class Taken:
    """What takes commits back: by commit or `#N` the commits whose words say so, and by patch."""

    by_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_patch: Mapping[str, str] = field(default_factory=dict)

    def by(self, *names: str) -> str:
        """The commit that took something back, by any of its names; "" where it stands."""
        named = [taker for name in names for taker in self.by_words.get(name, ())]
        if named:
            standing = [taker for taker in named if not self._gone(taker, frozenset(names))]
            return standing[-1] if standing else ""
        return next((self.by_patch[name] for name in names if name in self.by_patch), "")

    def _gone(self, taker: str, seen: frozenset[str]) -> bool:
        """Whether a taker was taken back itself; circles of ids cannot be, and are cut."""
        if taker in seen:
            return False
        above = self.by_words.get(taker, ())
        return any(not self._gone(one, seen | {taker}) for one in above)


def taken_back(
    git: Plumbing, commits: Sequence[Commit], known: RecordedCommits, *, ledger: str
) -> Callable[[str], str]:
    """For a commit of these the one that took it back, "" where it stands."""
    if not commits:
        return lambda _sha: ""
    inside = {commit.sha for commit in commits}
    grown = [p for c in commits for p in c.parents if p not in inside]
    base = [] if any(not c.parents for c in commits) else [c.sha for c in present(git, grown)]
    field_ = branch_field(git, base, ("HEAD",), ledger=ledger)
    tips = list(field_.tips.values())
    told = Taken(_words(git, tips, field_.base), _patches(git, commits, tips))
    numbers = {c.sha: "" for c in commits}
    numbers |= {sha: claims_of(text).pull_request for sha, text in messages(git, inside).items()}

    def by(sha: str) -> str:
        number = numbers.get(sha, "")
        return told.by(*known.line(sha), *([number] if number else []))

    return by


def _words(git: Plumbing, tips: Sequence[str], base: str) -> dict[str, tuple[str, ...]]:
    """What later commits say that they revert, each named in full; of a merge all it brought."""
    later = takers(git, tips, base)[::-1]  # parents first
    said = messages(git, later)
    pairs = [(taker, name) for taker in later for name in claims_of(said.get(taker, "")).reverts]
    full = _full_ids(git, [name for _, name in pairs if not name.startswith("#")])
    found: dict[str, tuple[str, ...]] = {}
    for taker, name in pairs:
        commit = full.get(name)
        names = _brought(git, commit) if commit else (name,)
        for each in names:
            found[each] = (*found.get(each, ()), taker)
    return found


def _full_ids(git: Plumbing, names: Sequence[str]) -> dict[str, Commit]:
    """The commits that ids, perhaps cut short, name here; others are left out."""
    asked = [name for name in dict.fromkeys(names) if len(name) >= SHORTEST]
    if not asked:
        return {}
    told = (
        git.run("cat-file", "--batch-check", stdin=one_a_line(asked)).decode("ascii").splitlines()
    )
    shas = {
        name: line.split()[0]
        for name, line in zip(asked, told, strict=True)
        if line.split()[1:2] == ["commit"]
    }
    known = {commit.sha: commit for commit in present(git, sorted(set(shas.values())))}
    return {name: known[sha] for name, sha in shas.items() if sha in known}


def _brought(git: Plumbing, commit: Commit) -> tuple[str, ...]:
    """The commit, and all that a merge brought: reverting it takes back every one of them."""
    if not commit.parents[1:]:
        return (commit.sha,)
    inside = (one.sha for one in walk(git, commit.sha, commit.parents[:1]))
    return tuple(dict.fromkeys((commit.sha, *inside)))


def _patches(git: Plumbing, commits: Sequence[Commit], tips: Sequence[str]) -> dict[str, str]:
    """Commits of which a tip's history holds the inverse patch, with the commit that has it."""
    single = [c for c in commits if len(c.parents) < 2]
    runs = {c.sha: (next(iter(c.parents), EMPTY_TREE), c.sha) for c in single}
    try:
        # the likeliest branch alone: each costs a walk and its diffs
        told = undone(git, list(runs.values()), tips[0]) if tips else {}
    except GitledgerError:
        return {}  # a cut history: not known
    return {sha: told[run] for sha, run in runs.items() if run in told}


def taken_since(book: Book, windows: Sequence[Window]) -> dict[str, str]:
    """Commits behind features that were counted, each with the commit that took it back since.

    Commits that are not here, and histories that are cut off, say nothing.
    """
    finals = [window.finalised.canonical for window in windows if window.finalised]
    shas = sorted({sha for final in finals for one in final.counted for sha in one.commits})
    if not shas:
        return {}
    with pin_plumbing(book.world.directory) as git:
        try:
            commits = present(git, shas)
            by = taken_back(git, commits, recorded_of(book), ledger=book.branch)
        except GitledgerError:
            return {}
        return {commit.sha: taker for commit in commits if (taker := by(commit.sha))}
