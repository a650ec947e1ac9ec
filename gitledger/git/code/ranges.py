"""Commit ranges: which commits `A..B` names, in graph order, and up to where they are followed.

May import errors and ledger only. `A..B` = the commits reachable from B and not from A.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gitledger.errors import HistoryIncomplete, UnknownRevision
from gitledger.git.plumbing import Plumbing, ask, one_a_line
from gitledger.lines.change import EMPTY_TREE, Commit, commit_times

NAMED = ("rev-parse", "--quiet", "--verify", "--end-of-options")


@dataclass(frozen=True, slots=True)
class Range:
    """`start..end` with full ids, commits parents first.

    `base` is the commit that end points are compared from: `start`, or the merge base where
    `start` is not an ancestor of `end` (a branch that the other side has left behind).
    """

    start: str
    end: str
    base: str
    commits: tuple[Commit, ...]


def split_range(text: str) -> tuple[str, str]:
    """The two revisions of `A..B`; a missing side is HEAD, as in git; three dots are refused."""
    start, dots, end = text.partition("..")
    if not dots or end.startswith("."):
        raise UnknownRevision(f"{text!r} is not a range", "write it as A..B, with two dots")
    return start or "HEAD", end or "HEAD"


def commit_id(git: Plumbing, revision: str) -> str | None:
    """The full id of the commit a revision names in the user's repository, or None."""
    return ask(git.directory, *NAMED, f"{revision}^{{commit}}")


def known_commit(git: Plumbing, revision: str) -> str:
    """As `commit_id`, refusing a revision that names no commit."""
    found = commit_id(git, revision)
    if found is None:
        raise no_commit(git, revision)
    return found


def known_start(git: Plumbing, revision: str) -> str:
    """What a range begins behind: a commit, or the empty tree, before which there is nothing."""
    found = start_id(git, revision)
    if found is None:
        raise no_commit(git, revision)
    return found


def start_id(git: Plumbing, revision: str) -> str | None:
    """As `known_start`, or None."""
    found = commit_id(git, revision)
    if found is None and ask(git.directory, *NAMED, f"{revision}^{{tree}}") == EMPTY_TREE:
        return EMPTY_TREE
    return found


def no_commit(git: Plumbing, revision: str) -> UnknownRevision:
    """The refusal of a revision that names no commit; what it names instead is told."""
    told = ask(git.directory, "cat-file", "--batch-check", stdin=one_a_line([revision])) or ""
    words = told.split(" ")
    kind = words[1] if len(words) == 3 and words[1] in {"tree", "blob", "tag"} else ""
    if kind == "tree":
        hint = "git log --all --format='%h %T' shows the commits with their trees"
        return UnknownRevision(f"{revision!r} is a tree, not a commit", hint)
    if kind:
        hint = "git log shows the ids of commits"
        return UnknownRevision(f"{revision!r} is a {kind} that leads to no commit", hint)
    hint = "git log shows the ids; a lost one: git fetch"
    return UnknownRevision(f"{revision!r} names no commit here", hint)


def read_range(git: Plumbing, start: str, end: str) -> Range:
    """The commits of `start..end` (full ids); refuses reversed, unrelated and cut-off ranges.

    An empty range (start is end) is a range without commits. EMPTY_TREE is before all commits.
    """
    if start == end:
        return Range(start, end, start, ())
    if start == EMPTY_TREE:
        return Range(start, end, start, walk(git, end, ()))
    return cut_range(git, start, end, walk(git, end, (start,)))


def cut_range(git: Plumbing, start: str, end: str, commits: tuple[Commit, ...]) -> Range:
    """As `read_range`, from a walk since `start` that holds `end` or goes up to it."""
    inside = contained_in(commits, end)
    mine = tuple(commit for commit in commits if commit.sha in inside)
    if any(start in commit.parents for commit in mine):
        return Range(start, end, start, mine)
    base = merge_base(git, start, end)
    if base == end:
        raise UnknownRevision(
            f"the range is reversed: {start[:12]} comes after {end[:12]}",
            f"did you mean {end[:12]}..{start[:12]}?",
        )
    if base is None:
        refuse_cut(git, commits)
        raise UnknownRevision(
            f"{start[:12]} and {end[:12]} share no history", "give a start that the end grew from"
        )
    return Range(start, end, base, mine)


def contained_in(commits: Sequence[Commit], tip: str) -> frozenset[str]:
    """Those of some commits (parents first) that `tip` contains, itself included."""
    wanted = {tip}
    found = set()
    for commit in reversed(commits):
        if commit.sha in wanted:
            found.add(commit.sha)
            wanted.update(commit.parents)
    return frozenset(found)


def chain_of(commits: Sequence[Commit], tip: str) -> tuple[Commit, ...]:
    """The chain of first parents of `tip` among some commits, parents first."""
    by_sha = {commit.sha: commit for commit in commits}
    chain = []
    at = by_sha.get(tip)
    while at is not None:
        chain.append(at)
        at = by_sha.get(at.parents[0]) if at.parents else None
    return tuple(reversed(chain))


def walk(
    git: Plumbing, tip: str, without: tuple[str, ...], *, first_parent: bool = False
) -> tuple[Commit, ...]:
    """Commits reachable from `tip` and not from `without`, parents before children.

    With `first_parent` only the chain of first parents, each commit with that one parent: a
    merged branch is then seen as what its merge commit brought.
    """
    chain = ("--first-parent",) if first_parent else ()
    commits = list_commits(git, *chain, tip, *(f"^{sha}" for sha in without))
    roots = [commit.sha for commit in commits if not commit.parents]
    if any(holds(git, sha, root) for sha in without for root in roots):
        # git stops looking by the clock: behind a few commits with old dates it misses that the
        # others have the rest as well, down to the first commit (seen with git 2.43)
        inside = frozenset(commit.sha for commit in list_commits(git, *without))
        commits = tuple(
            commit for commit in list_commits(git, *chain, tip) if commit.sha not in inside
        )
    refuse_cut(git, commits)
    if first_parent:
        return tuple(commit._replace(parents=commit.parents[:1]) for commit in commits)
    return commits


def list_commits(git: Plumbing, *words: str) -> tuple[Commit, ...]:
    """The commits that git lists, parents first."""
    told = git.run("rev-list", "--topo-order", "--reverse", "--parents", "--timestamp", *words)
    return tuple(parse_commit(line) for line in told.decode("ascii").splitlines())


def holds(git: Plumbing, tip: str, commit: str) -> bool:
    """Whether a commit is in the history of another."""
    return git.answer("merge-base", "--is-ancestor", commit, tip) is not None


def parse_commit(line: str) -> Commit:
    """One line of `rev-list --parents --timestamp`."""
    stamp, sha, *parents = line.split()
    return Commit(sha, int(stamp), tuple(parents))


def refuse_cut(git: Plumbing, commits: tuple[Commit, ...]) -> None:
    """A shallow clone's boundary inside the range would count its whole tree as added: refuse."""
    for commit in commits:
        if commit.sha in git.shallow:
            raise HistoryIncomplete(
                f"this shallow clone is cut at {commit.sha[:12]}, inside the range",
                "git fetch --unshallow",
            )


def merge_base(git: Plumbing, one: str, other: str) -> str | None:
    """The best common ancestor, or None for unrelated histories."""
    found = git.answer("merge-base", one, other)
    return found.decode("ascii").split()[0] if found else None


def newest_not_later(
    git: Plumbing, tip: str, since: Sequence[str], *, limit: int, now: int
) -> Commit | None:
    """The newest first-parent commit of `tip` since some commits, committed by `limit`.

    `limit` and `now` are in Unix seconds; a commit dated after now is as old as the one before it.
    None when there is none: the range had not landed by then.
    """
    chain = list_commits(git, "--first-parent", tip, *(f"^{sha}" for sha in since))
    times = commit_times(chain, now)
    pairs = zip(reversed(chain), reversed(times), strict=True)
    return next((commit for commit, time in pairs if time <= limit), None)
