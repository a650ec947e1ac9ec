"""The pull requests that brought a window's commits to the default branch, whoever merged them.

A forge merges what a window committed; the merge is nobody's work here: only its number counts.
"""

from collections.abc import Sequence

from gitledger.git.code.branches import common_base, walk_tips
from gitledger.git.code.landing import default_branches
from gitledger.git.code.messages import messages
from gitledger.git.code.ranges import chain_of, commit_id, contained_in
from gitledger.git.code.relink import present
from gitledger.git.plumbing import Plumbing
from gitledger.lines.change import Commit
from gitledger.windows.claims import Claims, claims_of
from gitledger.windows.feature_count import Work


def merged_work(
    git: Plumbing, commits: Sequence[Commit], holders: Sequence[tuple[str, str]]
) -> tuple[Work, ...]:
    """Merges of others on the default branch that brought some of these commits, parents first.

    Of what their messages say only the pull request counts.
    """
    own = {commit.sha for commit in commits}
    tip = next(filter(None, (commit_id(git, name) for name in default_branches(git))), "")
    if not own or not tip:
        return ()
    grown = [parent for commit in commits for parent in commit.parents if parent not in own]
    rooted = any(not commit.parents for commit in commits)
    base = "" if rooted else common_base(git, [one.sha for one in present(git, grown)])
    history = walk_tips(git, [tip], base)
    merges = [c for c in chain_of(history, tip) if c.parents[1:] and c.sha not in own]
    said = messages(git, [merge.sha for merge in merges])
    holder = holders[0] if len(holders) == 1 else ("", "")
    found = []
    for merge in merges:
        claims = claims_of(said.get(merge.sha, ""), merge=True)
        brought = contained_in(history, merge.sha) - contained_in(history, merge.parents[0])
        if claims.merged and brought & own:
            only = Claims(title=claims.title, pull_request=claims.pull_request, merged=True)
            found.append(Work(merge.sha, only, merge.sha, holder=holder))
    return tuple(found)
