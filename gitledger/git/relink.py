"""Finding a range again after history was rewritten: by recorded rewrites, or by patch-id.

May import errors and ledger only. A rebase, squash or amend leaves the same work under other
ids. What a row froze (commit ids, the patch-id of the whole range) leads back to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gitledger.git.plumbing import Plumbing
from gitledger.git.promised import bring_changes
from gitledger.git.ranges import parse_commit, walk
from gitledger.ledger.change import Commit

PATCHES = ("diff-tree", "--stdin", "-r", "-p", "--root", "-M50", "-l0", "--no-color")
INVERSE = ("-R", "--src-prefix=b/", "--dst-prefix=a/")  # -R swaps what patch-ids hash


@dataclass(frozen=True, slots=True)
class Relinked:
    """The range under its new ids, and what led to it: `rewrites`, `squash` or `patch-ids`."""

    start: str
    end: str
    how: str


@dataclass(frozen=True, slots=True)
class Lost:
    """What is known of a range that is not where it was.

    `commits` parents first; `patch_id` of the whole range; `patch_ids` of single commits, where
    they were recorded.
    """

    commits: tuple[str, ...]
    patch_id: str = ""
    patch_ids: Mapping[str, str] | None = None


def relink(
    git: Plumbing,
    lost: Lost,
    rewrites: Mapping[str, str],
    tip: str,
    *,
    since: str = "",
    not_before: int = 0,
) -> Relinked | None:
    """The lost range on the history of `tip` (after `since`, when given), or None.

    Patch-ids are compared with commits made at or after `not_before` (Unix seconds): each costs a
    diff, and rewritten work is no older than the work was.

    Recorded rewrites are believed first; then one commit with the patch-id of the whole range (a
    squash); then the same patch-ids commit by commit (a rebase that nobody recorded).
    """
    there = walk(git, tip, (since,) if since else ())
    by_sha = {commit.sha: commit for commit in there}
    renewed = [follow(sha, rewrites) for sha in lost.commits]
    if renewed and all(sha in by_sha for sha in renewed):
        return _range(by_sha, dict.fromkeys(renewed), "rewrites")
    ids = patch_ids(git, [commit for commit in there if commit.committed_at >= not_before])
    squash = next((sha for sha, found in ids.items() if found == lost.patch_id), None)
    if lost.patch_id and squash:
        return _range(by_sha, {squash: None}, "squash")
    return _by_patch_ids(git, lost, by_sha, ids)


def _by_patch_ids(
    git: Plumbing, lost: Lost, by_sha: Mapping[str, Commit], ids: Mapping[str, str]
) -> Relinked | None:
    known = dict(lost.patch_ids or {})
    unknown = [sha for sha in lost.commits if sha not in known]
    known |= patch_ids(git, present(git, unknown))
    wanted = [known.get(sha, "") for sha in lost.commits]
    found = {patch: sha for sha, patch in ids.items()}
    if not wanted or not all(patch in found for patch in wanted):
        return None
    return _range(by_sha, dict.fromkeys(found[patch] for patch in wanted), "patch-ids")


def _range(by_sha: Mapping[str, Commit], mine: Mapping[str, None], how: str) -> Relinked | None:
    """The range that holds these commits, from the parent of the first to the last one."""
    ordered = [commit for commit in by_sha.values() if commit.sha in mine]
    first = ordered[0]
    if not first.parents:
        return None
    return Relinked(first.parents[0], ordered[-1].sha, how)


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
    pairs = "".join(f"{c.sha} {c.parents[0] if c.parents else ''}".rstrip() + "\n" for c in commits)
    if not pairs:
        return {}
    patches = git.run(*PATCHES, *(INVERSE if inverse else ()), stdin=pairs.encode("ascii"))
    told = git.run("patch-id", "--stable", stdin=patches).decode("ascii")
    return {sha: found for found, sha in (line.split() for line in told.splitlines())}


def present(git: Plumbing, shas: Sequence[str]) -> tuple[Commit, ...]:
    """Those of some commits whose objects are still there, reachable or not."""
    asked = "".join(f"{sha}\n" for sha in shas).encode("ascii")
    told = git.run("cat-file", "--batch-check", stdin=asked).decode("ascii")
    kept = [line.split()[0] for line in told.splitlines() if line.split()[1] == "commit"]
    if not kept:
        return ()
    shown = git.run("rev-list", "--no-walk=unsorted", "--parents", "--timestamp", *kept)
    return tuple(parse_commit(line) for line in shown.decode("ascii").splitlines())
