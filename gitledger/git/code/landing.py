"""Where the lines of a range are followed: on which branch, and up to which commit.

May import errors and ledger only. The default branch when it holds the range's end by then,
else the branch the window worked on, else HEAD, else any branch that holds it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gitledger.git.code.ranges import commit_id, holds, newest_not_later
from gitledger.git.plumbing import Plumbing, ask
from gitledger.lines.change import Commit

DEFAULTS = ("main", "master", "trunk")


@dataclass(frozen=True, slots=True)
class Landing:
    """The branch followed, and its newest commit not later than the limit."""

    branch: str
    horizon: Commit


def find_landing(
    git: Plumbing,
    since: Sequence[str],
    end: str,
    *,
    until: tuple[int, int],
    branches: Iterable[str],
) -> Landing | None:
    """The first of the branches that holds `end` in time; `since` are commits it grew from.

    `until` are the limit and now, in Unix seconds: see `newest_not_later`.
    None means unlanded: no branch held the end of the range by then.
    """
    seen: set[str] = set()
    for branch in branches:
        tip = commit_id(git, branch)
        if tip is None or tip in seen:
            continue
        seen.add(tip)
        horizon = newest_not_later(git, tip, since, limit=until[0], now=until[1])
        if horizon is not None and holds(git, horizon.sha, end):
            return Landing(branch, horizon)
    return None


def candidates(git: Plumbing, end: str, worked_on: str = "") -> Iterator[str]:
    """Branches to follow, the likeliest first."""
    yield from default_branches(git)
    if worked_on:
        yield worked_on
    yield "HEAD"
    listed = ask(
        git.directory,
        *("for-each-ref", "--contains", end, "--format=%(refname)", "refs/heads", "refs/remotes"),
    )
    yield from (listed or "").splitlines()


def default_branches(git: Plumbing) -> Iterator[str]:
    """The default branch, here and at the remote: as the remote says, else by its usual names."""
    remote = ask(git.directory, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")
    configured = ask(git.directory, "config", "init.defaultBranch")
    if remote:
        yield "refs/heads/" + remote.removeprefix("refs/remotes/origin/")
        yield remote
        return
    names = dict.fromkeys((*DEFAULTS, configured or "main"))
    yield from (f"refs/heads/{name}" for name in names)
    yield from (f"refs/remotes/origin/{name}" for name in names)  # a remote that was added by hand
